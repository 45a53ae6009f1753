"""Observations on their way to the engine that judges them: those that arrived, and those that may still matter."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import polars as pl

from quietude.alarms.api import Compiled, NumberEngine, moment_at, reach_back
from quietude.model.event import Reality
from quietude.model.observation import OBSERVATION_SCHEMA
from quietude.model.viewer import Viewer
from quietude.portal.alarms.models import Arrival, GroupMemory, World
from quietude.portal.town import current_store, current_town

VIEWER = Viewer.system("alarms")
REALITIES = {
    World.REAL: (Reality.REAL.value,),
    World.EXERCISE: tuple(each.value for each in Reality if each is not Reality.REAL),
}


def rules_on_facts(rules: Iterable[Compiled]) -> tuple[Compiled, ...]:
    """Return the rules that look at facts."""
    return tuple(each for each in rules if not each.rule.is_of_numbers)


def number_engine(rules: Iterable[Compiled]) -> NumberEngine:
    """Return an engine of the rules that look at observations."""
    mine = tuple(each for each in rules if each.rule.is_of_numbers)
    return NumberEngine(mine, current_town().timezone, current_town().territory)


def arrived_numbers(
    engine: NumberEngine, arrivals: Sequence[Arrival], world: World, now: datetime
) -> pl.DataFrame | None:
    """Return the observations of a world that arrived and are in time for a rule; None when there are none."""
    if not engine.rules:
        return None
    since = now - max(each.rule.late_by for each in engine.rules)
    sources = current_town().sources
    parts = [
        pl.DataFrame(current_store().arrived_numbers(each.source, each.received_at, since=since))
        for each in arrivals
        if each.source in sources and sources[each.source].kind == "observations"
    ]
    found = _of_world(pl.concat(parts), world) if parts else None
    return found if found is not None and found.height else None


def recall_numbers(
    engine: NumberEngine, rules: Collection[str], world: World, now: int, kept: Iterable[GroupMemory]
) -> None:
    """Have an engine go on from what is kept of some rules, at the moment that the clock had shown."""
    engine.resume(now, {(each.rule, each.name): each.state for each in kept})
    same = tuple(each for each in engine.rules if each.rule.name in rules)
    if same:
        engine.recall(_since(engine.recalled_since(moment_at(now)), world), rules)


def recent_numbers(engine: NumberEngine, fresh: Sequence[Compiled], world: World, now: datetime) -> pl.DataFrame:
    """Return the observations that rules that are new or changed look back at."""
    reaches = [reach_back(each.rule) for each in fresh if each.rule.is_of_numbers]
    if not reaches or not engine.rules:
        return pl.DataFrame(OBSERVATION_SCHEMA.empty_table())
    return _since(now - max(reaches), world)


def _since(since: datetime, world: World) -> pl.DataFrame:
    return _of_world(pl.DataFrame(current_store().observations(VIEWER, since=since)), world)


def _of_world(numbers: pl.DataFrame, world: World) -> pl.DataFrame:
    return numbers.filter(pl.col("reality").is_in(REALITIES[world]))
