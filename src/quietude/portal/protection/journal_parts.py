"""What the journal of acts says beside its proof: erased at its term, and where it names a person to be forgotten.

The leaves and their commitments stay, so that the journal still verifies; an erasure is an entry of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import unquote_plus
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quietude.journal.api import Entry, Kind, Part
from quietude.keeping.api import Asked, Due, Fate, Found, Held, Shelf, Visa
from quietude.portal.journal.recording import TABLES, log_key
from quietude.portal.town import installation
from quietude.sources.api import parse_duration

JOURNAL = "journal"
"""Name of the place."""
_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class JournalShelf:
    """Contents of the journal's lines, six to twelve months after the act (QUIETUDE_JOURNAL_MONTHS)."""

    timezone: str
    name: str = JOURNAL
    needs_visa: bool = False

    @property
    def months(self) -> int:
        """Return the term, within the bounds that the settings hold to."""
        return installation().journal_months

    def due(self, as_of: date, held: Held) -> Sequence[Due]:  # noqa: ARG002 - the shelves' common signature
        """Return the lines past their term that still have contents."""
        limit = datetime.combine(
            parse_duration(f"P{self.months}M").before(as_of), datetime.min.time(), ZoneInfo(self.timezone)
        )
        with connection.cursor() as cursor:
            items = tuple(str(index) for index in TABLES.indexes_before(cursor, limit))
        return [Due(place=self.name, source="", fate=Fate.ELIMINATE, items=items)] if items else []

    def clear(self, due: Due, visa: Visa) -> int:
        """Erase the contents; the proof stays."""
        erase_lines([int(item) for item in due.items], tuple(Part), motive=f"retention: {visa.reason}")
        return len(due.items)


@dataclass(frozen=True, slots=True)
class JournalLines:
    """The contents of the journal's lines as a participant: words are searched and erased, the proof stays."""

    table: str = "database.journal_payload"
    place: str = JOURNAL

    @property
    def title(self) -> str | Promise:
        """Return its name on screens."""
        return _("Journal of acts")

    def shelves(self, timezone: str) -> Sequence[Shelf]:
        """Return the contents past their term."""
        return (JournalShelf(timezone),)

    def find(self, asked: Asked) -> Iterator[Found]:
        """Yield the lines in whose words the person is found."""
        return find_lines(asked) if asked.phrases else iter(())

    def erase(self, found: Sequence[Found], asked: Asked) -> int:  # noqa: ARG002 - the participants' common signature
        """Erase the words of the lines."""
        erase_lines([int(each.key) for each in found], (Part.SUBJECT,), motive="right of a person")
        return len(found)

    def leaves(self, found: Found) -> bool:  # noqa: ARG002 - as above
        """Nothing is left to decide."""
        return False

    def is_held(self, found: Found, held: Held) -> bool:  # noqa: ARG002 - as above
        """No hold covers the journal."""
        return False


def find_lines(asked: Asked) -> Iterator[Found]:
    """Yield the lines in whose words (motive, filter, detail) the person is found."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT idx, subject FROM journal_payload WHERE subject IS NOT NULL ORDER BY idx")
        while rows := cursor.fetchmany(_ROWS):
            for index, subject in rows:
                text = unquote_plus(subject if isinstance(subject, str) else bytes(subject).decode())
                if asked.finds([text]):
                    yield Found(place=JOURNAL, key=str(index), source="", content={"line": index, "words": text})


def erase_lines(indexes: Sequence[int], parts: Sequence[Part], *, motive: str) -> None:
    """Erase parts of some lines, and note it in the journal, in the caller's transaction where there is one."""
    if not indexes:
        return
    now: datetime = timezone.now()
    entry = Entry(kind=Kind.ERASE, who="task:protection", when=now, motive=motive, detail={"lines": str(len(indexes))})
    with transaction.atomic(), connection.cursor() as cursor:
        TABLES.erase(cursor, entry, log_key(), indexes=indexes, parts=parts)
