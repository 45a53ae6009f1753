"""One rule over one group of facts: what is remembered of it, and which episodes follow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from quietude.alarms.calendar import open_hours
from quietude.alarms.compiled import Compiled
from quietude.alarms.conditions import scopes, spans
from quietude.alarms.episode import EVIDENCE_MOST, Alarm, Change, Episode, rejudge
from quietude.alarms.facts import Facts, counted, merged
from quietude.alarms.graded import graded, next_step, screened
from quietude.alarms.rule import Rule
from quietude.alarms.spans import EVER, NEVER, Spans
from quietude.alarms.window import micros

AHEAD = 8 * 24 * 3600 * 1_000_000  # a calendar opens within a week
EARLY = 60_000_000
"""How long after its moment, in microseconds, a fact of a flow has mostly come: later ones cost a longer look."""


@dataclass(frozen=True, slots=True)
class Carried:
    """The part of an episode that lies before the floor."""

    began: int
    facts: int
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Base:
    """What is known of the time before a moment: judging goes on from there."""

    floor: int
    carried: Carried | None
    over: tuple[Alarm, ...] = ()
    """Alarms that ended before it and may still change."""


@dataclass(slots=True)
class Group:
    """The facts of one rule and group that may still matter, and the alarms that may still change.

    What lies before `floor` is settled: it was judged with every fact that could come in time. What lies before
    `early` was judged with every fact that has come: as long as none comes that is older, it is not judged again.
    """

    name: str
    leaves: list[Facts]
    """By scope of the condition."""
    floor: int = NEVER
    alarms: tuple[Alarm, ...] = ()
    carried: Carried | None = None
    wake: int = EVER
    """The next moment at which something begins or ends without a fact."""
    begins: tuple[int, ...] = ()
    """Beginnings of settled episodes that still say whether later ones are candidates."""
    early: Base | None = None
    last_kept: tuple[object, int] | None = None
    """Its mark and floor as they were kept last; None while it was not."""

    @classmethod
    def of(cls, rule: Rule, name: str) -> Group:
        """Return a group of a rule that knows no fact."""
        return cls(name, [Facts() for _ in scopes(rule.when)])

    def take(self, leaf: int, at: int, uid: str) -> None:
        """Add a fact to a scope, once."""
        self.leaves[leaf].take(at, uid)
        if self.early is not None and at < self.early.floor:
            self.early = None

    def drop(self, uid: str) -> None:
        """Forget a fact that was corrected, but for what it said of settled times."""
        for facts in self.leaves:
            facts.drop(uid, self.floor)
        self.early = self.last_kept = None

    def judge(self, each: Compiled, timezone: str, now: int) -> tuple[Change, ...]:
        """Return what became of the group's alarms by facts and clock; settle what no fact can change any more."""
        rule = each.rule
        base = self.early or Base(self.floor, self.carried)
        held = self._held(each, timezone, now, base.floor)
        edges = np.concatenate([held.begins, held.ends])
        later = edges[(edges > now) & (edges < EVER)]
        self.wake = int(later.min()) if later.size else EVER
        episodes, step = self._weighed(rule, self._episodes(each, held.between(base.floor, now + 1), now, base), now)
        alarms, changes = rejudge(self.alarms[len(base.over) :], episodes)
        self.alarms = (*base.over, *alarms)
        is_whole = not rule.severity_steps and rule.candidate is None  # these look at what was before
        early = self._base(each, now - EARLY, base) if is_whole and each.lateness_us > EARLY else None
        self._settle(each, now - each.lateness_us)
        if early is not None and early.floor > self.floor:
            over = tuple(alarm for alarm in self.alarms if alarm.episode.ended < early.floor)
            self.early = Base(early.floor, early.carried, over)
        else:
            self.early = None
        self.wake = min(self.wake, step, self._tidied(each, now))
        return changes

    @property
    def mark(self) -> object:
        """Return what no fact of the store says again: what alarms are called, and that each change was told once."""
        told = [(alarm.id, alarm.episode.began, alarm.episode.ended) for alarm in self.alarms]
        return told, self.begins

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing of it can matter any more."""
        return not self.alarms and not any(self.leaves) and not self.begins

    def _weighed(self, rule: Rule, episodes: list[Episode], now: int) -> tuple[list[Episode], int]:
        """Return episodes with their severity and whether they are candidates, and when that changes by the clock."""
        step = EVER
        if rule.severity_steps:
            moments = [at for at, _ in merged(self.leaves, NEVER, EVER)]
            episodes = [graded(rule.severity_steps, rule.severity, each, moments, now) for each in episodes]
            step = min((next_step(rule.severity_steps, each, moments, now) for each in episodes), default=EVER)
        if rule.candidate is not None:
            episodes = screened(rule.candidate, episodes, self.begins)
        return episodes, step

    def _remember(self, rule: Rule) -> None:
        """Keep the beginnings of what is settled as long as later episodes may be counted from them."""
        if rule.candidate is None:
            return
        over = [alarm.episode.began for alarm in self.alarms if alarm.episode.ended < self.floor]
        going = [alarm.episode.began for alarm in self.alarms if alarm.episode.ended >= self.floor]
        since = min([*going, self.floor]) - micros(rule.candidate.within)
        self.begins = tuple(sorted(at for at in (*self.begins, *over) if at > since))

    def _tidied(self, each: Compiled, now: int) -> int:
        """Return when what is remembered can be forgotten, if that is yet to come."""
        last = [facts.last + each.reach_us for facts in self.leaves if facts]
        over = [alarm.episode.ended for alarm in self.alarms if alarm.episode.is_over]
        candidate = each.rule.candidate
        begun = [at + micros(candidate.within) for at in self.begins] if candidate is not None else []
        at = max([*last, *over, *begun], default=NEVER) + each.lateness_us + 1
        return at if at > now else EVER

    def _held(self, each: Compiled, timezone: str, now: int, floor: int) -> Spans:
        """Return when the condition holds; before `floor` that may be wrong."""
        rule = each.rule
        moments = [facts.moments(floor - each.reach_us, each.facts_before) for facts in self.leaves]
        held = spans(rule.when, moments, each.season(self.name), played_until=each.played_until)
        if rule.calendar is None or len(held) == 0:
            return held
        since = max(int(held.begins[0]), floor)
        return held & open_hours(rule.calendar, timezone, since, min(int(held.ends[-1]), now + AHEAD))

    def _episodes(self, each: Compiled, shown: Spans, now: int, base: Base) -> list[Episode]:
        named, carried = (each.rule.name, self.name), base.carried
        episodes = []
        if carried is not None and (len(shown) == 0 or int(shown.begins[0]) != base.floor):
            episodes.append(Episode(*named, carried.began, base.floor, carried.facts, carried.evidence))
            carried = None
        for begin, end in zip(shown.begins.tolist(), shown.ends.tolist(), strict=True):
            before = carried if begin == base.floor else None
            since = base.floor if before is not None else begin - each.reach_us
            part = self._grown(before or Carried(begin, 0, ()), since, end)
            ended = EVER if end > now else end
            episodes.append(Episode(*named, part.began, ended, part.facts, part.evidence))
        return episodes

    def _base(self, each: Compiled, floor: int, former: Base) -> Base:
        """Return what is known of the time before a moment, from what is known of an earlier one."""
        if floor <= former.floor:
            return former
        alarms = self.alarms[len(former.over) :]
        going = next((one.episode for one in alarms if one.episode.began < floor <= one.episode.ended), None)
        if going is None:
            return Base(floor, None)
        if former.carried is not None and former.carried.began == going.began:
            return Base(floor, self._grown(former.carried, former.floor, floor))
        return Base(floor, self._grown(Carried(going.began, 0, ()), going.began - each.reach_us, floor))

    def _settle(self, each: Compiled, floor: int) -> None:
        """Forget what no fact can change any more: facts that come in time are not before `floor`."""
        if floor <= self.floor:
            return
        base = self._base(each, floor, Base(self.floor, self.carried))
        self.carried, self.floor = base.carried, floor
        self._remember(each.rule)
        self.alarms = tuple(alarm for alarm in self.alarms if alarm.episode.ended >= floor)
        for facts in self.leaves:
            facts.forget(floor - each.reach_us, each.facts_before)

    def _grown(self, part: Carried, since: int, until: int) -> Carried:
        """Return a part of an episode with the facts of [since, until) too."""
        count, rests = counted(self.leaves, since, until, EVIDENCE_MOST - len(part.evidence))
        return Carried(part.began, part.facts + count, (*part.evidence, *rests))
