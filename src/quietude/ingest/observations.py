"""Numbers of sensors: wide records made long, one row per value."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime

import polars as pl
import pyarrow as pa

from quietude.ingest.evaluate import holds
from quietude.ingest.facts import dated
from quietude.ingest.ledger import Quarantined
from quietude.ingest.mapping import Mapper
from quietude.ingest.neighbours import quality
from quietude.ingest.plan import Plan
from quietude.ingest.sick import problems_aside, set_aside
from quietude.ingest.tally import Tally
from quietude.ingest.units import Conversion, conversion
from quietude.model.coordinates import plausible_boxes, repair_coordinates
from quietude.model.fold import fold
from quietude.model.observation import OBSERVATION_SCHEMA, Note, Quality
from quietude.sources.api import RawBatch, SeriesSpec

ROW = "_row"
ALONE = "_"
"""Sensor of a source that has one only."""
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(slots=True)
class Numbers:
    """Takes the batches of a source of observations; every record ends in exactly one count."""

    plan: Plan
    tally: Tally
    import_id: int = 0
    drops_absent: bool = False
    """Whether a quantity that a record does not state is no value: of records that come one by one, not of tables."""
    since: datetime | None = None
    """Before which moment the store has let values go: older ones would make their roll-ups untrue."""
    specs: dict[str, SeriesSpec] = field(default_factory=dict)
    """Of which part of the manifest each series met is."""

    def take(self, batch: RawBatch, mapper: Mapper) -> tuple[pa.Table, list[Quarantined], int]:
        """Return a batch's values as `OBSERVATION_SCHEMA`, the records set aside, and how many records gave values."""
        aside = problems_aside(batch.problems, batch.file, self.plan, self.import_id)
        self.tally.read(batch.frame.height + len(batch.problems))
        records = mapper.complete(batch.frame, batch.file)
        scope = mapper.in_scope()
        if scope is not None:
            records = records.filter(scope)
            self.tally.out_of_scope(batch.frame.height - records.height)
        found = mapper.values(records).with_columns(
            reason=pl.lit(None, dtype=pl.String), **{ROW: pl.int_range(records.height, dtype=pl.UInt32)}
        )
        found = dated(found, self.plan)
        measured = [
            replace(measure(records, column, spec), number=number)
            for number, (column, spec) in enumerate(mapper.measures())
        ]
        faults = [pl.col("reason"), *(pl.lit(each.reason) for each in measured)]
        found = found.with_columns(reason=pl.coalesce(*faults, _unknown(measured)))
        sick = found.filter(pl.col("reason").is_not_null()).with_columns(key=pl.lit(None, dtype=pl.String))
        aside += set_aside(records[sick[ROW]], sick, mapper, self.plan, self.import_id)
        self.tally.quarantined(aside)
        healthy = self._retained(found.filter(pl.col("reason").is_null()))
        self.tally.days(healthy["day"])
        return self._long(healthy, [each.of_rows(healthy[ROW]) for each in measured]), aside, healthy.height

    def _retained(self, found: pl.DataFrame) -> pl.DataFrame:
        oldest = self.plan.oldest_day
        if oldest is None or self.plan.manifest.history == "statistics":
            return found
        kept = found.filter(pl.col("day") >= oldest)
        if self.since is not None:
            kept = kept.filter(pl.col("at") >= self.since)
        self.tally.past_retention(found.height - kept.height, 0)
        return kept

    def _long(self, found: pl.DataFrame, measured: list[Measured]) -> pa.Table:
        manifest = self.plan.manifest
        sensor = pl.col("sensor") if "sensor" in found.columns else pl.lit(None, dtype=pl.String)
        base = found.select(
            "at",
            sensor=sensor,
            position=pl.col("place.position_key") if "place.position_key" in found.columns else sensor,
        )
        parts = [self._part(base, each) for each in measured]
        if not parts:
            return OBSERVATION_SCHEMA.empty_table()
        long = pl.concat(parts)
        names = long["sensor"].unique().to_list()
        long = self._placed(
            long.with_columns(
                slug=pl.col("sensor").replace_strict({name: slug(name) for name in names}, return_dtype=pl.String)
            )
        )
        prefix = manifest.series or manifest.name
        long = long.with_columns(series=pl.concat_str(pl.lit(prefix), "slug", "quantity", separator="/"))
        for name, number in long.select("series", "spec").unique().iter_rows():
            self.specs[name] = measured[number].spec
        return (
            long.select(
                pl.lit(manifest.name).alias("source"),
                "series",
                "at",
                "value",
                "unit",
                "quality",
                pl.lit(manifest.sensitivity.value).alias("sensitivity"),
                pl.lit(manifest.defaults.reality.value).alias("reality"),
                "lon_deg",
                "lat_deg",
                pl.lit(self.plan.now).dt.convert_time_zone("UTC").alias("received_at"),
            )
            .to_arrow()
            .cast(OBSERVATION_SCHEMA)
        )

    def _part(self, base: pl.DataFrame, each: Measured) -> pl.DataFrame:
        """Return the values of one column and quantity."""
        spec, column, named = each.spec, each.column, None
        if spec.sensor is not None:
            named = pl.lit(spec.named(spec.sensor, column))
        part = base.select(
            "at",
            sensor=named if named is not None else pl.col("sensor").fill_null(ALONE),
            position=named if named is not None else pl.col("position"),
            quantity=pl.lit(slug(spec.named(spec.quantity, column))),
            unit=pl.lit(spec.unit),
            value=pl.lit(each.value),
            quality=pl.lit(each.quality),
            spec=pl.lit(each.number, dtype=pl.Int32),
            is_asked=pl.lit(each.is_asked),
        )
        is_there = pl.col("is_asked") & (pl.col("value").is_not_null() if self.drops_absent else True)
        return part.filter(is_there).drop("is_asked")

    def _placed(self, long: pl.DataFrame) -> pl.DataFrame:
        if self.plan.positions is None:
            nowhere = pl.lit(None, dtype=pl.Float64)
            return long.with_columns(lon_deg=nowhere, lat_deg=nowhere)
        positions = self.plan.positions
        points = repair_coordinates(positions["lon"], positions["lat"], plausible_boxes(self.plan.territory))
        known = positions.select(position="key").with_columns(points.select("lon_deg", "lat_deg"))
        return long.join(known, on="position", how="left", maintain_order="left")


def slug(text: str) -> str:
    """Return a name in lower-case ASCII, digits and _, for series."""
    return _SLUG.sub("_", fold(text)).strip("_") or ALONE


@dataclass(frozen=True, slots=True)
class Measured:
    """What one column holds of one quantity, record for record."""

    column: str
    spec: SeriesSpec
    value: pl.Series
    """In the unit of the series; null where there is none."""
    quality: pl.Series
    reason: pl.Series
    """Why a record cannot be used, null where it can."""
    is_asked: pl.Series
    """Whether the record is of this quantity."""
    number: int = 0

    def of_rows(self, rows: pl.Series) -> Measured:
        """Return the same of some records."""
        parts = {name: getattr(self, name)[rows] for name in ("value", "quality", "reason", "is_asked")}
        return replace(self, **parts)


def measure(records: pl.DataFrame, column: str, spec: SeriesSpec) -> Measured:
    """Return the numbers that a column of records holds of a quantity, converted to its unit."""
    asked = records.select(asked=pl.all_horizontal([holds(each) for each in spec.only] or [pl.lit(value=True)]))
    frame = records.select(
        text=pl.col(column).str.strip_chars(),
        said=(
            pl.col(name).str.strip_chars()
            if spec.unit_from is not None and (name := spec.named(spec.unit_from, column)) in records.columns
            else pl.lit(None, dtype=pl.String)
        ),
        asked=asked["asked"] if asked.height == records.height else pl.lit(value=True),
    )
    known = {said: conversion(said, spec.unit) for said in frame["said"].unique().drop_nulls().to_list()}
    usable = {said: each for said, each in known.items() if each is not None}
    number = pl.col("text").str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    is_said = pl.col("text").is_not_null() & (pl.col("text") != "") & pl.col("asked")
    is_unit_odd = pl.col("said").is_in([said for said in known if said not in usable]).fill_null(value=False)
    frame = frame.with_columns(
        value=pl.when(number.is_finite()).then(number) * _of_unit(usable, "factor", 1.0)
        + _of_unit(usable, "offset", 0.0),
        is_converted=pl.col("said").is_in([said for said, each in usable.items() if not each.is_none]),
        reason=pl.when(~is_said).then(pl.lit(None, dtype=pl.String))
        .when(number.is_null()).then(pl.lit(f"value_unreadable:{column}"))
        .when(~number.is_finite()).then(pl.lit(f"value_not_finite:{column}"))
        .when(is_unit_odd).then(pl.lit(f"unit_unconvertible:{spec.named(spec.unit_from or '', column)}")),
    )  # fmt: skip
    frame = frame.with_columns(quality=_quality(spec))
    return Measured(column, spec, frame["value"], frame["quality"], frame["reason"], frame["asked"])


def _of_unit(usable: dict[str, Conversion], part: str, usual: float) -> pl.Expr:
    parts = {said: getattr(each, part) for said, each in usable.items()}
    if not parts:
        return pl.lit(usual)
    return pl.col("said").replace_strict(parts, default=usual, return_dtype=pl.Float64)


def _unknown(measured: list[Measured]) -> pl.Expr:
    """Return the reason of records that are of none of the quantities, where columns name these."""
    if not measured or not all(each.spec.only for each in measured):
        return pl.lit(None, dtype=pl.String)
    is_any = pl.DataFrame({str(n): each.is_asked for n, each in enumerate(measured)}).select(
        is_any=pl.any_horizontal(pl.all())
    )
    column = measured[0].spec.only[0].column
    return pl.when(~pl.lit(is_any["is_any"])).then(pl.lit(f"quantity_unknown:{column}"))


def _quality(spec: SeriesSpec) -> pl.Expr:
    value, is_odd = pl.col("value"), pl.lit(value=False)
    if spec.low is not None:
        is_odd |= value < spec.low
    if spec.high is not None:
        is_odd |= value > spec.high
    noted = quality({Note.RANGE: is_odd, Note.CONVERTED: pl.col("is_converted")})
    return pl.when(value.is_null()).then(pl.lit(Quality.MISSING.value)).otherwise(noted)
