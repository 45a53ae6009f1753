"""Times of the source brought to UTC, with the local day and hour they fall on."""

from __future__ import annotations

import polars as pl

from quietude.model.event import TimePrecision

EARLIEST_YEAR = 1900  # no logbook in use begins earlier; older years are a typing error or a spreadsheet's zero
HOURLY = (TimePrecision.MINUTE.value, TimePrecision.HOUR.value)


def possible(naive: pl.Expr) -> pl.Expr:
    """Tell whether a time lies in the years a record can; null stays null."""
    return naive.dt.year().is_between(EARLIEST_YEAR, 9998)


def instants(name: str, timezone: str) -> list[pl.Expr]:
    """Return `<name>` (UTC), `<name>_local` (naive, of `timezone`) and `<name>_gap`, from the columns of `read_times`.

    A time that summer time skips is moved an hour on and marked in `_gap`; of one that comes twice the first is taken.
    """
    naive, offset = pl.col(f"{name}_naive"), pl.col(f"{name}_offset")
    usual = naive.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
    moved = (naive + pl.duration(hours=1)).dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
    is_gap = naive.is_not_null() & usual.is_null() & offset.is_null()
    stated = (naive - pl.duration(minutes=offset)).dt.replace_time_zone("UTC")
    utc = pl.when(offset.is_not_null()).then(stated).otherwise(pl.coalesce(usual, moved).dt.convert_time_zone("UTC"))
    local = (
        pl.when(offset.is_not_null())
        .then(stated.dt.convert_time_zone(timezone).dt.replace_time_zone(None))
        .when(is_gap)
        .then(naive + pl.duration(hours=1))
        .otherwise(naive)
    )
    return [utc.alias(name), local.alias(f"{name}_local"), is_gap.alias(f"{name}_gap")]


def hour_of_week(local: pl.Expr, precision: pl.Expr) -> pl.Expr:
    """Return the hour of the local week, 0 for Monday 00 h to 01 h; null where the time is coarser than an hour."""
    hour = (local.dt.weekday().cast(pl.Int16) - 1) * 24 + local.dt.hour().cast(pl.Int16)
    return pl.when(precision.is_in(list(HOURLY))).then(hour).cast(pl.Int16)
