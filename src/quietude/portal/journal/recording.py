"""What is written to the journal: in the transaction of the act, or the act fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from django.conf import settings as configured
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from quietude.config import Settings
from quietude.journal.api import Entry, JournalError, Kind, SigningKey, Tables, kept_key

IDS_MAX = 200  # names of facts in one line; where more were shown, the filter says which
TABLES = Tables(mark="%s")


class JournalUnavailableError(Exception):
    """The journal cannot be written: the act did not happen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act to be noted."""

    kind: Kind
    who: str
    """"user:<pk>", "command:<account>" for the server's command line, or "task:<name>"."""
    purpose: str = ""
    motive: str = ""
    ids: Sequence[str] = ()
    filter_text: str = ""
    to_whom: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)


def note(*acts: Act) -> None:
    """Write lines: with the caller's transaction where there is one, so that both are there or neither.

    Raises:
        JournalUnavailableError: the journal cannot be written; the caller must not go on.
    """
    now = timezone.now()
    entries = [
        Entry(
            kind=act.kind, who=act.who, when=now, purpose=act.purpose, motive=act.motive,
            ids=tuple(act.ids[:IDS_MAX]), filter_text=act.filter_text, to_whom=act.to_whom, detail=act.detail,
        )
        for act in acts
    ]  # fmt: skip
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            TABLES.append(cursor, entries, log_key())
    except (DatabaseError, JournalError, OSError) as error:
        raise JournalUnavailableError(str(error)) from error


@cache
def log_key() -> SigningKey:
    """Return the journal's key, made at first use beside the portal's database, readable by its owner only."""
    settings: Settings = configured.QUIETUDE
    return kept_key(settings.var_dir / settings.town / "journal.key", f"quietude/{settings.town}/journal")
