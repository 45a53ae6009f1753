"""Cubes: counts made beforehand for each month, and the fingerprint that tells whether they still hold.

A cube of a month is good as long as the month's files are the ones it was made from; otherwise the month is read
from the facts themselves, so a figure is never stale.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import polars as pl
import pyarrow as pa

from quietude.model.event import Sensitivity, event_schema, zone_column
from quietude.store.files import DataFile
from quietude.store.layout import Layout
from quietude.store.table import Snapshot

EDITION = "3"
"""Part of every fingerprint: change it when cubes are made in another way."""

FEW_ROWS = 2_000_000  # of one month: the columns that a cube needs then take some 200 MB
CUBE_GROUP_ROWS = 20_000  # small row groups, so that one zone's cells are found without reading the month
_RIGHTS = ("source", "regime", "sensitivity", "reality", "time_precision")

PLAIN = (Sensitivity.PUBLIC, Sensitivity.INTERNAL)
"""What most agents read of the whole town; above it, rights differ by zone, category and source."""

Grain = Literal["day", "month", "year"]
KNOWN_OF_TIME: Mapping[Grain, frozenset[str]] = MappingProxyType(
    {
        "day": frozenset({"day", "month", "year"}),
        "month": frozenset({"month", "year"}),
        "year": frozenset({"year"}),
    }
)
"""What a cube of each grain can be asked by."""
_TRUNCATED: Mapping[Grain, str] = MappingProxyType({"day": "1d", "month": "1mo", "year": "1y"})


@dataclass(frozen=True, slots=True)
class CubeSpec:
    """One kind of cube: which columns of the facts its cells keep."""

    name: str
    columns: tuple[str, ...]
    """Columns of facts, but for `day`, which every cube has, and "zones", which means one column per level."""
    grain: Grain
    """What `day` is: the day itself, or the first day of its month or of its year."""
    detail: tuple[str, ...] = ()
    """Columns kept of the facts above `PLAIN` only, null in all other cells: few facts, which rights tell apart by."""
    is_located: bool = False
    """Whether `located` tells the facts with a position."""
    is_joined: bool = True
    """Whether the cubes of a year are also kept in one file: not where it would be as long as the facts."""
    rolled_up_from: str = ""
    """The monthly kind that a kind of whole years is made from."""
    summed_from: str = ""
    """The kind of the same month, before it in `CUBES`, whose cells this kind's are sums of."""

    def known(self, levels: tuple[str, ...]) -> frozenset[str]:
        """Return all that the cells can be asked by: columns of facts, "month", "year" and "located"."""
        is_located = self.is_located or "lon_deg" in self.columns
        return KNOWN_OF_TIME[self.grain].union(_named(self.columns, levels), ["located"] if is_located else [])

    def known_in_detail(self, levels: tuple[str, ...]) -> frozenset[str]:
        """Return all that the cells of facts above `PLAIN` can be asked by."""
        return self.known(levels).union(_named(self.detail, levels))

    def kept(self, levels: tuple[str, ...]) -> tuple[str, ...]:
        """Return the columns of facts that the cells keep, without `day`."""
        return (*_named(self.columns, levels), *_named(self.detail, levels))


def _named(columns: tuple[str, ...], levels: tuple[str, ...]) -> tuple[str, ...]:
    zones = tuple(zone_column(level) for level in reversed(levels))
    return tuple(name for column in columns for name in (zones if column == "zones" else (column,)))


_CELL = ("category", "severity", "status", "origin", *_RIGHTS)
_ZONE_CLOCK = ("zones", "hour_of_week", *_RIGHTS)
_CATEGORY_CLOCK = ("category", "hour_of_week", "severity", *_RIGHTS)
_PLACE_RIGHTS = ("regime", "sensitivity", "reality")  # no source: each place would be there once for each of them
_PLACES = ("h3", "lon_deg", "lat_deg", *_PLACE_RIGHTS)

CUBES: tuple[CubeSpec, ...] = (
    CubeSpec("days", ("zones", *_CELL), grain="day", is_located=True, is_joined=False),
    CubeSpec("months", ("zones", *_CELL), grain="month", is_located=True, summed_from="days"),
    CubeSpec("years", ("zones", *_CELL), grain="year", is_located=True, rolled_up_from="months"),
    CubeSpec("town_days", _CELL, grain="day", is_located=True, summed_from="days"),
    CubeSpec("zone_hours", _ZONE_CLOCK, grain="month"),
    CubeSpec("zone_hours_of_years", _ZONE_CLOCK, grain="year", rolled_up_from="zone_hours"),
    CubeSpec("category_hours", _CATEGORY_CLOCK, grain="month"),
    CubeSpec("category_hours_of_years", _CATEGORY_CLOCK, grain="year", rolled_up_from="category_hours"),
    CubeSpec("places", _PLACES, grain="month", is_joined=False),
    CubeSpec("town_days_by_rights", _CELL, detail=("zones",), grain="day", is_located=True),
    CubeSpec("zone_hours_by_rights", _ZONE_CLOCK, detail=("category",), grain="month"),
    CubeSpec(
        "zone_hours_of_years_by_rights",
        _ZONE_CLOCK,
        detail=("category",),
        grain="year",
        rolled_up_from="zone_hours_by_rights",
    ),
    CubeSpec("category_hours_by_rights", _CATEGORY_CLOCK, detail=("zones",), grain="month"),
    CubeSpec(
        "category_hours_of_years_by_rights",
        _CATEGORY_CLOCK,
        detail=("zones",),
        grain="year",
        rolled_up_from="category_hours_by_rights",
    ),
    CubeSpec("places_by_rights", _PLACES, detail=("zones", "category", "source"), grain="month", is_joined=False),
)
"""From all that a dashboard asks by, to what the clock of one zone or of one category, or a map of cells, needs."""


def cubes_layout(levels: tuple[str, ...]) -> Layout:
    """Return the table of cubes: by kind and month; a column that a kind does not keep is null in its files."""
    model = event_schema(levels)
    zones = [zone_column(level) for level in reversed(levels)]
    places = ["h3", "lon_deg", "lat_deg"]
    names = ["day", *zones, "hour_of_week", *_CELL, *places]
    fields = [pa.field(name, model.field(name).type) for name in names]
    fields += [pa.field("located", pa.bool_()), pa.field("count", pa.int64())]
    partition = [pa.field("cube", pa.string(), nullable=False), pa.field("month", pa.string(), nullable=False)]
    return Layout(
        name="cubes",
        schema=pa.schema([*fields, *partition]),
        partition_by=("cube", "month"),
        bounded=("day",),
        # Places by rights first: most row groups then hold one right and a small area, and are read whole or skipped.
        sort_by=(*zones[:1], "category", "hour_of_week", "day", "regime", "sensitivity", *places),
        group_rows=CUBE_GROUP_ROWS,
    )


def fingerprint(files: Iterable[DataFile]) -> str:
    """Return 16 hexadecimal digits that stand for these files: they never change, nor are names used again."""
    named = "\n".join([EDITION, *sorted(file.path for file in files)])
    return hashlib.sha256(named.encode()).hexdigest()[:16]


def cells(spec: CubeSpec, layout: Layout, levels: tuple[str, ...], facts: pl.LazyFrame, *, rows: int) -> pl.DataFrame:
    """Return the cells of one kind, in the order of the files: its columns of the facts, `day`, `located`, `count`.

    Args:
        spec: the kind.
        layout: that of the cubes.
        levels: the territory's levels.
        facts: one month's.
        rows: how many they are: many are counted in passing, few at once, which takes half the time.
    """
    if spec.is_located:
        facts = facts.with_columns(located=pl.col("lon_deg").is_not_null() & pl.col("lat_deg").is_not_null())
    counted = _grouped(spec, levels, facts, pl.len().cast(pl.Int64).alias("count"), layout)
    return counted.collect(engine="streaming" if rows > FEW_ROWS else "in-memory")


def summed(spec: CubeSpec, layout: Layout, levels: tuple[str, ...], finer: pl.LazyFrame) -> pl.DataFrame:
    """Return the cells of one kind from those of a finer kind, in the order of the files."""
    return _grouped(spec, levels, finer, pl.col("count").sum(), layout).collect()


def joined(layout: Layout, cubes: pl.LazyFrame) -> pl.DataFrame:
    """Return the cells of several months in the order of the files."""
    return cubes.sort(layout.sort_by, nulls_last=True).collect()


def _grouped(
    spec: CubeSpec, levels: tuple[str, ...], source: pl.LazyFrame, count: pl.Expr, layout: Layout
) -> pl.LazyFrame:
    by = ["day", *spec.kept(levels), *(["located"] if spec.is_located else [])]
    day = pl.col("day").dt.truncate(_TRUNCATED[spec.grain])
    is_plain = pl.col("sensitivity").is_in([each.value for each in PLAIN])
    detail = [pl.when(~is_plain).then(pl.col(name)).alias(name) for name in _named(spec.detail, levels)]
    order = [name for name in layout.sort_by if name in by]
    return source.with_columns(day, *detail).group_by(by).agg(count).sort(order, nulls_last=True)


def as_filed(cells: pl.DataFrame, layout: Layout) -> pa.Table:
    """Return cells with all columns of the table, those that their kind does not keep null."""
    made = cells.to_arrow()
    columns = [
        made[field.name].cast(field.type) if field.name in cells.columns else pa.nulls(cells.height, field.type)
        for field in layout.file_schema
    ]
    return pa.table(columns, schema=layout.file_schema)


def months_by_year(events: Snapshot) -> Mapping[str, tuple[str, ...]]:
    """Return the months that have facts, by year."""
    months = sorted(events.by_month)
    return {year: tuple(month for month in months if month[:4] == year) for year in {month[:4] for month in months}}


def fingerprints(events: Snapshot) -> Mapping[str, str]:
    """Return the fingerprint of each month ("2024-05") and each year ("2024") that has facts."""
    found = {month: fingerprint(files) for month, files in events.by_month.items()}
    for year, months in months_by_year(events).items():
        found[year] = fingerprint(file for month in months for file in events.by_month[month])
    return found


def fresh_cubes(events: Snapshot, cubes: Snapshot) -> Mapping[tuple[str, str], tuple[DataFile, ...]]:
    """Return the files of the cubes that still hold, by kind and month (or year: the same cells of all its months)."""
    current = fingerprints(events)
    found: dict[tuple[str, str], tuple[DataFile, ...]] = {}
    for file in cubes.files:
        kind, month = dict(file.partition)["cube"], file.month
        if file.path.rpartition("/")[2].partition("-")[0] == current.get(month):
            found[kind, month] = (*found.get((kind, month), ()), file)
    return found
