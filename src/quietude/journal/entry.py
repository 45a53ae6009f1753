"""One act as it is logged: a leaf that says nothing of persons, and two erasable parts beside it.

The leaf holds the index, the kind, the time and one salted commitment for each part. What is personal, and why it is
cut in two:

- `actor`: who acted, under which purpose, for whom. The agent's own data; a recipient must still be known after the
  person told about was erased (GDPR art. 19), and the law wants the agent known as long as the log is kept.
- `subject`: what was opened (ids, the text of a filter), motive, detail. All of it can point at the persons in the
  facts, and words typed by hand can name them. It goes when they are erased; the actor stays.

A purpose alone names nobody, but with the time and a roster it singles out an agent: it lies with the actor.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import orjson

from quietude.journal.errors import JournalError

VERSION = 1
SALT_BYTES = 16  # 128 bits: no list of agents or facts can be tried against a commitment
CLOCK_TOLERANCE = timedelta(seconds=2)
"""Two acts of the same moment may reach the journal in the other order; more is a clock that was put back."""

Salts = Callable[[], bytes]
Ranges = tuple[tuple[int, int], ...]
"""Indexes, as first and last of each run."""


class Kind(StrEnum):
    """What was done. Source: directive (EU) 2016/680 art. 25, French act 78-17 art. 101."""

    COLLECT = "collect"
    MODIFY = "modify"
    CONSULT = "consult"
    COMMUNICATE = "communicate"
    LINK = "link"
    ERASE = "erase"


class Part(StrEnum):
    """What can be erased of an entry, each apart."""

    ACTOR = "actor"
    SUBJECT = "subject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One act. `when` is aware; the rest is words, and may be empty but for `who`."""

    kind: Kind
    who: str
    """Identifier of the agent, or of the task that acted ("task:retention")."""
    when: datetime
    purpose: str = ""
    """Entry of the register of processing that the agent worked under."""
    motive: str = ""
    ids: tuple[str, ...] = ()
    """Public names of the facts, files or accounts that the act is about."""
    filter_text: str = ""
    """Text form of the filter whose answer was shown, where the act is about all that it lets through."""
    to_whom: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.when.tzinfo is None:
            raise JournalError(f"the time of an entry must say its zone: {self.when.isoformat()}")
        if not self.who:
            raise JournalError("an entry must say who acted; for a task of the software, its name")

    def part(self, part: Part) -> bytes:
        """Return the canonical bytes of one erasable part."""
        if part is Part.ACTOR:
            return canonical({"purpose": self.purpose, "to_whom": self.to_whom, "who": self.who})
        subject = {"detail": dict(self.detail), "filter": self.filter_text, "ids": self.ids, "motive": self.motive}
        return canonical(subject)


@dataclass(frozen=True, slots=True)
class Sealed:
    """The rows of one entry: the leaf, and the parts with their salts."""

    index: int
    leaf: bytes
    at: datetime
    payload: Mapping[Part, tuple[bytes, bytes]]
    """Salt and canonical bytes of each part."""


def canonical(value: Mapping[str, object]) -> bytes:
    """Return the one JSON text of `value`: sorted keys, no spaces, UTF-8.

    Raises:
        JournalError: a text has no UTF-8 form.
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise JournalError(f"an entry cannot be written as JSON: {type(error).__name__}") from error


def commit(salt: bytes, payload: bytes) -> str:
    """Return the commitment to `payload`, in hexadecimal. The salt has one length, so that the two cannot shift."""
    if len(salt) != SALT_BYTES:
        raise JournalError(f"a salt has {SALT_BYTES} bytes, this one {len(salt)}")
    return hashlib.sha256(salt + payload).hexdigest()


def instant(when: datetime) -> str:
    """Return a time as the leaf writes it: UTC, always with microseconds."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def seal(
    entry: Entry,
    *,
    index: int,
    previous_at: datetime | None,
    salts: Salts,
    erased: Mapping[Part, Ranges] | None = None,
) -> Sealed:
    """Return the rows of an entry that will be the `index`-th.

    A time that lies before the previous entry's by more than the tolerance is written as it is and flagged
    (`clock_back_us`): refusing it would let a wrong clock stop the duty room. `erased` says which parts of which
    earlier entries this act erases: without it, whoever deletes a payload would look like an erasure.
    """
    payload = {part: (salts(), entry.part(part)) for part in Part}
    leaf: dict[str, object] = {
        "at": instant(entry.when),
        "index": index,
        "kind": entry.kind.value,
        "v": VERSION,
        **{part.value: commit(*payload[part]) for part in Part},
    }
    if previous_at is not None and previous_at - entry.when > CLOCK_TOLERANCE:
        leaf["clock_back_us"] = (previous_at - entry.when) // timedelta(microseconds=1)
    if erased:
        leaf["erased"] = {part.value: ranges for part, ranges in erased.items() if ranges}
    return Sealed(index, canonical(leaf), entry.when, payload)


def ranges_of(indexes: Sequence[int]) -> Ranges:
    """Return indexes as runs: 1, 2, 3, 7 → (1, 3), (7, 7)."""
    runs: list[tuple[int, int]] = []
    for index in sorted(set(indexes)):
        if runs and runs[-1][1] == index - 1:
            runs[-1] = (runs[-1][0], index)
        else:
            runs.append((index, index))
    return tuple(runs)
