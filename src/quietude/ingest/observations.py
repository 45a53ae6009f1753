"""Numbers of sensors: wide records made long, one row per value."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl
import pyarrow as pa

from quietude.ingest.facts import dated
from quietude.ingest.ledger import Quarantined
from quietude.ingest.mapping import Mapper
from quietude.ingest.plan import Plan
from quietude.ingest.sick import problems_aside, set_aside
from quietude.ingest.tally import Tally
from quietude.model.coordinates import plausible_boxes, repair_coordinates
from quietude.model.fold import fold
from quietude.model.observation import OBSERVATION_SCHEMA, Quality
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
        chosen = mapper.series()
        numbers = records.select(_number(column).alias(column) for column in chosen)
        for column in chosen:
            unreadable = records[column].is_not_null() & (records[column] != "") & numbers[column].is_null()
            if unreadable.any():
                found = found.with_columns(
                    reason=pl.coalesce("reason", pl.when(pl.lit(unreadable)).then(pl.lit(f"value_unreadable:{column}")))
                )
        sick = found.filter(pl.col("reason").is_not_null()).with_columns(key=pl.lit(None, dtype=pl.String))
        aside += set_aside(records[sick[ROW]], sick, mapper, self.plan, self.import_id)
        self.tally.quarantined(aside)
        healthy = self._retained(found.filter(pl.col("reason").is_null()))
        self.tally.days(healthy["day"])
        return self._long(healthy, numbers[healthy[ROW]], chosen), aside, healthy.height

    def _retained(self, found: pl.DataFrame) -> pl.DataFrame:
        oldest = self.plan.oldest_day
        if oldest is None or self.plan.manifest.history == "statistics":
            return found
        kept = found.filter(pl.col("day") >= oldest)
        self.tally.past_retention(found.height - kept.height, 0)
        return kept

    def _long(self, found: pl.DataFrame, numbers: pl.DataFrame, chosen: dict[str, SeriesSpec]) -> pa.Table:
        manifest = self.plan.manifest
        sensor = pl.col("sensor") if "sensor" in found.columns else pl.lit(None, dtype=pl.String)
        base = found.select(
            "at",
            sensor=sensor,
            position=pl.col("place.position_key") if "place.position_key" in found.columns else sensor,
        )
        parts = [
            base.select(
                "at",
                sensor=pl.lit(_named(spec.sensor, spec, column))
                if spec.sensor is not None
                else pl.col("sensor").fill_null(ALONE),
                position=pl.lit(_named(spec.sensor, spec, column)) if spec.sensor is not None else pl.col("position"),
                quantity=pl.lit(slug(_named(spec.quantity, spec, column))),
                unit=pl.lit(spec.unit),
                value=pl.lit(numbers[column]),
                quality=_quality(pl.lit(numbers[column]), spec),
            )
            for column, spec in chosen.items()
        ]
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
        return (
            long.select(
                pl.lit(manifest.name).alias("source"),
                pl.concat_str(pl.lit(prefix), "slug", "quantity", separator="/").alias("series"),
                "at",
                "value",
                "unit",
                "quality",
                pl.lit(manifest.sensitivity.value).alias("sensitivity"),
                pl.lit(manifest.defaults.reality.value).alias("reality"),
                "lon_deg",
                "lat_deg",
            )
            .to_arrow()
            .cast(OBSERVATION_SCHEMA)
        )

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


def _named(template: str, spec: SeriesSpec, column: str) -> str:
    name = column
    if spec.extract is not None:
        found = re.search(spec.extract, column)
        name = (found[1] if found.re.groups else found[0]) if found is not None else column
    return template.replace("{column}", name)


def _number(column: str) -> pl.Expr:
    number = pl.col(column).str.strip_chars().str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)


def _quality(value: pl.Expr, spec: SeriesSpec) -> pl.Expr:
    is_odd = pl.lit(value=False)
    if spec.low is not None:
        is_odd |= value < spec.low
    if spec.high is not None:
        is_odd |= value > spec.high
    return (
        pl.when(value.is_null())
        .then(pl.lit(Quality.MISSING.value))
        .when(is_odd)
        .then(pl.lit(Quality.SUSPECT.value))
        .otherwise(pl.lit(Quality.GOOD.value))
    )
