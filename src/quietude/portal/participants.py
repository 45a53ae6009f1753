"""How a table with personal data takes part in the life of data: its term, access files and erasures, in one place.

An app says so in its module `participants`, as `PARTICIPANTS`; a table without one fails `faults_of_participants`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from importlib import import_module
from typing import Protocol
from urllib.parse import unquote_plus
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule

from quietude.keeping.api import Asked, Census, Due, Fate, Found, Held, Shelf, TableCensus, Visa, load_census
from quietude.sources.api import Duration, parse_duration

MODULE = "participants"
ASK = "ask"
KEPT_ELSEWHERE = ("store.", "ledger.")
"""Tables of the census that `quietude.keeping` looks after itself."""
_WORDED = frozenset({"words", "identity", "contact", "record"})
"""Kinds of personal data that are text in which a person may be named."""
_BATCH = 500


class Participant(Protocol):
    """What a table does when a term ends, and when a person asks for access or erasure."""

    @property
    def table(self) -> str:
        """Return its name in the census."""

    @property
    def place(self) -> str:
        """Return what `Found.place` says of its rows."""

    @property
    def title(self) -> str | Promise:
        """Return its name on screens."""

    def shelves(self, timezone: str) -> Sequence[Shelf]:
        """Return the shelves through which the retention engine clears it; none where the census says `kept`."""

    def find(self, asked: Asked) -> Iterator[Found]:
        """Yield what it keeps about a person: the officer chooses from it for the access file or the erasure."""

    def erase(self, found: Sequence[Found], asked: Asked) -> int:
        """Erase what `find` gave, inside the caller's transaction; return how much was."""

    def leaves(self, found: Found) -> bool:
        """Tell whether an erasure leaves this to people to decide on."""

    def is_held(self, found: Found, held: Held) -> bool:
        """Tell whether a legal hold keeps this from being erased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A model whose rows do what the census says of them: enough for most tables."""

    table: str
    """Label of the model, as in the census: "explore.SavedView"."""
    title: str | Promise = ""
    needs_visa: bool = False
    """Whether rows past their term are on the list that is signed: those of public archives are."""
    source: str = ""
    """Name of the source that a legal hold names to keep all rows; "" where no hold covers them whole."""
    fact: str = ""
    """Column with the uid of the fact that a row belongs to: a hold on the fact keeps the row."""
    discard: Callable[[models.Model], None] | None = None
    """Called for each row that was deleted, after commit: deletes what lies outside the database, such as a file."""
    more: Callable[[str], Sequence[Shelf]] | None = None
    """Makes further shelves for a time zone, where a row has more than one term."""

    @property
    def model(self) -> type[models.Model]:
        """Return the model."""
        return apps.get_model(self.table)

    @property
    def place(self) -> str:
        """Return its table."""
        return self.table

    @property
    def census(self) -> TableCensus:
        """Return what the census says of the table."""
        return load_census().tables[self.table]

    def shelves(self, timezone: str) -> Sequence[Shelf]:
        """Return the shelf that the census' `expires` makes, and further ones."""
        expires = self.census.expires
        further = self.more(timezone) if self.more is not None else ()
        if expires is None:
            return tuple(further)
        shelf = RowsShelf(self, expires.since, parse_duration(expires.after), timezone, self.table, self.needs_visa)
        return (shelf, *further)

    def find(self, asked: Asked) -> Iterator[Found]:
        """Yield the rows in whose words the person is found."""
        fields = self.worded_fields()
        wanted = ("pk", *fields, *filter(None, [self.fact]))
        for row in self.model._default_manager.values(*wanted).iterator() if fields else ():
            content = {name: _readable(row[name]) for name in fields if row[name]}
            is_named = bool(self.fact) and row[self.fact] in asked.uids
            if is_named or asked.finds(content.values()):
                yield Found(place=self.table, key=str(row["pk"]), source=self.source, content=content)

    def erase(self, found: Sequence[Found], asked: Asked) -> int:
        """Delete the rows, or blank the words that name the person, as the census' `on_erasure` says."""
        how = self.census.on_erasure
        if how == ASK:
            return 0
        keys = [each.key for each in found]
        if how == "delete":
            return self.delete(keys)
        for each in found:
            wrong = [name for name, text in each.content.items() if asked.finds([text])]
            empty = {name: _empty(self.model, name) for name in wrong or each.content}
            self.model._default_manager.filter(pk=each.key).update(**empty)
        return len(keys)

    def leaves(self, found: Found) -> bool:  # noqa: ARG002 - the participants' common signature
        """Tell whether the census says `ask`."""
        return self.census.on_erasure == ASK

    def is_held(self, found: Found, held: Held) -> bool:
        """Tell whether a hold names the source, or the fact that the row belongs to."""
        if self.source and held.names(self.source):
            return True
        if not self.fact or not held.uids:
            return False
        return bool(self.model._default_manager.filter(pk=found.key, **{f"{self.fact}__in": held.uids}).exists())

    def delete(self, keys: Sequence[str]) -> int:
        """Delete rows, and what lies outside the database once that is final; return how many were there."""
        gone = 0
        for begin in range(0, len(keys), _BATCH):
            rows = self.model._default_manager.filter(pk__in=keys[begin : begin + _BATCH])
            with transaction.atomic():
                if self.discard is not None:
                    for row in rows:
                        transaction.on_commit(partial(self.discard, row))
                gone += rows.count()
                rows.delete()
        return gone

    def worded_fields(self) -> tuple[str, ...]:
        """Return the columns with text that a person may be named in."""
        texts = {
            field.name
            for field in self.model._meta.local_fields
            if isinstance(field, models.CharField | models.TextField | models.JSONField | models.FileField)
            and not field.choices
        }
        return tuple(name for name, kind in self.census.personal.items() if kind in _WORDED and name in texts)


@dataclass(frozen=True, slots=True)
class RowsShelf:
    """The rows of one table that go so long after a moment, or a day, that they state."""

    rows: Rows
    since: str
    length: Duration
    timezone: str
    name: str
    needs_visa: bool = False

    def due(self, as_of: date, held: Held) -> Sequence[Due]:
        """Return the keys of the rows past their term, but for those that a legal hold keeps."""
        model, fact = self.rows.model, self.rows.fact
        oldest = self.length.before(as_of)
        has_moment = isinstance(model._meta.get_field(self.since), models.DateTimeField)
        limit = midnight(oldest, self.timezone) if has_moment else oldest
        found = model._default_manager.filter(**{f"{self.since}__lt": limit}).order_by("pk")
        pairs = [(str(pk), uid) for pk, uid in found.values_list("pk", fact or "pk")]
        is_kept = bool(self.rows.source) and held.names(self.rows.source)
        items = tuple(key for key, uid in pairs if not is_kept and not (fact and uid in held.uids))
        kept = len(pairs) - len(items)
        due = Due(place=self.name, source=self.rows.source, fate=Fate.ELIMINATE, items=items, held=kept)
        return [due] if pairs else []

    def clear(self, due: Due, visa: Visa) -> int:  # noqa: ARG002 - the shelves' common signature
        """Delete the rows."""
        return self.rows.delete(due.items)


@cache
def participants() -> tuple[Participant, ...]:
    """Return the participants of all installed apps."""
    found: list[Participant] = []
    for config in apps.get_app_configs():
        if config.module is not None and module_has_submodule(config.module, MODULE):
            found += import_module(f"{config.name}.{MODULE}").PARTICIPANTS
    return tuple(found)


def participant_of(place: str) -> Participant | None:
    """Return whose a place is; None for those of store and ledger."""
    return next((each for each in participants() if each.place == place), None)


def faults_of_participants(census: Census, joined: Sequence[Participant]) -> tuple[str, ...]:
    """Return what is wrong between the census and those who take part: nothing may be."""
    tables = Counter(each.table for each in joined)
    personal = {name for name, entry in census.tables.items() if entry.personal and not name.startswith(KEPT_ELSEWHERE)}
    missing = [
        f"{name} holds personal data and no participant looks after it: add Rows(table={name!r}, …) to PARTICIPANTS "
        f"in the `{MODULE}` module of its app (docs/data-protection.md)"
        for name in sorted(personal - set(tables))
    ]
    unknown = [f"{name} takes part but is not in the census" for name in sorted(set(tables) - set(census.tables))]
    twice = [f"{name} takes part {count} times" for name, count in sorted(tables.items()) if count > 1]
    return (*missing, *unknown, *twice)


def midnight(day: date, timezone: str) -> datetime:
    """Return the moment a local day begins."""
    return datetime.combine(day, datetime.min.time(), ZoneInfo(timezone))


def _readable(value: object) -> str:
    """Return a value as people write it: selections are kept in their URL form."""
    return unquote_plus(str(value))


def _empty(model: type[models.Model], name: str) -> object:
    field = model._meta.get_field(name)
    return field.get_default() if isinstance(field, models.JSONField) else ""
