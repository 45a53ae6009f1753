"""What an exercise plays, in its order: the facts of its sources, and the values of those of observations."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import polars as pl
import pyarrow as pa

from quietude.model.event import Reality
from quietude.model.filter.question import Choice, Filter
from quietude.model.observation import OBSERVATION_SCHEMA
from quietude.model.viewer import Viewer
from quietude.portal.alarms.models import Exercise
from quietude.portal.town import current_store, current_town

VIEWER = Viewer.system("replay")


@dataclass(slots=True)
class Reel:
    """Rows in the order of their times, and how many were played."""

    rows: pa.Table
    at: str
    """Column of their times."""
    is_of_numbers: bool
    played: int = 0

    def due(self, until: datetime) -> pa.Table:
        """Return those up to a moment that were not asked for yet."""
        reached = max(self.played, int((pl.Series(self.rows[self.at]) <= until).sum()))
        due = self.rows.slice(self.played, reached - self.played)
        self.played = reached
        return due


def reels_of(exercise: Exercise) -> tuple[Reel, Reel]:
    """Return the facts and the values that an exercise plays; those of an earlier exercise are none."""
    return (
        Reel(facts_of(exercise), "occurred_from", is_of_numbers=False),
        Reel(numbers_of(exercise), "at", is_of_numbers=True),
    )


def facts_of(exercise: Exercise) -> pa.Table:
    """Return the facts of its sources and period, by time."""
    question = Filter(
        since=exercise.since,
        until=exercise.until,
        sources=Choice(any_of=tuple(exercise.sources)),
        realities=Choice(none_of=(Reality.EXERCISE.value,)),
    )
    return current_store().query(VIEWER, question, order_by=("occurred_from",))


def numbers_of(exercise: Exercise) -> pa.Table:
    """Return the values of its sources and period (`OBSERVATION_SCHEMA`), by time."""
    parts = [
        current_store().observations(VIEWER, source=source, since=exercise.since, until=exercise.until)
        for source in sources_of_numbers(exercise.sources)
    ]
    found = pl.concat([pl.DataFrame(each) for each in (OBSERVATION_SCHEMA.empty_table(), *parts)])
    found = found.filter(pl.col("reality") != Reality.EXERCISE.value).sort("at", "series")
    return found.to_arrow().cast(OBSERVATION_SCHEMA)


def sources_of_numbers(names: Collection[str]) -> list[str]:
    """Return those of some sources that are of observations."""
    known = current_town().sources
    return sorted(name for name in names if name in known and known[name].kind == "observations")
