"""One rule over one group of facts: what is remembered of it, and which episodes follow."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass

import numpy as np

from quietude.alarms.calendar import open_hours
from quietude.alarms.conditions import is_of_silence, micros, reach, scopes, spans
from quietude.alarms.episode import EVIDENCE_MOST, Alarm, Change, Episode, rejudge
from quietude.alarms.rule import Rule
from quietude.alarms.spans import EVER, NEVER, Spans

Fact = tuple[int, str]
"""Moment in microseconds, uid."""
AHEAD = 8 * 24 * 3600 * 1_000_000  # a calendar opens within a week


@dataclass(frozen=True, slots=True)
class Carried:
    """The part of an episode that lies before the floor."""

    began: int
    facts: int
    evidence: tuple[str, ...]


@dataclass(slots=True)
class Group:
    """The facts of one rule and group that may still matter, and the alarms that may still change.

    What lies before `floor` is settled: it was judged with every fact that could come in time.
    """

    name: str
    leaves: list[list[Fact]]
    """In order, by scope of the condition."""
    floor: int = NEVER
    alarms: tuple[Alarm, ...] = ()
    carried: Carried | None = None
    wake: int = EVER
    """The next moment at which something begins or ends without a fact."""

    @classmethod
    def of(cls, rule: Rule, name: str) -> Group:
        """Return a group of a rule that knows no fact."""
        return cls(name, [[] for _ in scopes(rule.when)])

    def take(self, leaf: int, fact: Fact) -> None:
        """Add a fact to a scope, once."""
        facts = self.leaves[leaf]
        place = bisect_left(facts, fact)
        if place == len(facts) or facts[place] != fact:
            insort(facts, fact)

    def drop(self, uid: str) -> None:
        """Forget a fact that was corrected, but for what it said of settled times."""
        for facts in self.leaves:
            facts[:] = [fact for fact in facts if fact[1] != uid or fact[0] < self.floor]

    def judge(self, rule: Rule, timezone: str, now: int) -> tuple[Change, ...]:
        """Return what became of the group's alarms by facts and clock; settle what no fact can change any more."""
        held = self._held(rule, timezone, now)
        edges = np.concatenate([held.begins, held.ends])
        later = edges[(edges > now) & (edges < EVER)]
        self.wake = int(later.min()) if later.size else EVER
        shown = held & Spans.pairs([(self.floor, now + 1)])
        self.alarms, changes = rejudge(self.alarms, self._episodes(rule, shown, now))
        self._settle(rule, now - micros(rule.lateness))
        self.wake = min(self.wake, self._tidied(rule, now))
        return changes

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing of it can matter any more."""
        return not self.alarms and not any(self.leaves)

    def _tidied(self, rule: Rule, now: int) -> int:
        """Return when what is remembered can be forgotten, if that is yet to come."""
        last = [leaf[-1][0] + reach(rule.when) for leaf in self.leaves if leaf]
        over = [alarm.episode.ended for alarm in self.alarms if alarm.episode.is_over]
        at = max([*last, *over], default=NEVER) + micros(rule.lateness) + 1
        return at if at > now else EVER

    def _held(self, rule: Rule, timezone: str, now: int) -> Spans:
        moments = [np.array([at for at, _ in facts], np.int64) for facts in self.leaves]
        held = spans(rule.when, moments)
        if rule.calendar is None or len(held) == 0:
            return held
        since = max(int(held.begins[0]), self.floor)
        return held & open_hours(rule.calendar, timezone, since, min(int(held.ends[-1]), now + AHEAD))

    def _episodes(self, rule: Rule, shown: Spans, now: int) -> list[Episode]:
        facts = self._facts()
        episodes = []
        carried = self.carried
        if carried is not None and (len(shown) == 0 or int(shown.begins[0]) != self.floor):
            episodes.append(Episode(rule.name, self.name, carried.began, self.floor, carried.facts, carried.evidence))
            carried = None
        for begin, end in zip(shown.begins.tolist(), shown.ends.tolist(), strict=True):
            before = carried if begin == self.floor else None
            since = self.floor if before is not None else begin - reach(rule.when)
            part = _grown(before or Carried(begin, 0, ()), facts, since, end)
            ended = EVER if end > now else end
            episodes.append(Episode(rule.name, self.name, part.began, ended, part.facts, part.evidence))
        return episodes

    def _facts(self) -> list[Fact]:
        return self.leaves[0] if len(self.leaves) == 1 else sorted({fact for leaf in self.leaves for fact in leaf})

    def _settle(self, rule: Rule, floor: int) -> None:
        """Forget what no fact can change any more: facts that come in time are not before `floor`."""
        if floor <= self.floor:
            return
        facts, before = self._facts(), reach(rule.when)
        going = next(
            (alarm.episode for alarm in self.alarms if alarm.episode.began < floor <= alarm.episode.ended), None
        )
        if going is None:
            carried = None
        elif self.carried is not None and self.carried.began == going.began:
            carried = _grown(self.carried, facts, self.floor, floor)
        else:
            carried = _grown(Carried(going.began, 0, ()), facts, going.began - before, floor)
        self.carried, self.floor = carried, floor
        self.alarms = tuple(alarm for alarm in self.alarms if alarm.episode.ended >= floor)
        last = 1 if is_of_silence(rule.when) else 0  # silence is counted from the last fact, however old
        for leaf in self.leaves:
            del leaf[: max(0, bisect_left(leaf, (floor - before, "")) - last)]


def _grown(part: Carried, facts: list[Fact], since: int, until: int) -> Carried:
    """Return a part of an episode with the facts of [since, until) too."""
    rests = facts[bisect_left(facts, (since, "")) : bisect_left(facts, (until, ""))]
    evidence = (*part.evidence, *(uid for _, uid in rests[:EVIDENCE_MOST]))[:EVIDENCE_MOST]
    return Carried(part.began, part.facts + len(rests), evidence)
