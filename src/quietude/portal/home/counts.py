"""The counts that the situation is told from: the last hours and days, and the same windows of the weeks before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from quietude.model.event import Reality, TimePrecision, zone_column
from quietude.model.filter.question import Choice, Filter
from quietude.model.viewer import Viewer
from quietude.portal.ui.usual import WEEKS, Usual, Verdict, judge, usual_of
from quietude.store.api import Store

DAY_HOURS = 24
WEEK_HOURS = 7 * DAY_HOURS
NOON = 12  # the hour at which facts known to the day only are counted
KNOWN_TO_THE_DAY = (TimePrecision.MINUTE, TimePrecision.HOUR, TimePrecision.DAY)
STALE = timedelta(days=7)  # after that without a fact, the page tells the last week that has some, and says so


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The moment a situation is told at, for one reality."""

    reality: Reality
    at: datetime
    """Aware, in the town's zone: the last whole hour, or the end of the last day with facts when they are old."""
    is_past: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One count of a window, against the same window of the weeks before."""

    key: str | None
    count: int
    usual: Usual | None

    @property
    def verdict(self) -> Verdict:
        """Return how the count stands against what is usual."""
        return judge(self.count, self.usual)

    @property
    def surprise(self) -> float:
        """Return how far the count lies from the middle, in half-widths of the interval: beyond ±1 is unusual."""
        if self.usual is None:
            return 0.0
        half = (self.usual.high - self.usual.mean) or 1.0
        return (self.count - self.usual.mean) / half


def moments(store: Store, viewer: Viewer, now: datetime, timezone: str) -> list[Moment]:
    """Return the moment of each reality that the viewer can see facts of, real ones first."""
    zone = ZoneInfo(timezone)
    found = []
    for reality in Reality:
        question = Filter(realities=Choice((reality,)), until=now)
        last = store.query(viewer, question, columns=["occurred_from"], limit=1).column("occurred_from").to_pylist()
        if not last:
            continue
        is_past = now - last[0] > STALE
        hour = now.astimezone(zone).replace(minute=0, second=0, microsecond=0)
        found.append(Moment(reality=reality, at=_end_of_day(last[0], zone) if is_past else hour, is_past=is_past))
    return found


def _end_of_day(at: datetime, zone: ZoneInfo) -> datetime:
    tomorrow = at.astimezone(zone).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone)


def choose(found: list[Moment], wanted: str | None) -> Moment | None:
    """Return the moment of the reality asked for, else of real facts when they are recent, else of the newest facts."""
    for moment in found:
        if moment.reality == wanted:
            return moment
    recent = [moment for moment in found if not moment.is_past]
    return recent[0] if recent else max(found, key=lambda moment: moment.at, default=None)


def past_weeks(store: Store, viewer: Viewer, moment: Moment, by: str) -> pl.DataFrame:
    """Return counts by hour over the `WEEKS` + 1 weeks before a moment.

    Columns: key, hours_ago (0 is the last whole hour), count.

    `by` is a dimension of the store's counts. Facts known to the month or the year only are left out.
    """
    last = moment.at.date()
    first = last - timedelta(weeks=WEEKS + 1, days=1)
    question = Filter(since=first, until=last, realities=Choice((moment.reality,)))
    counted = pl.DataFrame(pl.from_arrow(store.count(viewer, question, by=("day", "hour", "time_precision", by))))
    last_hour = _hours(last, moment.at.hour) - 1
    return (
        counted.filter(pl.col("time_precision").is_in([precision.value for precision in KNOWN_TO_THE_DAY]))
        .select(
            pl.col(by).alias("key"),
            (
                last_hour
                - (pl.col("day") - pl.lit(date(1970, 1, 1))).dt.total_days() * DAY_HOURS
                - pl.col("hour").fill_null(NOON)
            )
            .cast(pl.Int64)
            .alias("hours_ago"),
            "count",
        )
        .filter(pl.col("hours_ago").is_between(0, (WEEKS + 1) * WEEK_HOURS - 1))
    )


def _hours(day: date, hour: int) -> int:
    return (day - date(1970, 1, 1)).days * DAY_HOURS + hour


def compare(past: pl.DataFrame, hours: int) -> list[Compared]:
    """Return each key's count of the last `hours`, against the same hours of the weeks before; largest count first."""
    seen = weeks_seen(past)
    windows = (
        past.filter(pl.col("hours_ago") % WEEK_HOURS < hours)
        .group_by("key", (pl.col("hours_ago") // WEEK_HOURS).alias("week"))
        .agg(pl.col("count").sum())
    )
    compared = []
    for key in windows["key"].unique(maintain_order=True).to_list():
        weeks = {row["week"]: row["count"] for row in windows.filter(pl.col("key").eq_missing(key)).to_dicts()}
        before = [weeks.get(week, 0) for week in range(1, seen + 1)]
        compared.append(Compared(key=key, count=weeks.get(0, 0), usual=usual_of(before)))
    return sorted(compared, key=lambda one: (-one.count, one.key or ""))


def compare_all(past: pl.DataFrame, hours: int) -> Compared:
    """Return the count of all keys together of the last `hours`, against the same hours of the weeks before."""
    together = past.with_columns(pl.lit("all").alias("key"))
    found = compare(together, hours)
    return found[0] if found else Compared(key="all", count=0, usual=None)


def weeks_seen(past: pl.DataFrame) -> int:
    """Return how many whole weeks before the present one the facts reach back, at most `WEEKS`."""
    oldest = past["hours_ago"].max()
    return 0 if oldest is None else min(WEEKS, int(str(oldest)) // WEEK_HOURS)


def days(past: pl.DataFrame, number: int) -> list[int]:
    """Return the counts of the last `number` spans of 24 hours, oldest first."""
    by_day = past.group_by((pl.col("hours_ago") // DAY_HOURS).alias("ago")).agg(pl.col("count").sum())
    found = dict(zip(by_day["ago"].to_list(), by_day["count"].to_list(), strict=True))
    return [found.get(ago, 0) for ago in range(number - 1, -1, -1)]


def main_level(store: Store, zones_by_level: dict[str, int]) -> str | None:
    """Return the column of the coarsest level with several zones, the one a whole town is read by; None without one."""
    for level in store.levels:
        if zones_by_level.get(level, 0) > 1:
            return zone_column(level)
    return None
