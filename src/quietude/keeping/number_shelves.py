"""The places of the store where measurements have a term: values, values whose roll-ups stay, roll-ups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pyarrow as pa

from quietude.keeping.disposal import Due, Held, Visa
from quietude.keeping.terms import Fate, Term, midnight, term_of
from quietude.model.viewer import Viewer
from quietude.sources.api import Manifest, parse_duration
from quietude.store.api import Store

READER = Viewer.system("retention")


@dataclass(frozen=True, slots=True)
class NumbersShelf:
    """Observations past the term of their source; their roll-ups go with them."""

    store: Store
    terms: Mapping[str, Term]
    name: str = "numbers"
    needs_visa: bool = True

    def due(self, as_of: date, held: Held) -> Sequence[Due]:
        """Return for each source the moment before which its numbers leave, one item a number."""
        found: list[Due] = []
        for source in sorted(set(self.store.series(READER)["source"].to_pylist())):
            oldest = term_of(source, self.terms).oldest(as_of)
            if oldest is None:
                continue
            before = midnight(oldest, self.store.timezone)
            old = self.store.observations(READER, source=source, until=before)
            found += _due(self.name, source, Fate.ELIMINATE, _items(old, before), held)
        return found

    def clear(self, due: Due, visa: Visa) -> int:  # noqa: ARG002 - the shelves' common signature
        """Delete the numbers."""
        return self.store.expire_observations(due.source, _before(due))


@dataclass(frozen=True, slots=True)
class ValuesShelf:
    """Observations past the term of values as measured: their roll-ups stay to that of their source."""

    store: Store
    sources: Mapping[str, Manifest]
    terms: Mapping[str, Term]
    name: str = "values"
    needs_visa: bool = True

    def due(self, as_of: date, held: Held) -> Sequence[Due]:
        """Return for each source the hour before which its values leave, one item a value."""
        found: list[Due] = []
        for source, manifest in sorted(self.sources.items()):
            oldest = term_of(source, self.terms).oldest(as_of)
            if manifest.retention_raw is None or oldest is None:
                continue
            day = parse_duration(manifest.retention_raw).before(as_of)
            before = midnight(day, self.store.timezone).astimezone(UTC).replace(minute=0)
            since = midnight(oldest, self.store.timezone)
            old = self.store.observations(READER, source=source, since=since, until=before)
            found += _due(self.name, source, Fate.GENERALISE, _items(old, before), held)
        return found

    def clear(self, due: Due, visa: Visa) -> int:  # noqa: ARG002 - the shelves' common signature
        """Delete the values, once their roll-ups are made."""
        return self.store.let_values_go(due.source, _before(due))


@dataclass(frozen=True, slots=True)
class RollupsShelf:
    """Roll-ups past the term of their source whose values left before them."""

    store: Store
    terms: Mapping[str, Term]
    name: str = "roll-ups"
    needs_visa: bool = True

    def due(self, as_of: date, held: Held) -> Sequence[Due]:
        """Return for each source the moment before which its roll-ups leave, one item a series and day."""
        found: list[Due] = []
        for source in sorted(set(self.store.series(READER)["source"].to_pylist())):
            oldest, gone = term_of(source, self.terms).oldest(as_of), self.store.values_gone(source)
            if oldest is None or gone is None:
                continue
            before = midnight(oldest, self.store.timezone)
            days = self.store.rolled_days(source, until=min(before, gone))
            found += _due(self.name, source, Fate.ELIMINATE, _items(days, before), held)
        return found

    def clear(self, due: Due, visa: Visa) -> int:  # noqa: ARG002 - the shelves' common signature
        """Delete the roll-ups."""
        before = _before(due)
        self.store.expire_observations(due.source, before)
        left: int = self.store.rolled_days(due.source, until=before).num_rows
        return len(due.items) - left


def _items(rows: pa.Table, before: datetime) -> tuple[str, ...]:
    pairs = zip(rows["series"].to_pylist(), rows["at"].to_pylist(), strict=True)
    return tuple(f"{before.isoformat()}|{series}|{at.isoformat()}" for series, at in pairs)


def _before(due: Due) -> datetime:
    return datetime.fromisoformat(due.items[0].partition("|")[0])


def _due(place: str, source: str, fate: Fate, items: tuple[str, ...], held: Held) -> list[Due]:
    """Return what of a place and source leaves, or is held; nothing where nothing is due."""
    if not items:
        return []
    if held.names(source):
        return [Due(place=place, source=source, fate=fate, items=(), held=len(items))]
    return [Due(place=place, source=source, fate=fate, items=items)]
