"""The places of the store and of the ledger where things have a term: facts, versions, quarantine, reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa

from quietude.ingest.api import Ledger, generalised
from quietude.keeping.disposal import Due, Held, Visa
from quietude.keeping.items import batches, facts_of, uid_of, uids_of
from quietude.keeping.terms import GONE_SOURCE, Fate, Term, midnight, term_of
from quietude.keeping.transfer import pack
from quietude.model.event import event_schema
from quietude.model.filter.question import Choice, Filter
from quietude.model.viewer import Viewer
from quietude.sources.api import Duration, Manifest, parse_duration
from quietude.store.api import Store

READER = Viewer.system("retention")
GENERALISED = "retention:generalised"
_JUDGED = ("uid", "source", "day", "retain_until", "flags")


def sources_of(store: Store) -> tuple[str, ...]:
    """Return the sources that the store has facts of, configured or not."""
    found = store.count(READER, Filter(), ("source",))["source"].to_pylist()
    return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class FactsShelf:
    """Current facts, which take their versions with them."""

    store: Store
    sources: Mapping[str, Manifest]
    terms: Mapping[str, Term]
    transfers: Path
    """Folder of the packages for the archives."""
    name: str = "facts"
    needs_visa: bool = True

    def due(self, as_of: date, held: Held) -> Sequence[Due]:
        """Return the facts past their term, by source."""
        found = []
        for source in sources_of(self.store):
            term = term_of(source, self.terms)
            items = due_facts(self.store, source, term, as_of)
            free = tuple(item for item in items if not held.names(source) and uid_of(item) not in held.uids)
            if items:
                kept = len(items) - len(free)
                found.append(Due(place=self.name, source=source, fate=term.fate, items=free, held=kept))
        return found

    def clear(self, due: Due, visa: Visa) -> int:
        """Make the facts leave by the exit of their source."""
        if due.fate is Fate.TRANSFER:
            pack(self.store, self.sources[due.source], due.items, visa, self.transfers)
        left = 0
        for items in batches(due.items):
            if due.fate is Fate.GENERALISE:
                left += self.store.reduce(_general(self.store, due.source, items))
            else:
                left += self.store.erase(uids_of(items), reason=f"retention: {due.fate}", by=visa.by).erased
        return left


@dataclass(frozen=True, slots=True)
class VersionsShelf:
    """Superseded versions past their term, of facts that a correction has moved to a later day."""

    store: Store
    terms: Mapping[str, Term]
    name: str = "versions"
    needs_visa: bool = True

    def due(self, as_of: date, held: Held) -> Sequence[Due]:
        """Return the versions past their term, by source, but for those that leave with their facts."""
        leaving = {
            uid_of(item)
            for source in sources_of(self.store)
            for item in due_facts(self.store, source, term_of(source, self.terms), as_of)
        }
        items: dict[str, list[str]] = {}
        kept: dict[str, int] = {}
        for table in self.store.past(READER, Filter(), columns=("uid", "version", "source", "day", "retain_until")):
            frame = _frame(table)
            for source in frame["source"].unique().sort().to_list():
                old = frame.filter((pl.col("source") == source) & term_of(source, self.terms).is_due(as_of))
                for uid, version in old.select("uid", "version").iter_rows():
                    if held.names(source) or uid in held.uids:
                        kept[source] = kept.get(source, 0) + 1
                    elif uid not in leaving:
                        items.setdefault(source, []).append(f"{uid}:{version}")
        return [
            Due(
                place=self.name,
                source=source,
                fate=Fate.ELIMINATE,
                items=tuple(sorted(items.get(source, ()))),
                held=kept.get(source, 0),
            )
            for source in sorted({*items, *kept})
        ]

    def clear(self, due: Due, visa: Visa) -> int:  # noqa: ARG002 - the shelves' common signature
        """Delete the versions."""
        named = [item.partition(":") for item in due.items]
        return self.store.forget_versions([(uid, int(version)) for uid, _, version in named])


@dataclass(frozen=True, slots=True)
class QuarantineShelf:
    """Records set aside: quarantine is no way round a duration."""

    ledger: Ledger
    sources: Mapping[str, Manifest]
    timezone: str
    name: str = "quarantine"
    needs_visa: bool = False

    def due(self, as_of: date, held: Held) -> Sequence[Due]:
        """Return the records set aside longer ago than their source's facts are kept."""
        found = []
        for source in self.ledger.quarantined_sources():
            ids = self.ledger.aged(source, midnight(self._length(source).before(as_of), self.timezone))
            is_held = held.names(source)
            if ids:
                items, kept = ((), len(ids)) if is_held else (ids, 0)
                found.append(Due(place=self.name, source=source, fate=Fate.ELIMINATE, items=items, held=kept))
        return found

    def _length(self, source: str) -> Duration:
        manifest = self.sources.get(source)
        return parse_duration(manifest.retention) if manifest is not None else GONE_SOURCE

    def clear(self, due: Due, visa: Visa) -> int:  # noqa: ARG002 - as above
        """Delete the records."""
        return self.ledger.delete_quarantined(due.items)


@dataclass(frozen=True, slots=True)
class ReportsShelf:
    """Accounts of imports."""

    ledger: Ledger
    length: Duration
    timezone: str
    name: str = "reports"
    needs_visa: bool = False

    def due(self, as_of: date, held: Held) -> Sequence[Due]:  # noqa: ARG002 - as above
        """Return the reports past their term."""
        ids = self.ledger.reports_before(midnight(self.length.before(as_of), self.timezone))
        items = tuple(str(number) for number in ids)
        return [Due(place=self.name, source="", fate=Fate.ELIMINATE, items=items)] if items else []

    def clear(self, due: Due, visa: Visa) -> int:  # noqa: ARG002 - as above
        """Delete the reports."""
        return self.ledger.delete_reports([int(item) for item in due.items])


def due_facts(store: Store, source: str, term: Term, as_of: date) -> tuple[str, ...]:
    """Return the facts of a source past their term as "day/uid", oldest first; those made general already are not."""
    if term.length is None:
        return ()
    question = Filter(sources=Choice(any_of=(source,)))
    found = [
        _frame(pa.Table.from_batches([batch])).filter(term.is_due(as_of) & ~_is_general()).select("day", "uid")
        for batch in store.stream(READER, question, columns=_JUDGED)
    ]
    if not found:
        return ()
    return tuple(f"{day.isoformat()}/{uid}" for day, uid in pl.concat(found).sort("day", "uid").iter_rows())


def _is_general() -> pl.Expr:
    return pl.col("flags").list.contains(GENERALISED).fill_null(value=False)


def _general(store: Store, source: str, items: Sequence[str]) -> pa.Table:
    """Return facts as they are kept for statistics: without text, source key or exact place."""
    whole = facts_of(store, source, items, viewer=READER)
    poorer = generalised(_frame(whole).with_columns(is_generalised=pl.lit(value=True)), store.timezone)
    flags = pl.col("flags").fill_null(pl.lit([], dtype=pl.List(pl.String))).list.concat(pl.lit([GENERALISED]))
    poorer = poorer.with_columns(retain_until=pl.lit(None, dtype=pl.Date), flags=flags)
    schema = event_schema(store.levels)
    return poorer.select(schema.names).to_arrow().cast(schema)


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    if not isinstance(frame, pl.DataFrame):
        raise TypeError("a table is a frame")
    return frame
