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

import pyarrow as pa

from quietude.model.event import event_schema, zone_column
from quietude.store.files import DataFile
from quietude.store.layout import Layout
from quietude.store.table import Snapshot

EDITION = "2"
"""Part of every fingerprint: change it when cubes are made in another way."""

CUBE_GROUP_ROWS = 20_000  # small row groups, so that one zone's cells are found without reading the month
_RIGHTS = ("source", "regime", "sensitivity", "reality", "time_precision")


Grain = Literal["day", "month", "year"]
KNOWN_OF_TIME: Mapping[Grain, frozenset[str]] = MappingProxyType(
    {
        "day": frozenset({"day", "month", "year"}),
        "month": frozenset({"month", "year"}),
        "year": frozenset({"year"}),
    }
)
"""What a cube of each grain can be asked by."""


@dataclass(frozen=True, slots=True)
class CubeSpec:
    """One kind of cube: which columns of the facts its cells keep."""

    name: str
    columns: tuple[str, ...]
    """Columns of facts, but for `day`, which every cube has, and "zones", which means one column per level."""
    grain: Grain
    """What `day` is: the day itself, or the first day of its month or of its year."""
    is_located: bool = False
    """Whether `located` tells the facts with a position."""
    is_joined: bool = True
    """Whether the cubes of a year are also kept in one file: not where it would be as long as the facts."""
    rolled_up_from: str = ""
    """The monthly kind that a kind of whole years is made from."""

    def known(self, levels: tuple[str, ...]) -> frozenset[str]:
        """Return all that the cells can be asked by: columns of facts, "month", "year" and "located"."""
        is_located = self.is_located or "lon_deg" in self.columns
        return KNOWN_OF_TIME[self.grain].union(self.kept(levels), ["located"] if is_located else [])

    def kept(self, levels: tuple[str, ...]) -> tuple[str, ...]:
        """Return the columns of facts that the cells keep, without `day`."""
        zones = [zone_column(level) for level in reversed(levels)]
        return tuple(name for column in self.columns for name in (zones if column == "zones" else [column]))


_CELL = ("category", "severity", "status", "origin", *_RIGHTS)
_ZONE_CLOCK = ("zones", "hour_of_week", *_RIGHTS)
_CATEGORY_CLOCK = ("category", "hour_of_week", "severity", *_RIGHTS)
_PLACE_RIGHTS = ("regime", "sensitivity", "reality")  # no source: each place would be there once for each of them

CUBES: tuple[CubeSpec, ...] = (
    CubeSpec("days", ("zones", *_CELL), grain="day", is_located=True, is_joined=False),
    CubeSpec("months", ("zones", *_CELL), grain="month", is_located=True),
    CubeSpec("years", ("zones", *_CELL), grain="year", is_located=True, rolled_up_from="months"),
    CubeSpec("town_days", _CELL, grain="day", is_located=True),
    CubeSpec("zone_hours", _ZONE_CLOCK, grain="month"),
    CubeSpec("zone_hours_of_years", _ZONE_CLOCK, grain="year", rolled_up_from="zone_hours"),
    CubeSpec("category_hours", _CATEGORY_CLOCK, grain="month"),
    CubeSpec("category_hours_of_years", _CATEGORY_CLOCK, grain="year", rolled_up_from="category_hours"),
    CubeSpec("places", ("h3", "lon_deg", "lat_deg", *_PLACE_RIGHTS), grain="month", is_joined=False),
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


_SQL_TYPES = MappingProxyType(
    {
        "int8": "TINYINT",
        "int16": "SMALLINT",
        "bool": "BOOLEAN",
        "string": "VARCHAR",
        "date32[day]": "DATE",
        "double": "DOUBLE",
    }
)


def cells_sql(spec: CubeSpec, layout: Layout, levels: tuple[str, ...]) -> str:
    """Return DuckDB's SQL that makes the cells of one kind from the files bound to `$files`, one month's."""
    kept = spec.kept(levels)
    made: dict[str, str] = {name: name for name in kept}
    made["day"] = "day" if spec.grain == "day" else "CAST(date_trunc('month', day) AS DATE)"
    if spec.is_located:
        made["located"] = "lon_deg IS NOT NULL AND lat_deg IS NOT NULL"
    columns = [
        f"{made[field.name]} AS {field.name}"
        if field.name in made
        else f"NULL::{_SQL_TYPES[str(field.type)]} AS {field.name}"
        for field in layout.file_schema
        if field.name != "count"
    ]
    order = ", ".join(name for name in layout.sort_by if name in made)
    return f"SELECT {', '.join(columns)}, count(*) AS count FROM read_parquet($files) GROUP BY ALL ORDER BY {order}"


def joined_sql(layout: Layout) -> str:
    """Return DuckDB's SQL that puts the cubes of one kind of several months, bound to `$files`, in one order."""
    names = ", ".join(f'"{name}"' for name in layout.file_schema.names)
    return f"SELECT {names} FROM read_parquet($files, hive_partitioning = false) ORDER BY {', '.join(layout.sort_by)}"


def rolled_up_sql(layout: Layout) -> str:
    """Return DuckDB's SQL that makes the cells of a year from those of its months, bound to `$files`."""
    kept = [field.name for field in layout.file_schema if field.name not in {"day", "count"}]
    made = {"count": "CAST(sum(count) AS BIGINT) AS count", "day": "CAST(date_trunc('year', day) AS DATE) AS day"}
    columns = ", ".join(made.get(name, f'"{name}"') for name in layout.file_schema.names)
    groups = ", ".join(["date_trunc('year', day)", *(f'"{name}"' for name in kept)])
    source = "read_parquet($files, hive_partitioning = false)"
    return f"SELECT {columns} FROM {source} GROUP BY {groups} ORDER BY {', '.join(layout.sort_by)}"


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
