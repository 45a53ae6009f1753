"""Numbers at the resolution that a page can show: from the roll-ups, and from the values where these do not hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

import ibis
import ibis.expr.types as ir
import polars as pl
import pyarrow as pa

from quietude.model.observation import ROLLUP_SCHEMA
from quietude.model.rights import masked_columns
from quietude.model.viewer import Viewer
from quietude.store.folder import Folder
from quietude.store.reading.measures import Span, chosen, observations, run, span_of, visible
from quietude.store.reading.measures import series as series_measured
from quietude.store.reading.reader import Reader
from quietude.store.rollups import (
    DAY_S,
    HOUR_S,
    by_day,
    moment,
    noted,
    rolled,
    step_for,
    values_gone,
)

RAW_MOST = 2
"""Values as measured are shown where they are at most so many times the points that were asked for."""
RAW_TRIED = timedelta(days=2)
"""Periods of which the values themselves are looked at first: at one a second some 170,000 a series."""
_MASKED = ("leq", "low", "high")


@dataclass(frozen=True, slots=True)
class Downsampled:
    """Numbers of some series over a period, at one resolution."""

    step: timedelta | None
    """None: as measured."""
    rows: pa.Table
    """`OBSERVATION_SCHEMA` as measured, else `ROLLUP_SCHEMA`; by series and time."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for which numbers of a store."""

    reader: Reader
    folder: Folder
    viewer: Viewer
    span: Span

    def raw(self) -> pl.DataFrame:
        """Return the numbers as measured."""
        return pl.DataFrame(observations(self.reader, self.folder.observations, self.viewer, self.span, None))

    def of(self, first: int, last: int) -> Asked:
        """Return the same for another period, in seconds since 1970."""
        return replace(self, span=replace(self.span, since=moment(first), until=moment(last)))

    def touched(self) -> pl.DataFrame:
        """Return the hours (source, hour in seconds since 1970) of the period whose roll-ups do not hold."""
        since, until = self.span.since, self.span.until
        found = [
            (source, hour)
            for source, hours in noted(self.folder.path).items()
            for hour in hours
            if (since is None or moment(hour + HOUR_S) > since) and (until is None or moment(hour) < until)
        ]
        return pl.DataFrame(found, schema={"source": pl.String, "hour": pl.Int64}, orient="row")

    def within(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the roll-ups that begin within the period."""
        if self.span.since is not None:
            rows = rows.filter(pl.col("at") >= self.span.since)
        return rows.filter(pl.col("at") < self.span.until) if self.span.until is not None else rows


def downsampled(
    reader: Reader,
    folder: Folder,
    viewer: Viewer,
    names: Sequence[str],
    *,
    since: datetime,
    until: datetime,
    points: int,
) -> Downsampled:
    """Return numbers at the finest resolution that gives about so many points a series, as measured where it may."""
    step = step_for(until - since, points)
    span = span_of(names, None, since, until)
    if until - since <= RAW_TRIED:
        raw = observations(reader, folder.observations, viewer, span, None)
        is_whole = not _has_let_go(Asked(reader, folder, viewer, span))
        if is_whole and raw.num_rows <= points * RAW_MOST * max(1, len(names)):
            return Downsampled(None, raw)
    begun = moment(int(since.timestamp()) // step * step)
    asked = Asked(reader, folder, viewer, replace(span, since=begun))
    return Downsampled(timedelta(seconds=step), _by_step(asked, step))


def _has_let_go(asked: Asked) -> bool:
    """Tell whether values of the period were let go that their roll-ups still tell of."""
    gone = values_gone(asked.folder.path)
    if not gone or (asked.span.since is not None and asked.span.since >= max(gone.values())):
        return False
    hours = _kept(asked, HOUR_S)
    return any(at < gone[source] for source, at in hours.select("source", "at").iter_rows() if source in gone)


def series(reader: Reader, folder: Folder, viewer: Viewer) -> pa.Table:
    """Return the series there are, with their ends and counts: of values, and of roll-ups whose values were let go."""
    there = series_measured(reader, folder.observations, viewer)
    gone = values_gone(folder.path)
    if not gone:
        return there
    hours = _kept(Asked(reader, folder, viewer, Span(until=max(gone.values()))), HOUR_S)
    ends = pl.DataFrame({"source": list(gone), "ends": list(gone.values())}, schema={"source": pl.String, "ends": _UTC})
    let_go = hours.join(ends, on="source").filter(pl.col("at") < pl.col("ends"))
    names = ["source", "series", "unit", "sensitivity", "reality"]
    rolled_up = let_go.group_by(names).agg(
        first=pl.col("at").min(),
        last=pl.col("at").max(),
        count=pl.col("count").sum().cast(pl.Int64),
        lon_deg=pl.col("lon_deg").max(),
        lat_deg=pl.col("lat_deg").max(),
    )
    both = pl.concat([pl.DataFrame(there), rolled_up.select(there.schema.names)])
    summed = both.group_by(names).agg(
        pl.col("first").min(), pl.col("last").max(), pl.col("count").sum(),
        pl.col("lon_deg").max(), pl.col("lat_deg").max(),
    )  # fmt: skip
    return summed.sort("source", "series").to_arrow().cast(there.schema)


_UTC = pl.Datetime("us", "UTC")


def _by_step(asked: Asked, step_s: int) -> pa.Table:
    """Return numbers by one of the steps: `ROLLUP_SCHEMA`, of the steps that begin within the period."""
    if any(grant.rows.since is not None or grant.rows.until is not None for grant in asked.viewer.grants):
        found = rolled(asked.raw(), step_s)  # a step may reach beyond what a grant opens
    elif step_s == DAY_S:
        found = _by_day(asked)
    else:
        found = _joined(asked, step_s)
    return found.sort("series", "at").to_arrow().cast(ROLLUP_SCHEMA)


def _by_day(asked: Asked) -> pl.DataFrame:
    touched = asked.touched()
    days = touched.select("source", _begun(pl.col("hour"), DAY_S).alias("hour")).unique()
    kept = _of_hours(_kept(asked, DAY_S), days, DAY_S, how="anti")
    if days.is_empty():
        return kept
    first, last = _ends(days)
    hours = _of_hours(_joined(asked.of(first, last + DAY_S), HOUR_S), days, DAY_S, how="semi")
    return pl.concat([kept, asked.within(by_day(hours))])


def _joined(asked: Asked, step_s: int) -> pl.DataFrame:
    """Return roll-ups of at most an hour, made anew from the values for the hours touched of each source."""
    touched = asked.touched()
    kept = _of_hours(_kept(asked, step_s), touched, HOUR_S, how="anti")
    if touched.is_empty():
        return kept
    first, last = _ends(touched)
    values = _of_hours(asked.of(first, last + HOUR_S).raw(), touched, HOUR_S, how="semi")
    return pl.concat([kept, asked.within(rolled(values, step_s))])


def _ends(hours: pl.DataFrame) -> tuple[int, int]:
    first, last = hours.select(first=pl.col("hour").min(), last=pl.col("hour").max()).row(0)
    return first, last


def _begun(seconds: pl.Expr, step_s: int) -> pl.Expr:
    return seconds // step_s * step_s


def _of_hours(rows: pl.DataFrame, hours: pl.DataFrame, step_s: int, *, how: Literal["semi", "anti"]) -> pl.DataFrame:
    """Return the rows of some hours or days of their source, or all others."""
    placed = rows.with_columns(_begun(pl.col("at").dt.epoch("s"), step_s).alias("hour"))
    return placed.join(hours, on=["source", "hour"], how=how, maintain_order="left").drop("hour")


def _kept(asked: Asked, step_s: int) -> pl.DataFrame:
    viewer, span, timezone = asked.viewer, asked.span, asked.reader.timezone

    def build(rows: ir.Table) -> ir.Table:
        mine = visible(viewer, rows, timezone)
        if "value" in masked_columns(viewer):
            mine = mine.mutate(**{name: ibis.null("float64") for name in _MASKED})
        found = chosen(mine.filter(mine["step_s"] == step_s), span)
        return found.order_by(["series", "at"]).select(*ROLLUP_SCHEMA.names)

    return pl.DataFrame(run(asked.reader, asked.folder.rollups, ("rolled", viewer, span, step_s), build, span))
