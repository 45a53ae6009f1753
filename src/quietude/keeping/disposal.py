"""The words of the retention engine: what is due, what holds it, who decided, what was done."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from quietude.keeping.terms import Fate
from quietude.model.filter.question import Filter


class DisposalError(RuntimeError):
    """Nothing was disposed of; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A legal hold: what it covers neither expires nor is erased."""

    title: str
    sources: tuple[str, ...] = ()
    """Held whole: facts, versions, numbers and quarantine."""
    question: Filter | None = None
    """Facts that match are held, with their versions."""
    uids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """All holds in force together, looked up."""

    sources: frozenset[str] = frozenset()
    uids: frozenset[str] = frozenset()

    def names(self, source: str) -> bool:
        """Tell whether a source is held whole."""
        return source in self.sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What of one place and source has to leave."""

    place: str
    """Name of the shelf."""
    source: str
    """Name of the source; "" where the place knows none."""
    fate: Fate
    items: tuple[str, ...]
    """Names of what leaves, as its shelf understands them, in order."""
    held: int = 0
    """How many would leave, but for a legal hold."""


class Shelf(Protocol):
    """A place where things are kept that have a term."""

    @property
    def name(self) -> str:
        """Return the name of the place."""

    @property
    def needs_visa(self) -> bool:
        """Tell whether what leaves is on the list that is signed."""

    def due(self, as_of: date, held: Held) -> Sequence[Due]:
        """Return what has to leave on a day; nothing empty but where something is held."""

    def clear(self, due: Due, visa: Visa) -> int:
        """Make it leave, physically; return how much did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visa:
    """Who decided, why, on which list."""

    by: str
    reason: str
    list_digest: str
    """`Plan.digest` of the list that was looked at."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would leave on a day: the list to sign."""

    as_of: date
    dues: tuple[Due, ...]
    signed_places: frozenset[str]
    """The places whose list needs a visa."""

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the list: the same things due on the same day have the same."""
        hashing = hashlib.sha256(self.as_of.isoformat().encode())
        for due in sorted(self.dues, key=lambda due: (due.place, due.source)):
            if due.place in self.signed_places and due.items:
                hashing.update(f"\n{due.place}\t{due.source}\t{due.fate}\n".encode())
                hashing.update("\n".join(sorted(due.items)).encode())
        return hashing.hexdigest()

    @property
    def total(self) -> int:
        """Return how much is due."""
        return sum(len(due.items) for due in self.dues)

    @property
    def held(self) -> int:
        """Return how much would be due, but for a legal hold."""
        return sum(due.held for due in self.dues)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What became of one `Due`."""

    place: str
    source: str
    fate: Fate
    due: int
    held: int
    done: int

    def to_json(self) -> dict[str, Any]:
        """Return the line as JSON values."""
        return {name: getattr(self, name) for name in ("place", "source", "due", "held", "done")} | {
            "fate": self.fate.value
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The account of one run: counts only, nothing of what left."""

    as_of: date
    visa: Visa
    lines: tuple[Line, ...]

    @property
    def done(self) -> int:
        """Return how much left."""
        return sum(line.done for line in self.lines)

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {"as_of": self.as_of.isoformat(), "lines": [line.to_json() for line in self.lines]}
