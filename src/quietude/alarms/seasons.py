"""What is normal for the groups of a rule, learned from complete past weeks before a fixed moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

from quietude.alarms.compiled import TIMED, Compiled, departure_leaf
from quietude.alarms.departure import HOUR, LEAST_WEEKS, MOST_WEEKS, WEEK_HOURS, Clock, Normal, slot
from quietude.alarms.placing import with_groups
from quietude.alarms.window import micros, micros_at, moment_at


def fixed_moments(since: date, until: date, timezone: str) -> tuple[datetime, ...]:
    """Return the moments from which editions of a normal hold, for local days of a period: the first of each month."""
    zone = ZoneInfo(timezone)
    month, found = since.replace(day=1), []
    while month <= until:
        found.append(datetime.combine(month, time(), tzinfo=zone).astimezone(UTC))
        month = (month + timedelta(days=32)).replace(day=1)
    return tuple(found)


def weeks_before(moment: datetime, timezone: str, weeks: int = MOST_WEEKS) -> tuple[datetime, datetime]:
    """Return the beginning and end of so many complete weeks before a moment, by the town's clock."""
    zone = ZoneInfo(timezone)
    local = moment.astimezone(zone).date()
    monday = local - timedelta(days=local.weekday())
    return (
        datetime.combine(monday - timedelta(weeks=weeks), time(), tzinfo=zone).astimezone(UTC),
        datetime.combine(monday, time(), tzinfo=zone).astimezone(UTC),
    )


def learn(each: Compiled, facts: pl.DataFrame, moment: datetime, clock: Clock) -> Normal:
    """Return the normal of a rule's groups from a moment on, by facts of complete weeks before it.

    `facts` has the columns that `columns_needed` names; what lies outside these weeks is left out.
    """
    leaf, departure = departure_leaf(each)
    begin, end = weeks_before(moment, clock.timezone)
    timed = facts.filter(pl.col("time_precision").is_in(TIMED), pl.col("occurred_from") < end)
    prepared = with_groups(timed, (each,))
    mine = prepared.filter(each.masks(prepared.columns)[leaf]).select(
        pl.col("occurred_from").dt.epoch("us").alias("at"), each.group_expression.alias("group")
    )
    mine = mine.filter(pl.col("group").is_not_null(), pl.col("at") >= micros_at(begin))
    if mine.is_empty():
        return Normal(micros_at(moment), 0, 1.0, {})
    first = moment_at(int(mine["at"].to_numpy().min())).astimezone(ZoneInfo(clock.timezone)).date()
    weeks = min((end.astimezone(ZoneInfo(clock.timezone)).date() - first).days // 7, MOST_WEEKS)
    if weeks < LEAST_WEEKS:
        return Normal(micros_at(moment), weeks, 1.0, {})
    begin = weeks_before(moment, clock.timezone, weeks)[0]
    mine = mine.filter(pl.col("at") >= micros_at(begin))
    hours = np.arange(micros_at(begin) // HOUR, micros_at(end) // HOUR)
    slots = np.array([slot(hour, clock) for hour in hours.tolist()])
    seen = np.bincount(slots, minlength=WEEK_HOURS)
    counts = {
        str(name): np.bincount(part["at"].to_numpy() // HOUR - hours[0], minlength=hours.size)
        for (name,), part in mine.sort("group").group_by("group", maintain_order=True)
    }
    rates = {name: np.bincount(slots, count, WEEK_HOURS) / np.maximum(seen, 1) for name, count in counts.items()}
    bins = max(1, round(micros(departure.window) / HOUR))
    spread = _dispersion([(counts[name], rates[name][slots]) for name in counts], bins, weeks)
    return Normal(micros_at(moment), weeks, spread, {name: rate.round(6).tolist() for name, rate in rates.items()})


def _dispersion(pairs: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]], hours: int, weeks: int) -> float:
    """Return Pearson's statistic over its degrees of freedom, of counts of so many hours and what they let expect."""
    total, cells = 0.0, 0
    for counts, means in pairs:
        whole = counts.size // hours * hours
        seen = counts[:whole].reshape(-1, hours).sum(axis=1)
        mean = means[:whole].reshape(-1, hours).sum(axis=1)
        known = mean > 0
        total += float((((seen - mean)[known] ** 2) / mean[known]).sum())
        cells += int(known.sum())
    free = cells * (1 - 1 / weeks)  # each hour of the week was learned from as many values as there are weeks
    return max(1.0, round(total / free, 6)) if free > 0 else 1.0
