"""Mapped records made facts: when, what, where; those that cannot be are told apart with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta

import polars as pl

from quietude.ingest.mapping import TIMES
from quietude.ingest.plan import Plan
from quietude.ingest.times import hour_of_week, instants, possible
from quietude.model.event import SEVERITIES, Origin, Reality, Status, TimePrecision

CLOCKS_DIFFER = timedelta(days=1)  # a source's clock or time zone may run ahead of ours; a day covers every zone
UNSAID_SEVERITY = 2  # "noticeable": neither the source, nor the vocabulary, nor the manifest says
WORDS = {"status": tuple(Status), "origin": tuple(Origin), "reality": tuple(Reality)}


def dated(frame: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Return the records with their times in UTC, `day`, `hour_of_week`, and `reason` where undated.

    Reasons are those of the beginning only; an end or a report that cannot be read is a flag.
    """
    expressions = plan.manifest.map.expressions()
    names = [name for name in TIMES if name in expressions]
    frame = frame.with_columns(
        pl.when(possible(pl.col(f"{name}_naive"))).then(pl.col(f"{name}_naive")).alias(f"{name}_possible")
        for name in names
    )
    begin = names[0] if names[0] in {"occurred_from", "at"} else "occurred_from"
    reason = (
        pl.when(~pl.col(f"{begin}_said")).then(pl.lit("time_missing"))
        .when(pl.col(f"{begin}_naive").is_null()).then(pl.lit("time_unreadable"))
        .when(pl.col(f"{begin}_possible").is_null()).then(pl.lit("time_impossible"))
    )  # fmt: skip
    frame = frame.with_columns(reason=pl.coalesce("reason", reason) if "reason" in frame.columns else reason)
    frame = frame.with_columns(pl.col(f"{name}_possible").alias(f"{name}_naive") for name in names)
    for name in names:
        frame = frame.with_columns(instants(name, expressions[name].timezone or plan.timezone))
        frame = _in_zone(frame, name, expressions[name].timezone, plan.timezone)
    limit = plan.now.astimezone(UTC) + CLOCKS_DIFFER
    if not plan.manifest.future:
        frame = frame.with_columns(
            reason=pl.coalesce("reason", pl.when(pl.col(begin) > limit).then(pl.lit("time_in_future")))
        )
    return frame.with_columns(
        day=pl.col(f"{begin}_local").dt.date(),
        hour_of_week=hour_of_week(pl.col(f"{begin}_local"), pl.col(f"{begin}_precision")),
    )


def _in_zone(frame: pl.DataFrame, name: str, written_in: str | None, zone: str) -> pl.DataFrame:
    """Give the local time of the place where times are written in another zone than the place's."""
    if written_in is None or written_in == zone:
        return frame
    return frame.with_columns(pl.col(name).dt.convert_time_zone(zone).dt.replace_time_zone(None).alias(f"{name}_local"))


def worded(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the records with `reason` where status, origin or reality is not an admitted word."""
    for name, words in WORDS.items():
        if name in frame.columns:
            admitted = [str(word) for word in words]
            wrong = pl.col(name).is_not_null() & ~pl.col(name).is_in(admitted)
            frame = frame.with_columns(
                reason=pl.coalesce("reason", pl.when(wrong).then(pl.lit(f"word_unknown:{name}")))
            )
    return frame


def classified(frame: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Return the facts with category, severity, status, origin, reality and how the category was decided."""
    spec, defaults = plan.manifest.map.category, plan.manifest.defaults
    if spec is None:
        raise ValueError(f"{plan.manifest.name}: facts need a category; the manifest's own check asks for one")
    if "category" not in frame.columns:
        frame = frame.with_columns(category=pl.lit(None, dtype=pl.String))
    frame = frame.rename({"category": "source_category"})
    if plan.crosswalk is not None:
        frame = frame.hstack(
            plan.crosswalk.apply(frame["source_category"]).rename({"code": "category", "severity": "usual_severity"})
        )
    else:
        frame = frame.with_columns(
            category=pl.lit(spec.code),
            relation=pl.lit("exact"),
            category_by=pl.lit(f"rule:{plan.manifest.name}"),
            usual_severity=pl.lit(plan.vocabulary.term(spec.code or "").severity, dtype=pl.Int8),
            confidence=pl.lit(1.0, dtype=pl.Float32),
        )
    hints = {term.code: term.origin.value for term in plan.vocabulary.terms if term.origin is not None}
    hinted = pl.col("category").replace_strict(hints, default=None, return_dtype=pl.String)
    fallback = Origin.ADMINISTRATIVE if plan.manifest.kind == "register" else Origin.REPORTED
    said = (
        pl.col("severity").cast(pl.Int8, strict=False) if "severity" in frame.columns else pl.lit(None, dtype=pl.Int8)
    )
    usable = pl.when(said.is_in(list(SEVERITIES))).then(said)
    return frame.with_columns(
        severity_refused=(pl.col("severity").is_not_null() & usable.is_null())
        if "severity" in frame.columns
        else pl.lit(value=False),
        severity=pl.coalesce(
            usable, pl.col("usual_severity"), pl.lit(defaults.severity or UNSAID_SEVERITY, dtype=pl.Int8)
        ),
        status=_said("status", frame, defaults.status.value),
        reality=_said("reality", frame, defaults.reality.value),
        origin=pl.coalesce(
            pl.col("origin") if "origin" in frame.columns else pl.lit(None, dtype=pl.String),
            pl.lit(defaults.origin.value if defaults.origin is not None else None, dtype=pl.String),
            hinted,
            pl.lit(fallback.value),
        ),
        is_unmapped=pl.col("relation").is_null(),
    ).rename({"confidence": "category_confidence"})


def _said(name: str, frame: pl.DataFrame, default: str) -> pl.Expr:
    return pl.col(name).fill_null(pl.lit(default)) if name in frame.columns else pl.lit(default)


@dataclass(frozen=True, slots=True)
class Kept:
    """Facts on either side of retention."""

    facts: pl.DataFrame
    refused: int
    generalised: int


def retained(frame: pl.DataFrame, plan: Plan) -> Kept:
    """Return the facts that may be kept, with `retain_until` and `is_generalised` (kept for statistics only)."""
    oldest = plan.oldest_day
    if oldest is None:
        until = pl.lit(None, dtype=pl.Date)
        return Kept(frame.with_columns(retain_until=until, is_generalised=pl.lit(value=False)), 0, 0)
    is_old = pl.col("day") < oldest
    length = plan.retention
    days = length.exact.days + bool(length.exact.seconds)
    end = pl.col("day").dt.offset_by(f"{length.months}mo{days}d")
    frame = frame.with_columns(is_generalised=is_old, retain_until=pl.when(~is_old).then(end))
    number = int(frame["is_generalised"].sum())
    if plan.manifest.history == "statistics":
        return Kept(frame, 0, number)
    return Kept(frame.filter(~pl.col("is_generalised")), number, 0)


def generalised(frame: pl.DataFrame, timezone: str) -> pl.DataFrame:
    """Return the facts past retention without text, source key or exact place: zone, H3 cell and day remain."""
    if not frame["is_generalised"].any():
        return frame
    old = pl.col("is_generalised")
    gone = (
        "title",
        "text",
        "place_label",
        "lon_deg",
        "lat_deg",
        "accuracy_m",
        "attributes",
        "occurred_to",
        "reported_at",
    )
    midnight = (
        pl.col("day").cast(pl.Datetime("us")).dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
    )
    coarse = pl.col("time_precision").is_in([TimePrecision.MONTH.value, TimePrecision.YEAR.value])
    return frame.with_columns(
        *(pl.when(~old).then(pl.col(name)).alias(name) for name in gone),
        source_key=pl.when(old).then(pl.col("uid")).otherwise(pl.col("source_key")),
        occurred_from=pl.when(old)
        .then(midnight.dt.convert_time_zone("UTC").fill_null(pl.col("occurred_from")))
        .otherwise(pl.col("occurred_from")),
        time_precision=pl.when(old & ~coarse).then(pl.lit(TimePrecision.DAY.value)).otherwise(pl.col("time_precision")),
        hour_of_week=pl.when(~old).then(pl.col("hour_of_week")),
    )
