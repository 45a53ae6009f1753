"""Observations as the viewer may see them, as measured or averaged over steps."""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from quietude.model.event import Sensitivity
from quietude.model.filter.compile import to_ibis
from quietude.model.filter.scope import columns_of
from quietude.model.observation import OBSERVATION_SCHEMA
from quietude.model.rights import masked_columns
from quietude.model.viewer import Grant, Viewer
from quietude.store.files import DataFile
from quietude.store.reading.reader import Reader
from quietude.store.table import Table

Build = Callable[[ir.Table], ir.Table]

_JUDGED = frozenset({"occurred_from", "source", "reality", "sensitivity", "lon_deg", "lat_deg"})
"""What a grant can say of a number; one that says more (zones, words, categories) opens no numbers."""


@dataclass(frozen=True, slots=True)
class Span:
    """Which numbers: of which series and source, from when (inclusive) to when (exclusive)."""

    series: tuple[str, ...] | None = None
    source: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def may_be_in(self, file: DataFile) -> bool:
        """Tell whether a file may hold such numbers."""
        month = file.month
        if self.since is not None and month < f"{self.since.astimezone(UTC):%Y-%m}":
            return False
        if self.until is not None and month > f"{self.until.astimezone(UTC):%Y-%m}":
            return False
        bounds = {name: (low, high) for name, low, high in file.bounds}
        if self.source is not None and not bounds["source"][0] <= self.source <= bounds["source"][1]:
            return False
        low, high = bounds["series"]
        return self.series is None or any(low <= name <= high for name in self.series)


def observations(reader: Reader, table: Table, viewer: Viewer, span: Span, every: timedelta | None) -> pa.Table:
    """Return the numbers, or their means over steps of `every`."""
    step_s = None if every is None else int(every.total_seconds())
    if step_s is not None and (step_s < 1 or timedelta(seconds=step_s) != every):
        raise ValueError(f"a step of {every} is not a whole number of seconds")

    def build(numbers: ir.Table) -> ir.Table:
        found = chosen(visible(viewer, numbers, reader.timezone), span)
        if step_s is not None:
            return _stepped(found, step_s)
        return found.order_by(["series", "at"]).select(*OBSERVATION_SCHEMA.names)

    return run(reader, table, ("numbers", viewer, span, step_s), build, span)


def series(reader: Reader, table: Table, viewer: Viewer) -> pa.Table:
    """Return the series there are, with their ends and counts."""

    def build(numbers: ir.Table) -> ir.Table:
        found = visible(viewer, numbers, reader.timezone)
        names = ["source", "series", "unit", "sensitivity", "reality"]
        grouped = found.group_by(names).agg(
            first=found["at"].min(),
            last=found["at"].max(),
            count=found.count().cast("int64"),
            lon_deg=found["lon_deg"].max(),
            lat_deg=found["lat_deg"].max(),
        )
        return grouped.order_by(["source", "series"])

    return run(reader, table, ("series", viewer), build, Span())


def run(reader: Reader, table: Table, key: Hashable, build: Build, span: Span) -> pa.Table:
    """Return what an expression says of the files of a table that may hold numbers of a span."""
    plan = reader.plan(key, {"observations": table.layout.file_schema}, build)

    def ask() -> pa.Table:
        files = [file for file in table.snapshot().files if span.may_be_in(file)]
        return reader.engine.run(plan, {"observations": [f"{table.root}/{file.path}" for file in files]})

    return reader.retrying(ask)


def _stepped(found: ir.Table, step_s: int) -> ir.Table:
    begun = (found["at"].epoch_seconds().cast("int64") // step_s) * step_s
    stepped = found.mutate(step=begun.cast("int64"))
    means = stepped.group_by(["series", "step"]).agg(
        value=stepped["value"].mean(),
        low=stepped["value"].min(),
        high=stepped["value"].max(),
        count=stepped["value"].count().cast("int64"),
        unit=stepped["unit"].max(),
    )
    return means.order_by(["series", "step"]).select(
        "series",
        means["step"].as_timestamp("s").cast("timestamp('UTC', 6)").name("at"),
        "value",
        "low",
        "high",
        "count",
        "unit",
    )


def chosen(found: ir.Table, span: Span) -> ir.Table:
    """Return the rows of a span."""
    conditions: list[ir.BooleanValue] = []
    if span.series is not None:
        conditions.append(found["series"].isin(span.series))
    if span.source is not None:
        conditions.append(found["source"] == span.source)
    if span.since is not None:
        conditions.append(found["at"] >= _instant(span.since))
    if span.until is not None:
        conditions.append(found["at"] < _instant(span.until))
    return found.filter(conditions) if conditions else found


def _instant(moment: datetime) -> ir.Value:
    return ibis.literal(moment.astimezone(UTC), type="timestamp('UTC', 6)")


def visible(viewer: Viewer, numbers: ir.Table, timezone: str) -> ir.Table:
    """Return the rows that a viewer sees, without what is masked for them."""
    opened = [_admits(grant, numbers, timezone) for grant in viewer.grants]
    found = numbers.filter(reduce(operator.or_, opened, ibis.literal(False)))
    masked = [name for name in ("value", "lon_deg", "lat_deg") if name in masked_columns(viewer)]
    return found.mutate(**{name: ibis.null("float64") for name in masked}) if masked else found


def _admits(grant: Grant, numbers: ir.Table, timezone: str) -> ir.BooleanValue:
    rows = replace(grant.rows, since=_begin(grant.rows.since, 0, timezone), until=_begin(grant.rows.until, 1, timezone))
    if not columns_of(rows) <= _JUDGED:
        return ibis.literal(False)
    allowed = [each.value for each in grant.sensitivities]
    columns = {"occurred_from": numbers["at"], **{name: numbers[name] for name in numbers.columns}}
    inside: ir.BooleanValue = to_ibis(rows, columns, timezone=timezone)
    return inside if grant.ceiling is Sensitivity.CONFIDENTIAL else inside & numbers["sensitivity"].isin(allowed)


def _begin(moment: date | datetime | None, days: int, timezone: str) -> datetime | None:
    """Return a local day as the instant it begins (or the next one does, with days 1)."""
    if moment is None or isinstance(moment, datetime):
        return moment
    return datetime.combine(moment + timedelta(days=days), time(), ZoneInfo(timezone))


def span_of(
    series_names: Sequence[str] | None, source: str | None, since: datetime | None, until: datetime | None
) -> Span:
    """Return a span; naive datetimes are refused."""
    for moment in (since, until):
        if moment is not None and moment.tzinfo is None:
            raise ValueError(f"{moment} has no time zone")
    return Span(None if series_names is None else tuple(series_names), source, since, until)
