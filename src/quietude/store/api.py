"""The door of the store: facts and numbers go in by verbs, and come out to a viewer, whichever engine answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pyarrow as pa

from quietude.model.event import Event, event_schema
from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.store.copying import FolderState, checked, frozen, is_laid, reopened
from quietude.store.engines.base import Engine as ReadingEngine
from quietude.store.engines.duck import DuckEngine
from quietude.store.engines.spark import SparkEngine
from quietude.store.finding import listable
from quietude.store.folder import Folder, open_folder
from quietude.store.measuring import Measuring
from quietude.store.reading.blocks import Blocks
from quietude.store.reading.counting import Counting
from quietude.store.reading.cubes import Cubes
from quietude.store.reading.facts import event
from quietude.store.reading.parts import Parted
from quietude.store.reading.past import past_versions
from quietude.store.reading.reader import Fixed, Newest, PlanCache, Reader
from quietude.store.reading.rolled import Downsampled
from quietude.store.reading.rows import Page, query, stream
from quietude.store.reading.tally import NotCountedError, Tally
from quietude.store.reading.tiles import Square, tile
from quietude.store.results import (
    DiskFullError,
    Erasure,
    Filed,
    Maintenance,
    PastGoneError,
    ReadOnlyError,
    Recoded,
    Replayed,
    StoreError,
    TableInfo,
    TakenBack,
)
from quietude.store.table import Table, table_info
from quietude.store.writing.arrived import arrived
from quietude.store.writing.expiry import forget_versions, reduce
from quietude.store.writing.keys import Keys, holds_source
from quietude.store.writing.maintenance import after_write, maintain
from quietude.store.writing.replay import ErasureLedger, erasure_ledger, replay
from quietude.store.writing.taking import take_back
from quietude.store.writing.verbs import erase, recode, retract, source_categories
from quietude.store.writing.writer import Writer

__all__ = [
    "DiskFullError",
    "Downsampled",
    "Engine",
    "Erasure",
    "ErasureLedger",
    "Filed",
    "FolderState",
    "Maintenance",
    "NotCountedError",
    "PastGoneError",
    "ReadOnlyError",
    "Recoded",
    "Replayed",
    "Store",
    "StoreError",
    "TableInfo",
    "TakenBack",
    "Tally",
    "checked",
    "erasure_ledger",
    "frozen",
    "is_laid",
]

Engine = Literal["duckdb", "spark"]


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


class Store(Counting, Measuring, Parted):
    """The facts of one town in one folder. Cheap to open, safe between threads, open in any number of processes.

    Every read takes the viewer first: the rights are part of the question, a column the viewer may not read comes
    back as null and can neither be searched, ordered nor grouped by. Every write is durable when it returns, and
    waits its turn: a lock in the folder is shared by all writers.
    """

    def __init__(
        self, folder: Folder, reader: Reader, duck: DuckEngine, writer: Writer | None, *, cubes: Cubes | None = None
    ) -> None:
        self._folder = folder
        self._reader = reader
        self._duck = duck
        self._writer = writer
        self._cubes = cubes or Cubes(folder.cubes)
        self._blocks = Blocks()

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        levels: tuple[str, ...],
        timezone: str,
        engine: Engine = "duckdb",
        clock: Callable[[], datetime] = utc_now,
    ) -> Store:
        """Open the store in `folder`, laying empty tables where there are none.

        `levels` are the territory's, from coarse to fine; months, days and hours are local to `timezone` (IANA name).
        Every `engine` gives the same answers. `clock` tells the time (aware) that versions and erasures are noted with.

        Raises:
            StoreError: the folder holds a store of other levels or of another time zone.
        """
        duck_engine = DuckEngine(folder / ".spill")
        opened = open_folder(folder, levels=levels, timezone=timezone)
        answering: ReadingEngine = SparkEngine() if engine == "spark" else duck_engine
        reader = Reader(answering, PlanCache(), Newest(opened.events), timezone, levels)
        return cls(opened, reader, duck_engine, Writer(opened, duck_engine, Keys(duck_engine, opened.events), clock))

    @classmethod
    def reopen(cls, folder: Path) -> Store:
        """Open the store in `folder` for the levels and the time zone that it was laid for.

        Raises:
            StoreError: the folder holds no store.
        """
        laid = reopened(folder)
        return cls.open(folder, levels=laid.levels, timezone=laid.timezone)

    @property
    def levels(self) -> tuple[str, ...]:
        """Return the names of the territory's levels, from coarse to fine."""
        return self._folder.levels

    @property
    def timezone(self) -> str:
        """Return the town's time zone (IANA name)."""
        return self._folder.timezone

    @property
    def version(self) -> int:
        """Return the version of the table of facts, which grows with every write to it."""
        return self._reader.events.snapshot().version

    def stamp(self) -> str:
        """Return a short text that changes whenever facts or observations change, for caches and ETags."""
        events, observations = self._reader.events.snapshot(), self._folder.observations.snapshot()
        return f"{events.version:x}.{observations.version:x}"

    def info(self) -> tuple[TableInfo, ...]:
        """Return the size of each table."""
        return tuple(table_info(table) for table in self._folder.tables)

    def schemas(self) -> dict[str, pa.Schema]:
        """Return the columns of each table, partition columns included: for whoever takes a census of them."""
        return {table.layout.name: table.layout.schema for table in self._folder.tables}

    def append(self, events: pa.Table) -> Filed:
        """File facts that are new: the caller vouches that no uid is in the store, nor twice in the table.

        Columns of `event_schema(levels)` less `id` and `version` (ignored when present), in any order.
        """
        filed = self._writing().append(events)
        self._tidy(self._folder.events)
        return filed

    def upsert(self, events: pa.Table) -> Filed:
        """File facts by uid: new ones as version 1, changed ones as a new version, the same ones not at all.

        What was received (`received_at`) is not content: the same record imported again is unchanged. Where a uid
        comes twice in the table the last row wins. Facts erased before are refused. Columns as in `append`; facts of
        several sources may come together.
        """
        filed = self._writing().upsert(events)
        self._tidy(self._folder.events, *([self._folder.history] if filed.updated else []))
        return filed

    def amend(self, events: pa.Table) -> Filed:
        """File new versions of facts that are there, on a person's behalf: restricted, rectified, or no longer so.

        As `upsert`, but facts that carry the flag "restricted:…" or "rectified" change too, which no import does.
        """
        filed = self._writing().upsert(events, is_amendment=True)
        self._tidy(self._folder.events, self._folder.history)
        return filed

    def reduce(self, events: pa.Table) -> int:
        """Put poorer facts in place of those that are there, physically, with no version of before left.

        Columns of `event_schema(levels)`; each fact keeps uid, id, version and day. Returns how many there were.
        """
        return reduce(self._writing(), events)

    def forget_versions(self, versions: Sequence[tuple[str, int]]) -> int:
        """Delete superseded versions (uid, version) physically; return how many there were."""
        return forget_versions(self._writing(), versions)

    def retract(self, source: str, uids: Sequence[str], *, reason: str) -> int:
        """Note that records left their source's snapshot: a new version, status closed, flag "withdrawn:<reason>".

        Returns how many facts changed; those already withdrawn and unknown uids do not.
        """
        changed = retract(self._writing(), source, uids, reason=reason)
        self._tidy(self._folder.events, self._folder.history)
        return changed

    def recode(self, source: str, codes: pa.Table, *, category_by: str) -> Recoded:
        """Give the facts of a source the categories of a changed crosswalk, without reading the source again.

        Only facts whose `category_by` is null or starts with "crosswalk:" and whose category or severity changes get
        a new version; recoding with the old codes reverses it.

        `codes`: columns source_category (exactly as in the facts; null matches null), category (null: nothing fits),
        and optionally severity (null: keep) and category_confidence. `category_by` is what the changed facts will
        say, "crosswalk:<name>@<version>".
        """
        recoded = recode(self._writing(), source, codes, category_by=category_by)
        self._tidy(self._folder.events, self._folder.history)
        return recoded

    def source_categories(self, source: str) -> pa.Table:
        """Return source_category, category, category_by, count of a source's facts, by the system's own right."""
        files = [file for file in self._reader.events.snapshot().files if holds_source(file, source)]
        return source_categories(self._duck.cursor(), self._reader.paths(files), source)

    def erase(self, uids: Sequence[str], *, reason: str, by: str) -> Erasure:
        """Erase facts physically: every version, in every file of the folder, before it returns.

        The ledger keeps salted commitments, so that the erased facts are refused when imported again, but nothing
        that tells which they were. Views of the past older than the erasure cannot be opened any more.
        """
        return erase(self._writing(), uids, reason=reason, by=by)

    def take_back(self, source: str, received_at: datetime) -> TakenBack:
        """Undo one import: its new facts leave every file, what it changed is as before; either may be imported again.

        It is known by its moment. Facts that a person restricted or rectified since are left as they are.
        """
        return take_back(self._writing(), source, received_at)

    def replay_erasures(self, ledgers: Sequence[ErasureLedger]) -> Replayed:
        """Erase again what was erased after this store's files were copied; the entries are kept as they were made.

        Raises:
            StoreError: a ledger is of another store.
        """
        return replay(self._writing(), ledgers)

    def query(
        self,
        viewer: Viewer,
        question: Filter,
        *,
        columns: Sequence[str] | None = None,
        order_by: Sequence[str] = ("-occurred_from",),
        limit: int | None = None,
        offset: int = 0,
    ) -> pa.Table:
        """Return facts as rows of `event_schema(levels)` (or `columns` of it).

        `order_by` names columns, "-" first for descending; nulls come last.
        `id` breaks ties, so pages never overlap nor skip. Pages by "-occurred_from" stay quick however deep.
        """
        chosen = tuple(columns) if columns is not None else tuple(event_schema(self.levels).names)
        page = Page(chosen, tuple(order_by), limit, offset)
        return query(self._reader, self._cubes, viewer, question, page)

    def stream(
        self, viewer: Viewer, question: Filter, *, columns: Sequence[str] | None = None, batch_rows: int = 50_000
    ) -> Iterator[pa.RecordBatch]:
        """Yield facts in batches, newest month first, of one snapshot, in bounded memory: for exports."""
        chosen = tuple(columns) if columns is not None else tuple(event_schema(self.levels).names)
        return stream(self._reader, viewer, question, chosen, batch_rows)

    def latest(self, viewer: Viewer, question: Filter, n: int) -> pa.Table:
        """Return the `n` newest facts by `occurred_from`, all columns, newest first."""
        return self.query(viewer, question, limit=n)

    def event(self, viewer: Viewer, event_id: str) -> tuple[Event, ...]:
        """Return one fact by its public name (or its uid): its versions, newest first; () when absent or not allowed.

        A name stays good for ever, whatever month a correction moved the fact to. A past version is shown only where
        the viewer may see it as well.
        """
        return event(self._reader, self._folder.history, viewer, event_id)

    def arrived(self, source: str, received: Sequence[datetime], *, since: datetime) -> pa.Table:
        """Return the facts that some writings of a source brought (their `received_at`), by the system's own right.

        Only those that happened since a moment: columns of `event_schema(levels)`. What was there already is not new.
        """
        return self._reader.retrying(lambda: arrived(self._duck, self._folder, source, received, since=since))

    def listable(self, viewer: Viewer, names: Sequence[str]) -> frozenset[str]:
        """Return which of some facts (public names) the viewer may list: hundreds of them in one look."""
        found: frozenset[str] = self._reader.retrying(lambda: listable(self._duck, self._folder, viewer, names))
        return found

    def past(self, viewer: Viewer, question: Filter, *, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Yield superseded versions that match, by months: columns of a fact, `superseded_at` and `next_month`."""
        return past_versions(self._reader, self._folder.history, viewer, question, columns)

    def tile(self, viewer: Viewer, question: Filter, z: int, x: int, y: int, *, has_families: bool = False) -> bytes:
        """Return a Mapbox vector tile: layer "facts", extent 4096, points with count, severity and reality.

        Severity is the mean of its facts; reality is "real" where all facts of the point are, else what one of them is.
        A point that stands for one fact also has its id. With `has_families` each has the family that is most
        frequent among its facts. Each located fact is counted in exactly one tile of a zoom level. b"" when empty.
        """
        square = Square(z, x, y)
        return tile(
            self._reader, viewer, question, square, has_families=has_families, encoder=self._duck, blocks=self._blocks
        )

    def at(self, *, version: int | None = None, when: datetime | None = None) -> Store:
        """Return a read-only view of the facts as they were at a version or at a moment (exactly one of them).

        Raises:
            PastGoneError: the files of that time are not kept any more: replaced `RETENTION` ago, or erased.
        """
        if (version is None) == (when is None):
            raise ValueError("ask for a version or for a moment, exactly one of them")
        past = self._folder.events.at(version=version, when=when)
        reader = replace(self._reader, events=Fixed(self._folder.events, past))
        return Store(self._folder, reader, self._duck, None)

    def maintain(self) -> Maintenance:
        """Compact, checkpoint, delete what no kept version needs, renew cubes; also done bit by bit after writes."""
        return maintain(self._writing())

    def _writing(self) -> Writer:
        if self._writer is None:
            raise ReadOnlyError("a view of the past cannot be written to; write to the store itself")
        return self._writer

    def _tidy(self, *tables: Table) -> None:
        """Do a share of maintenance; the write before it is safe whatever happens here."""
        with suppress(DiskFullError):
            for table in tables:
                after_write(self._writing(), table)
