"""One rule over facts near each other: its alarms stand at once in several places.

Facts of an alarm that is not settled are kept whole, however old: what was one alarm by a fact of yesterday stays one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from quietude.alarms.calendar import open_hours
from quietude.alarms.compiled import Compiled
from quietude.alarms.episode import EVIDENCE_MOST, Change, Episode, rejudge
from quietude.alarms.facts import Fact, Facts, merged
from quietude.alarms.graded import graded, next_step
from quietude.alarms.group import AHEAD, Group
from quietude.alarms.near import Cluster, Scattered, clusters, pieces
from quietude.alarms.rule import Rule
from quietude.alarms.spans import EVER, NEVER, Spans

Where = tuple[float, float]
"""Longitude and latitude, degrees."""


@dataclass(slots=True)
class NearGroup(Group):
    """The facts of a rule `by: radius`, with where they happened."""

    places: dict[str, Where] = field(default_factory=dict)
    """By moment and uid of a fact."""

    def put(self, leaf: int, fact: Fact, where: Where) -> None:
        """Add a fact with its place to a scope, once."""
        self.take(leaf, *fact)
        self.places[_key(fact)] = where

    def judge(self, each: Compiled, timezone: str, now: int) -> tuple[Change, ...]:
        """Return what became of the alarms by facts and clock; forget what no fact can change any more."""
        rule = each.rule
        facts = merged(self.leaves, NEVER, EVER)
        scattered = self._scattered(facts)
        floor = max(self.floor, now - each.lateness_us)
        around = pieces(rule.when, scattered, rule.radius_m, self._counting(each, timezone, facts, now))
        found = clusters(around, scattered, rule.radius_m, now)
        unsettled = [cluster for cluster in found if cluster.ended >= self.floor]
        episodes, step = self._graded(rule, facts, unsettled, now)
        self.alarms, changes = rejudge(self.alarms, episodes)
        edges = [edge for piece in around for edge in (piece.began, piece.ended) if edge > now]
        self.floor = floor
        self.alarms = tuple(alarm for alarm in self.alarms if alarm.episode.ended >= floor)
        self._forget(each, {facts[n] for cluster in unsettled if cluster.ended >= floor for n in cluster.facts})
        self.wake = min([*edges, step, self._tidied(each, now)])
        return changes

    def kept(self, reach: int) -> dict[str, Any]:
        """Return its facts that are older than the rule's reach, and the last, with their places: for its memory."""
        old = [sorted({*facts.between(NEVER, self.floor - reach), *facts.ends[-1:]}) for facts in self.leaves]
        named = {_key(fact) for leaf in old for fact in leaf}
        return {"leaves": old, "places": {key: where for key, where in self.places.items() if key in named}}

    def _graded(self, rule: Rule, facts: list[Fact], found: list[Cluster], now: int) -> tuple[list[Episode], int]:
        """Return the episodes of clusters, and when their severity changes by the clock."""
        episodes, step = [], EVER
        for cluster in found:
            episode = self._episode(rule, facts, cluster, now)
            if rule.severity_steps:
                moments = [facts[number][0] for number in cluster.facts]
                episode = graded(rule.severity_steps, rule.severity, episode, moments, now)
                step = min(step, next_step(rule.severity_steps, episode, moments, now))
            episodes.append(episode)
        return episodes, step

    def _counting(self, each: Compiled, timezone: str, facts: list[Fact], now: int) -> Spans:
        """Return the moments that count by the rule's calendar."""
        counting = Spans.pairs([(NEVER, EVER)])
        if each.rule.calendar is None or not facts:
            return counting
        until = min(facts[-1][0] + each.reach_us, now + AHEAD)
        return counting & open_hours(each.rule.calendar, timezone, facts[0][0], until)

    def _scattered(self, facts: list[Fact]) -> Scattered:
        places = {fact: number for number, fact in enumerate(facts)}
        held_by = np.zeros((len(facts), len(self.leaves)), np.bool_)
        for leaf, held in enumerate(self.leaves):
            held_by[[places[fact] for fact in held], leaf] = True
        points = np.array([self.places[_key(fact)] for fact in facts], np.float64).reshape(-1, 2)
        return Scattered(np.array([at for at, _ in facts], np.int64), points, held_by)

    def _episode(self, rule: Rule, facts: list[Fact], cluster: Cluster, now: int) -> Episode:
        core = [facts[number] for number in cluster.core]
        lon, lat = self.places[_key(core[0])]
        return Episode(
            rule.name,
            f"{lat:.5f},{lon:.5f}",
            cluster.began,
            EVER if cluster.ended > now else cluster.ended,
            len(cluster.facts),
            tuple(facts[number][1] for number in cluster.facts[:EVIDENCE_MOST]),
            tuple(uid for _, uid in core[:EVIDENCE_MOST]),
        )

    def _forget(self, each: Compiled, unsettled: set[Fact]) -> None:
        since = self.floor - each.reach_us
        for n, facts in enumerate(self.leaves):
            old = facts.between(NEVER, since)
            if old:
                kept = [fact for fact in old if fact in unsettled]
                self.leaves[n] = Facts([*kept, *facts.between(since, EVER)])
        left = {_key(fact) for leaf in self.leaves for fact in leaf}
        self.places = {key: where for key, where in self.places.items() if key in left}


def _key(fact: Fact) -> str:
    return f"{fact[0]} {fact[1]}"


def near_group_of(group: Group, places: Mapping[str, Sequence[float]]) -> NearGroup:
    """Return a group with the places of its facts."""
    said = {each.name: getattr(group, each.name) for each in fields(Group)}
    return NearGroup(**said, places={key: (where[0], where[1]) for key, where in places.items()})
