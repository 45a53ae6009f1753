"""The same answers worked out plainly, in memory, grant by grant: what the store is held against."""

from __future__ import annotations

from collections import Counter
from typing import Any

import polars as pl
import pyarrow as pa

from quietude.model.event import TimePrecision
from quietude.model.filter.predicate import mask
from quietude.model.filter.question import Filter
from quietude.model.viewer import Grant, Viewer


def admitted(grant: Grant, frame: pl.DataFrame) -> pl.Series:
    """Return which facts one grant opens."""
    is_open = frame["sensitivity"].is_in([each.value for each in grant.sensitivities])
    return mask(grant.rows, frame) & is_open & frame["regime"].is_in([each.value for each in grant.regimes])


def as_read(viewer: Viewer, facts: pa.Table) -> pl.DataFrame:
    """Return the viewer's facts, masked values removed."""
    frame = pl.DataFrame(facts)
    none = pl.Series([False] * frame.height, dtype=pl.Boolean)
    opened = [(grant, admitted(grant, frame)) for grant in viewer.grants]
    rows = pl.Series(none)
    for _, facts_opened in opened:
        rows = rows | facts_opened
    columns = []
    for name in frame.columns:
        readable = pl.Series(none)
        for grant, facts_opened in opened:
            readable = readable | (facts_opened & (name not in grant.masked))
        columns.append(frame.select(pl.when(readable).then(pl.col(name)).alias(name))[name])
    return pl.DataFrame(columns).filter(rows)


def matching(viewer: Viewer, question: Filter, facts: pa.Table) -> list[dict[str, Any]]:
    """Return the rows that the viewer is answered with, by uid where it can be read."""
    seen = as_read(viewer, facts)
    return seen.filter(mask(question, seen)).to_dicts()


def dimension(row: dict[str, Any], name: str) -> Any:
    """Return one dimension of a row as the store counts by it."""
    day, category, hour = row["day"], row["category"], row["hour_of_week"]
    is_coarse = row["time_precision"] in {TimePrecision.MONTH, TimePrecision.YEAR}
    parts = category.split(".") if category is not None else []
    made = {
        "family": ".".join(parts[:1]) or None,
        "nature": ".".join(parts[:2]) or None,
        "month": None if day is None else f"{day:%Y-%m}",
        "year": None if day is None else day.year,
        "week": None if day is None else day.fromordinal(day.toordinal() - day.weekday()),
        "hour": None if hour is None else hour % 24,
        "weekday": None if day is None or is_coarse else day.weekday(),
        "located": row["lon_deg"] is not None and row["lat_deg"] is not None,
    }
    return made[name] if name in made else row[name]


def counts(rows: list[dict[str, Any]], by: tuple[str, ...]) -> Counter[tuple[Any, ...]]:
    """Return the number of rows by each combination of dimensions."""
    return Counter(tuple(dimension(row, name) for name in by) for row in rows)


def as_counts(table: pa.Table) -> Counter[tuple[Any, ...]]:
    """Return a table of counts in the same form."""
    rows = zip(*(table[name].to_pylist() for name in table.schema.names), strict=True)
    return Counter({row[:-1]: row[-1] for row in rows})
