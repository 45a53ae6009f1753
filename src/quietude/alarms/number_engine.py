"""The engine over observations: values and the clock go in, what becomes of alarms comes out.

As `engine`, for rules on levels and on the silence of series: whatever the order in which values come, as long as each
comes within its rule's lateness, the same alarms are there in the end. Most values change nothing: a series that is
quiet is put by, not judged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import polars as pl

from quietude.alarms.compiled import Compiled
from quietude.alarms.conditions import reach
from quietude.alarms.engine import standing_after
from quietude.alarms.episode import Change, Episode
from quietude.alarms.level import Flags, Numbers, names_series
from quietude.alarms.number_group import NumberGroup, is_plain, levels_of
from quietude.alarms.points import GONE, Points
from quietude.alarms.rule import Rule
from quietude.alarms.spans import NEVER
from quietude.alarms.window import micros, micros_at, moment_at
from quietude.model.observation import OUT_OF_RANGE
from quietude.model.territory import Territory

NAME_MOST = 120
"""Characters of a group's name that are kept."""
DIGEST = 16  # hexadecimal digits: no two series of a town in a thousand years
AT, GROUP = "at_us", "group"


@dataclass
class NumberEngine:
    """The rules of a town that look at observations."""

    rules: tuple[Compiled, ...]
    timezone: str
    territory: Territory
    now: int = NEVER
    groups: dict[tuple[str, str], NumberGroup] = field(default_factory=dict)
    late: int = 0
    """Values that came too late for a rule, since the start."""
    _moved: set[tuple[str, str]] = field(default_factory=set)
    _named: dict[tuple[str, str], bool] = field(default_factory=dict)
    """Whether a rule looks at a series, by both."""

    def take(self, numbers: pl.DataFrame, now: datetime) -> tuple[Change, ...]:
        """Return what became of alarms by values that came (`OBSERVATION_SCHEMA`), and by the clock.

        A value replaces the one of the same series and moment; one of the future waits for its moment.
        """
        self.now = max(self.now, micros_at(now))
        touched: set[tuple[str, str]] = set()
        for each in self.rules:
            mine = self._of_rule(each, numbers)
            oldest = self.now - micros(each.rule.lateness)
            in_time = mine.filter(pl.col(AT) >= oldest)
            self.late += mine.height - in_time.height
            touched |= self._put(each.rule, in_time)
        return tuple(self._judged(touched))

    def advance(self, now: datetime) -> tuple[Change, ...]:
        """Return what became of alarms by the clock alone."""
        self.now = max(self.now, micros_at(now))
        return tuple(self._judged(set()))

    def recall(self, numbers: pl.DataFrame, rules: Collection[str] | None = None) -> None:
        """Know again the values that were judged before a restart, by some rules or by all; judges nothing.

        `numbers` are those of the store since `recalled_since`; those that came too late then are left out again.
        """
        for each in self.rules:
            if rules is not None and each.rule.name not in rules:
                continue
            mine = self._of_rule(each, numbers)
            delay = (pl.col("received_at").dt.epoch("us") - pl.col(AT)).fill_null(0)
            self._put(each.rule, mine.filter(delay <= micros(each.rule.lateness)))

    def recalled_since(self, now: datetime) -> datetime:
        """Return since when values may still matter: of what is remembered, and of rules that remember nothing."""
        since = [micros_at(now) - micros(each.rule.lateness) - reach(each.rule.when) for each in self.rules]
        by_rule = {each.rule.name: each.rule for each in self.rules}
        since += [
            group.floor - reach(by_rule[rule].when) for (rule, _), group in self.groups.items() if group.floor != NEVER
        ]
        return moment_at(min(since)) if since else now

    def moved(self) -> dict[tuple[str, str], str | None]:
        """Return the groups that changed since this was asked last, as JSON, by rule and name; None when forgotten."""
        moved, self._moved = self._moved, set()
        rules = {each.rule.name: each.rule for each in self.rules}
        there = {key: self.groups.get(key) for key in sorted(moved)}
        return {
            key: group.text() if group is not None and self._is_kept(group, rules[key[0]]) else None
            for key, group in there.items()
        }

    def resume(self, now: int, groups: Mapping[tuple[str, str], str]) -> None:
        """Go on from what `moved` gave, all of it together, at a moment of the clock; values come by `recall`."""
        known = {each.rule.name for each in self.rules}
        self.now, self._moved = now, set()
        self.groups = {key: NumberGroup.read(text) for key, text in groups.items() if key[0] in known}

    def _of_rule(self, each: Compiled, numbers: pl.DataFrame) -> pl.DataFrame:
        """Return the values that a rule looks at: series, moment, value, group, `received_at`; in order."""
        rule = each.rule
        patterns = tuple(
            pattern
            for leaf in rule.when.leaves
            for part in (leaf.level, leaf.silence)
            if part
            for pattern in part.series
        )
        names = [name for name in numbers["series"].unique().to_list() if self._looks_at(rule, patterns, name)]
        if not names:
            return _NOTHING
        odd = pl.col("value").is_null() | pl.col("quality").str.contains(OUT_OF_RANGE)
        mine = numbers if len(names) == numbers["series"].n_unique() else numbers.filter(pl.col("series").is_in(names))
        mine = self._grouped(rule, mine)
        mine = mine.select(
            "series",
            pl.col("at").dt.epoch("us").alias(AT),
            pl.when(odd).then(GONE).otherwise("value").alias("value"),
            GROUP,
            "received_at",
        )
        return mine.filter(pl.col(GROUP).is_not_null()).sort("series", AT, maintain_order=True)

    def _looks_at(self, rule: Rule, patterns: tuple[str, ...], series: str) -> bool:
        key = rule.name, series
        known = self._named.get(key)
        if known is None:
            known = self._named[key] = names_series(patterns, series)
        return known

    def _grouped(self, rule: Rule, mine: pl.DataFrame) -> pl.DataFrame:
        kind, _, level = rule.by.partition(":")
        if kind == "town":
            return mine.with_columns(pl.lit("").alias(GROUP))
        if kind == "source":
            return mine.with_columns(pl.col("source").alias(GROUP))
        if kind == "series":
            names = mine["series"].unique().to_list()
            short = {name: short_name(name) for name in names}
            return mine.with_columns(pl.col("series").replace_strict(short, return_dtype=pl.String).alias(GROUP))
        places = mine.select("series", "lon_deg", "lat_deg").unique("series", keep="last")
        lon, lat = (places[name].fill_null(np.nan).to_numpy() for name in ("lon_deg", "lat_deg"))
        codes = self.territory.assign(lon, lat)[level].tolist()
        zones = places.select("series", pl.Series(GROUP, codes, dtype=pl.String))
        return mine.join(zones, on="series", how="left", maintain_order="left")

    def _put(self, rule: Rule, mine: pl.DataFrame) -> set[tuple[str, str]]:
        """Put values, in order by series and time, in their groups; return those that are to be judged."""
        if mine.is_empty():
            return set()
        begins = np.flatnonzero(mine["series"].ne_missing(mine["series"].shift()).to_numpy())
        at, values = mine[AT].to_numpy(), mine["value"].to_numpy()
        loud = np.logical_or.reduceat(_loud(rule, values), begins).tolist()
        firsts, ends = mine[begins.tolist()], np.append(begins[1:], at.size).tolist()
        plain, wake = is_plain(rule), self.now + micros(rule.lateness) + reach(rule.when) + 1
        found = set()
        for series, name, begin, end, is_loud in zip(
            firsts["series"].to_list(), firsts[GROUP].to_list(), begins.tolist(), ends, loud, strict=True
        ):
            group = self.groups.get((rule.name, name))
            if group is None:
                group = self.groups[rule.name, name] = NumberGroup(name, wake=wake)
            points = group.series.get(series)
            if points is None:
                points = group.series[series] = Points()
            points.add(at[begin:end], values[begin:end])
            points.is_loud |= is_loud
            if not plain or points.is_loud or not group.is_quiet:
                found.add((rule.name, name))
        return found

    def _judged(self, touched: set[tuple[str, str]]) -> Iterator[Change]:
        compiled = {each.rule.name: each for each in self.rules}
        due = {key for key, group in self.groups.items() if group.wake <= self.now}
        for key in sorted(touched | due):
            group, each = self.groups[key], compiled[key[0]]
            rule = each.rule
            was_kept = self._is_kept(group, rule)
            yield from group.judge(each, self.timezone, self.now)
            levels = levels_of(rule)
            for points in group.series.values():
                points.is_loud = points.begins(levels)
            if was_kept or self._is_kept(group, rule):
                self._moved.add(key)
            if group.is_idle:
                del self.groups[key]

    def _is_kept(self, group: NumberGroup | None, rule: Rule) -> bool:
        """Tell whether a group is remembered besides its values, which the store has."""
        return group is not None and not group.is_idle and (not is_plain(rule) or not group.is_quiet)


_NOTHING = pl.DataFrame(
    schema={"series": pl.String, AT: pl.Int64, "value": pl.Float64, GROUP: pl.String, "received_at": pl.Datetime("us")}
)


def _loud(rule: Rule, values: Numbers) -> Flags:
    """Tell of each value whether a level may hold from it on, or another one was taken away."""
    levels = levels_of(rule)
    finite = np.where(values == GONE, np.nan, values)
    found: Flags = np.equal(values, GONE, dtype=np.bool_)
    for level in levels:
        found = found | level.begins(finite)
    return found


def short_name(series: str) -> str:
    """Return the name of a series as that of a group: of a long one the end is a digest."""
    if len(series) <= NAME_MOST:
        return series
    digest = hashlib.sha256(series.encode()).hexdigest()[:DIGEST]
    return f"{series[: NAME_MOST - DIGEST - 1]}~{digest}"


def number_episodes(
    each: Compiled, numbers: pl.DataFrame, territory: Territory, timezone: str, until: datetime
) -> tuple[Episode, ...]:
    """Return what a rule would have rung on values that are all there, up to a moment: for a look back."""
    engine = NumberEngine((each,), timezone, territory)
    changes: list[Change] = []
    if numbers.height:
        first: datetime = numbers.sort("at")["at"][0]
        changes += engine.take(numbers, min(until, first))
    return standing_after([*changes, *engine.advance(until)])
