"""The door of the store: facts and numbers go in by verbs, and come out to a viewer, whichever engine answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from quietude.model.event import Event
from quietude.model.filter.question import Box, Filter
from quietude.model.viewer import Viewer
from quietude.store.results import (
    DiskFullError,
    Erasure,
    Filed,
    Maintenance,
    PastGoneError,
    ReadOnlyError,
    Recoded,
    StoreError,
    TableInfo,
)

__all__ = [
    "DiskFullError",
    "Engine",
    "Erasure",
    "Filed",
    "Maintenance",
    "PastGoneError",
    "ReadOnlyError",
    "Recoded",
    "Store",
    "StoreError",
    "TableInfo",
]

Engine = Literal["duckdb", "spark"]


class Store:
    """The facts of one town in one folder. Cheap to open, safe between threads, open in any number of processes.

    Every read takes the viewer first: the rights are part of the question, a column the viewer may not read comes
    back as null and can neither be searched, ordered nor grouped by. Every write is durable when it returns, and
    waits its turn: a lock in the folder is shared by all writers.
    """

    @classmethod
    def open(cls, folder: Path, *, levels: tuple[str, ...], timezone: str, engine: Engine = "duckdb") -> Store:
        """Open the store in `folder`, laying empty tables where there are none.

        Args:
            folder: where the tables are.
            levels: names of the territory's levels, from coarse to fine.
            timezone: the town's time zone (IANA name): months, days and hours are local.
            engine: which engine answers reads; the answers are the same.

        Raises:
            StoreError: the folder holds a store of other levels or of another time zone.
        """
        raise NotImplementedError

    @property
    def levels(self) -> tuple[str, ...]:
        """Return the names of the territory's levels, from coarse to fine."""
        raise NotImplementedError

    @property
    def timezone(self) -> str:
        """Return the town's time zone (IANA name)."""
        raise NotImplementedError

    @property
    def version(self) -> int:
        """Return the version of the table of facts, which grows with every write to it."""
        raise NotImplementedError

    def stamp(self) -> str:
        """Return a short text that changes whenever facts or observations change, for caches and ETags; costs microseconds."""
        raise NotImplementedError

    def info(self) -> tuple[TableInfo, ...]:
        """Return the size of each table."""
        raise NotImplementedError

    def append(self, events: pa.Table) -> Filed:
        """File facts that are new: the caller vouches that no uid is in the store, nor twice in the table.

        Args:
            events: columns of `event_schema(levels)` less `id` and `version` (ignored when present), any order.
        """
        raise NotImplementedError

    def upsert(self, events: pa.Table) -> Filed:
        """File facts by uid: new ones as version 1, changed ones as a new version, the same ones not at all.

        What was received (`received_at`) is not content: the same record imported again is unchanged. Where a uid
        comes twice in the table the last row wins. Facts erased before are refused. Columns as in `append`; facts of
        several sources may come together.
        """
        raise NotImplementedError

    def retract(self, source: str, uids: Sequence[str], *, reason: str) -> int:
        """Note that records left their source's snapshot: a new version, status closed, flag "withdrawn:<reason>".

        Returns how many facts changed; those already withdrawn and unknown uids do not.
        """
        raise NotImplementedError

    def recode(self, source: str, codes: pa.Table, *, category_by: str) -> Recoded:
        """Give the facts of a source the categories of a changed crosswalk, without reading the source again.

        Only facts whose `category_by` is null or starts with "crosswalk:" and whose category or severity changes get
        a new version; recoding with the old codes reverses it.

        Args:
            source: name of the source.
            codes: columns source_category (exactly as in the facts; null matches null), category (null: nothing fits),
                and optionally severity (null: keep) and category_confidence.
            category_by: what the changed facts will say, "crosswalk:<name>@<version>".
        """
        raise NotImplementedError

    def source_categories(self, source: str) -> pa.Table:
        """Return what `recode` needs to be told: columns source_category, category, category_by, count; by system right."""
        raise NotImplementedError

    def erase(self, uids: Sequence[str], *, reason: str, by: str) -> Erasure:
        """Erase facts physically: every version, in every file of the folder, before it returns.

        The ledger keeps salted commitments, so that the erased facts are refused when imported again, but nothing
        that tells which they were. Views of the past older than the erasure cannot be opened any more.
        """
        raise NotImplementedError

    def append_observations(self, table: pa.Table) -> int:
        """File numbers (`OBSERVATION_SCHEMA`) by (series, at): returns how many were new or changed. The last one wins."""
        raise NotImplementedError

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
        """Return facts as rows of `event_schema(levels)` (or `columns` of it), ordered ("-" first: descending, nulls last).

        `id` breaks ties, so pages never overlap nor skip. Pages by "-occurred_from" stay quick however deep.
        """
        raise NotImplementedError

    def stream(
        self, viewer: Viewer, question: Filter, *, columns: Sequence[str] | None = None, batch_rows: int = 50_000
    ) -> Iterator[pa.RecordBatch]:
        """Yield facts in batches, newest month first, of one snapshot, in bounded memory: for exports."""
        raise NotImplementedError

    def count(self, viewer: Viewer, question: Filter, by: Sequence[str] = ()) -> pa.Table:
        """Return the number of facts by each combination of dimensions: the dimensions' columns, then `count` (int64).

        Dimensions: any column of a fact, and "family", "nature" (category's first one and two levels), "month"
        ("YYYY-MM"), "year", "week" (date of its Monday), "hour" (0..23), "weekday" (0 is Monday), "located" (bool).
        Ordered by the dimensions; only combinations that occur; one row when `by` is empty.
        """
        raise NotImplementedError

    def hidden(self, viewer: Viewer, question: Filter) -> int | None:
        """Return how many facts match but are not the viewer's, coarsely, or None where telling would reveal a fact.

        Told only for questions of period, zones, categories, sources, severity, origin and reality; rounded down to
        tens, so that fewer than ten read as 0.
        """
        raise NotImplementedError

    def matrix(self, viewer: Viewer, question: Filter) -> npt.NDArray[np.int64]:
        """Return the counts by local weekday (rows, 0 is Monday) and hour: shape (7, 24), facts known to the hour only."""
        raise NotImplementedError

    def h3_bins(self, viewer: Viewer, question: Filter, *, resolution: int, box: Box | None = None) -> pa.Table:
        """Return the located facts by H3 cell: columns h3, count; by count descending. `resolution` is 0..10.

        `box` keeps the facts inside it, as `question.box` does; both may be given.
        """
        raise NotImplementedError

    def latest(self, viewer: Viewer, question: Filter, n: int) -> pa.Table:
        """Return the `n` newest facts by `occurred_from`, all columns, newest first."""
        raise NotImplementedError

    def event(self, viewer: Viewer, event_id: str) -> tuple[Event, ...]:
        """Return one fact by its public name (or its uid): its versions, newest first; () when absent or not allowed.

        A name stays good for ever, whatever month a correction moved the fact to. A past version is shown only where
        the viewer may see it as well.
        """
        raise NotImplementedError

    def tile(self, viewer: Viewer, question: Filter, z: int, x: int, y: int) -> bytes:
        """Return a Mapbox vector tile: layer "facts", extent 4096, points with count, severity (highest), reality, family.

        A point that stands for one fact also has id and category; one that stands for several has the family that
        is most frequent among them. Each located fact is counted in exactly one tile of a zoom level. b"" when empty.
        """
        raise NotImplementedError

    def observations(
        self,
        viewer: Viewer,
        *,
        series: Sequence[str] | None = None,
        source: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        every: timedelta | None = None,
    ) -> pa.Table:
        """Return numbers ordered by series and time: `OBSERVATION_SCHEMA`, or per step series, at, value (mean), low, high, count, unit.

        `since` is inclusive, `until` exclusive. `every` averages over steps that start at the epoch, UTC.
        """
        raise NotImplementedError

    def series(self, viewer: Viewer) -> pa.Table:
        """Return the series there are: source, series, unit, sensitivity, reality, first, last, count, lon_deg, lat_deg."""
        raise NotImplementedError

    def at(self, *, version: int | None = None, when: datetime | None = None) -> Store:
        """Return a read-only view of the facts as they were at a version or at a moment (exactly one of them).

        Raises:
            PastGoneError: the files of that time are not kept any more (`RETENTION` after they were replaced, or erased).
        """
        raise NotImplementedError

    def maintain(self) -> Maintenance:
        """Compact, checkpoint, delete what no kept version needs, renew cubes; also done bit by bit after writes."""
        raise NotImplementedError
