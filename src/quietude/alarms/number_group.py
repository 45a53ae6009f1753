"""One rule over one group of series: what is remembered of it, and which episodes follow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np
import orjson

from quietude.alarms.calendar import open_hours
from quietude.alarms.compiled import Compiled
from quietude.alarms.conditions import reach, silent
from quietude.alarms.episode import EVIDENCE_MOST, Alarm, Change, Episode, rejudge
from quietude.alarms.group import AHEAD, Carried
from quietude.alarms.level import Level, names_series
from quietude.alarms.points import Points
from quietude.alarms.rule import Condition, Rule
from quietude.alarms.spans import EVER, NEVER, Moments, Spans
from quietude.alarms.window import micros


@dataclass(slots=True)
class NumberGroup:
    """The values of one rule and group that may still matter, and the alarms that may still change.

    As `group.Group`, with series in place of facts: evidence names the series that the condition holds of.
    """

    name: str
    series: dict[str, Points] = field(default_factory=dict)
    floor: int = NEVER
    alarms: tuple[Alarm, ...] = ()
    carried: Carried | None = None
    wake: int = EVER

    def judge(self, each: Compiled, timezone: str, now: int) -> tuple[Change, ...]:
        """Return what became of the group's alarms by values and clock; settle what no value can change any more."""
        rule = each.rule
        for points in self.series.values():
            points.settled()
        found = _Held(rule, self.series, each.played_until)
        whole = found.of(rule.when)
        if rule.calendar is not None and len(whole):
            since = max(int(whole.begins[0]), self.floor)
            whole &= open_hours(rule.calendar, timezone, since, min(int(whole.ends[-1]), now + AHEAD))
        edges = np.concatenate([whole.begins, whole.ends])
        later = edges[(edges > now) & (edges < EVER)]
        self.wake = int(later.min()) if later.size else EVER
        shown = whole & Spans.pairs([(self.floor, now + 1)])
        self.alarms, changes = rejudge(self.alarms, self._episodes(rule, found, shown, now))
        self._settle(rule, found, now - micros(rule.lateness))
        self.wake = min(self.wake, self._tidied(rule, now))
        return changes

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing of it can matter any more."""
        return not self.alarms and not self.series

    @property
    def is_quiet(self) -> bool:
        """Tell whether its values say all that is to be known of it: no alarm, and no level that may hold."""
        return not self.alarms and self.carried is None and not any(each.is_loud for each in self.series.values())

    def _tidied(self, rule: Rule, now: int) -> int:
        last = [at for points in self.series.values() if (at := points.last) is not None]
        over = [alarm.episode.ended for alarm in self.alarms if alarm.episode.is_over]
        waits = [at + reach(rule.when) for at in last] + over
        at = max(waits, default=NEVER) + micros(rule.lateness) + 1 if waits else EVER
        return at if at > now else EVER

    def _episodes(self, rule: Rule, found: _Held, shown: Spans, now: int) -> list[Episode]:
        episodes = []
        carried = self.carried
        if carried is not None and (len(shown) == 0 or int(shown.begins[0]) != self.floor):
            episodes.append(Episode(rule.name, self.name, carried.began, self.floor, carried.facts, carried.evidence))
            carried = None
        for begin, end in zip(shown.begins.tolist(), shown.ends.tolist(), strict=True):
            before = carried if begin == self.floor else None
            part = found.grown(before or Carried(begin, 0, ()), self.floor if before is not None else begin, end)
            ended = EVER if end > now else end
            episodes.append(Episode(rule.name, self.name, part.began, ended, part.facts, part.evidence))
        return episodes

    def _settle(self, rule: Rule, found: _Held, floor: int) -> None:
        """Forget what no value can change any more: values that come in time are not before `floor`."""
        if floor <= self.floor:
            return
        going = next(
            (alarm.episode for alarm in self.alarms if alarm.episode.began < floor <= alarm.episode.ended), None
        )
        if going is None:
            carried = None
        elif self.carried is not None and self.carried.began == going.began:
            carried = found.grown(self.carried, self.floor, floor)
        else:
            carried = found.grown(Carried(going.began, 0, ()), going.began, floor)
        self.carried, self.floor = carried, floor
        self.alarms = tuple(alarm for alarm in self.alarms if alarm.episode.ended >= floor)
        cut, levels = floor - reach(rule.when), levels_of(rule)
        for points in self.series.values():
            points.forget(cut, levels)
        is_kept = silence_matters(rule)
        self.series = {
            name: points
            for name, points in self.series.items()
            if not points.is_empty or (is_kept and points.before is not None)
        }

    def text(self) -> str:
        """Return what is to be kept of it, as JSON: all but its values, which are in the store."""
        said = {
            "name": self.name,
            "series": {name: [points.before, points.was] for name, points in self.series.items()},
            "floor": self.floor,
            "alarms": self.alarms,
            "carried": self.carried,
            "wake": self.wake,
        }
        return orjson.dumps(said).decode()

    @classmethod
    def read(cls, text: str) -> NumberGroup:
        """Return a group from what was kept of it."""
        said: dict[str, Any] = orjson.loads(text)
        carried = said["carried"]
        return cls(
            name=said["name"],
            series={
                name: Points(before=at, was=tuple(was), is_loud=any(was)) for name, (at, was) in said["series"].items()
            },
            floor=said["floor"],
            alarms=tuple(Alarm(each["id"], Episode(**_listed(each["episode"]))) for each in said["alarms"]),
            carried=None if carried is None else Carried(**_listed(carried)),
            wake=said["wake"],
        )


def _listed(said: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}


def levels_of(rule: Rule) -> tuple[Level, ...]:
    """Return the levels of a rule, in order."""
    return tuple(leaf.level for leaf in rule.when.leaves if leaf.level is not None)


def is_plain(rule: Rule) -> bool:
    """Tell whether a rule holds only where a level does: more values that say nothing change nothing."""
    return not silence_matters(rule) and not _negates(rule.when)


def _negates(condition: Condition) -> bool:
    return condition.negated is not None or any(map(_negates, condition.joined))


def silence_matters(rule: Rule) -> bool:
    """Tell whether that nothing comes is part of a rule: its series are never forgotten."""
    return any(leaf.silence is not None for leaf in rule.when.leaves)


class _Held:
    """When the conditions of a rule hold over some series, and by which of them."""

    def __init__(self, rule: Rule, series: dict[str, Points], played_until: int) -> None:
        self.rule, self.series, self.played_until = rule, series, played_until
        self.numbers = {id(leaf): n for n, leaf in enumerate(leaf for leaf in rule.when.leaves if leaf.level)}
        self.by_series: dict[str, list[Spans]] = {}

    def of(self, condition: Condition) -> Spans:
        """Return when a condition holds."""
        if condition.level is not None:
            found = self._level(condition, condition.level)
        elif condition.silence is not None:
            found = self._silence(condition.silence.series, micros(condition.silence.lasts))
        else:
            joined = [self.of(each) for each in condition.joined]
            if condition.negated is not None:
                found = ~joined[0]
            else:
                found = reduce(Spans.__and__ if condition.all else Spans.__or__, joined)
        return found if condition.lasting is None else found.lasting(micros(condition.lasting))

    def _level(self, leaf: Condition, level: Level) -> Spans:
        whole = Spans.none()
        for name, points in self._named(level.series):
            found = points.held(level, self.numbers[id(leaf)])
            if len(found):
                self.by_series.setdefault(name, []).append(found)
                whole = found if not len(whole) else whole | found
        return whole

    def _silence(self, patterns: tuple[str, ...], lasts: int) -> Spans:
        named = [(name, points) for name, points in self._named(patterns) if points.moments().size]
        moments: list[Moments] = [points.moments() for _, points in named]
        at = np.sort(np.concatenate(moments)) if moments else np.empty(0, np.int64)
        found = silent(at, lasts, self.played_until)
        for name, points in named:
            since_first = Spans.pairs([(int(points.moments()[0]), EVER)])
            self.by_series.setdefault(name, []).append(found & since_first)
        return found

    def _named(self, patterns: tuple[str, ...]) -> Iterable[tuple[str, Points]]:
        return ((name, points) for name, points in sorted(self.series.items()) if names_series(patterns, name))

    def grown(self, part: Carried, since: int, until: int) -> Carried:
        """Return a part of an episode with the series, and the values of [since, until), by which it holds there."""
        window = Spans.pairs([(since, until)])
        names, values = [], 0
        for name, spans in self.by_series.items():
            mine = reduce(Spans.__or__, spans) & window
            if len(mine):
                names.append(name)
                at = self.series[name].at
                values += int((np.searchsorted(at, mine.ends) - np.searchsorted(at, mine.begins)).sum())
        evidence = tuple(sorted({*part.evidence, *names}))[:EVIDENCE_MOST]
        return Carried(part.began, part.facts + values, evidence)
