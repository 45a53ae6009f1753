"""The time line of a selection: days summed into bars."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

import polars as pl

BARS_MAX = 190  # a bar and its gap stay at least 4 px wide on the 800 px that the narrowest desktop pane leaves
OTHERS = "others"
"""Stands for the families that have no colour of their own, and for facts without a category."""


class Grain(StrEnum):
    """How much time one bar holds."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


STEP = {Grain.DAY: "1d", Grain.WEEK: "1w", Grain.MONTH: "1mo", Grain.YEAR: "1y"}
"""Grain to the Polars duration that truncates a day to it; weeks begin on Monday."""
LENGTH_DAYS = {Grain.DAY: 1.0, Grain.WEEK: 7.0, Grain.MONTH: 30.44, Grain.YEAR: 365.25}
"""Mean length of a bar in days (Gregorian calendar)."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both included; `first` <= `last`."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """Return how many days the span holds."""
        return (self.last - self.first).days + 1

    def padded(self, share: float) -> Span:
        """Return the span with `share` of its length added on each side."""
        margin = timedelta(days=max(1, round(self.days * share)))
        return Span(self.first - margin, self.last + margin)

    def within(self, other: Span) -> Span:
        """Return the part inside `other`, or `other` itself when they do not meet."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Span(first, last) if first <= last else other

    def around(self, other: Span) -> Span:
        """Return the shortest span that holds both."""
        return Span(min(self.first, other.first), max(self.last, other.last))


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars over `domain`: what is selected, above what the same question finds outside its period."""

    grain: Grain
    domain: Span
    starts: tuple[date, ...]
    """First day of each bar, one after the other without a gap."""
    around: tuple[int, ...]
    """Facts of each bar that match all conditions but the period."""
    selected: tuple[int, ...]
    """Selected facts of each bar."""
    families: dict[str, tuple[int, ...]]
    """The same by family, the most frequent first, OTHERS last; empty unless asked for."""


def choose_grain(span: Span) -> Grain:
    """Return the finest grain that draws the span in at most `BARS_MAX` bars."""
    for grain in (Grain.DAY, Grain.WEEK, Grain.MONTH):
        if span.days / LENGTH_DAYS[grain] <= BARS_MAX:
            return grain
    return Grain.YEAR


def choose_domain(data: Span | None, period: Span | None, *, today: date) -> Span:
    """Return the days that the time line shows.

    Without a period, all days that have facts. With one, half its length more on each side, as far as there are
    facts, so that there is something to move the brush to.
    """
    if data is None:
        return period or Span(today - timedelta(days=29), today)
    if period is None:
        return data
    return period.padded(0.5).within(data.around(period))


def draw(context: pl.DataFrame, selected: pl.DataFrame, domain: Span) -> Timeline:
    """Sum days into bars.

    `context` and `selected` have the columns day (date) and count; days outside the domain are left out. Bars without
    facts are there, with zero.
    """
    grain = choose_grain(domain)
    starts = bar_starts(domain, grain)
    return Timeline(
        grain=grain,
        domain=domain,
        starts=tuple(starts.to_list()),
        around=bars(context, starts, domain, grain),
        selected=bars(selected, starts, domain, grain),
        families={},
    )


def split(timeline: Timeline, selected: pl.DataFrame, *, coloured: Collection[str]) -> Timeline:
    """Tell the selected facts of each bar by family: `selected` has the columns day, family (str or null) and count.

    Families that are not `coloured`, and facts without a category, are summed as OTHERS.
    """
    shown = selected.with_columns(
        pl.when(pl.col("family").is_in(sorted(coloured)))
        .then(pl.col("family"))
        .otherwise(pl.lit(OTHERS))
        .alias("family")
    )
    order = shown.group_by("family").agg(pl.col("count").sum()).sort(["count", "family"], descending=[True, False])
    named = [family for family in order["family"].to_list() if family != OTHERS]
    last = [OTHERS] if OTHERS in order["family"] else []
    starts = bar_starts(timeline.domain, timeline.grain)
    families = {
        family: bars(shown.filter(pl.col("family") == family), starts, timeline.domain, timeline.grain)
        for family in [*named, *last]
    }
    return replace(timeline, families=families)


def bar_starts(domain: Span, grain: Grain) -> pl.Series:
    """Return the first day of each bar."""
    days = pl.date_range(domain.first, domain.last, "1d", eager=True)
    return days.dt.truncate(STEP[grain]).unique().sort().alias("bar")


def bars(days: pl.DataFrame, starts: pl.Series, domain: Span, grain: Grain) -> tuple[int, ...]:
    """Return the sums of `count` by bar."""
    inside = days.filter(pl.col("day").is_between(domain.first, domain.last))
    sums = inside.group_by(pl.col("day").dt.truncate(STEP[grain]).alias("bar")).agg(pl.col("count").sum())
    joined = starts.to_frame().join(sums, on="bar", how="left", maintain_order="left")
    return tuple(joined["count"].fill_null(0).cast(pl.Int64).to_list())
