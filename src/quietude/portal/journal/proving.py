"""The check of the journal from the portal: the verifier that stands alone, on a copy that is gone afterwards."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from django.db import connection

from quietude.journal.api import CannotVerify, CheckKey, Finding, JournalError, examine, sign
from quietude.portal.journal.copying import copy_journal
from quietude.portal.journal.recording import TABLES, log_key

CHUNK = 1024 * 1024  # bytes read at once of a file that is sent


@dataclass(frozen=True, slots=True)
class State:
    """The journal as it stands."""

    size: int
    """How many lines it has."""
    note: str
    """That number and the fingerprint of all lines, signed (C2SP tlog-checkpoint): to be kept elsewhere."""
    public_key: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found."""

    size: int
    findings: tuple[Finding, ...]
    has_outside: bool
    """Whether it was held against a state that was kept elsewhere."""

    @property
    def is_intact(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.findings


class UncheckedError(Exception):
    """The check could not be made; the message says why."""


def current_state() -> State:
    """Return the journal's signed state."""
    key = log_key()
    with connection.cursor() as cursor:
        checkpoint = TABLES.head(cursor).checkpoint
    return State(checkpoint.size, sign(checkpoint, key), str(key.public))


def check(outside: str = "") -> Verdict:
    """Read the whole journal and check it; about a minute for a million lines.

    Args:
        outside: a signed state that was kept elsewhere; only that shows a journal cut short, or made anew with its key.

    Raises:
        UncheckedError: that state is none, or another journal's; or the copy cannot be written.
    """
    try:
        key = CheckKey.parse(str(log_key().public))
        kept = [key.open(_tidy(outside))] if outside.strip() else []
        with copied() as path, closing(sqlite3.connect(path)) as copy:
            findings, size = examine(copy, key, kept)
    except (CannotVerify, JournalError, OSError, sqlite3.Error) as error:
        raise UncheckedError(str(error)) from error
    return Verdict(size, tuple(findings), bool(kept))


def _tidy(said: str) -> str:
    """Return a note as it was signed: a browser's text field ends lines its own way."""
    lines = [line.rstrip() for line in said.strip().splitlines()]
    return "\n".join(lines) + "\n"


@contextmanager
def copied() -> Iterator[Path]:
    """Give a copy of the journal in a folder that only the portal reads, deleted on the way out."""
    with TemporaryDirectory(prefix="quietude-journal-") as folder:
        path = Path(folder) / "journal.sqlite3"
        copy_journal(path)
        yield path


def open_copy() -> BinaryIO:
    """Return a copy of the journal, open for reading: it has no name any more, and is gone once it is closed."""
    with copied() as path:
        return path.open("rb")


def parts_of(file: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes of an open file, and close it."""
    with file:
        while part := file.read(CHUNK):
            yield part
