"""What is planted in the fictional town: where each plant stands on a day, and how strong it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from quietude.sources.simulator.draws import Draws, Floats, Ints, name_key
from quietude.sources.simulator.lexicon_file import PlantForm
from quietude.sources.simulator.terrain import Terrain

FIRST_DAY = date(2000, 1, 1).toordinal()
"""Where the row of plants begins; the day itself means nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """One planted thing: what it is made of, when, where, and where it goes."""

    name: str
    """Name of its form and its number: `moving_deal/37`."""
    form: PlantForm
    first_day: int | None
    """Ordinal; None: always there."""
    last_day: int | None
    x_m: float
    y_m: float
    heading: float
    """Direction it moves in, radians from east."""

    def strength(self, days: Ints) -> Floats:
        """Return how strong it is on each day, 0 to 1."""
        if self.first_day is None or self.last_day is None:
            return np.ones(len(days))
        age = (days - self.first_day) / (self.last_day - self.first_day)
        alive = (age >= 0) & (age <= 1)
        if self.form.grows == "rising":
            strength = 1 / (1 + np.exp(-9 * (age - 0.55)))  # slow, then fast: the shape of what nobody notices at first
        elif self.form.grows == "rise_and_fall":
            strength = np.sin(np.pi * np.clip(age, 0, 1))
        else:
            strength = np.ones(len(days))
        return np.where(alive, strength, 0.0)

    def centre(self, day: int) -> tuple[float, float]:
        """Return where it stands on a day, metres from the middle of the town."""
        if self.first_day is None or self.last_day is None:
            return self.x_m, self.y_m
        gone = self.form.moves_m * (day - self.first_day) / (self.last_day - self.first_day)
        return self.x_m + gone * float(np.cos(self.heading)), self.y_m + gone * float(np.sin(self.heading))


def plants_between(
    forms: tuple[PlantForm, ...], first: int, last: int, terrain: Terrain, draws: Draws
) -> tuple[Plant, ...]:
    """Return the plants that are alive on any of the days (ordinals) `first` to `last`; their row has no end."""
    found: list[Plant] = []
    for form in forms:
        if terrain.has(form.where):
            found.extend(_alive(form, first, last, terrain, draws))
    return tuple(found)


def _alive(form: PlantForm, first: int, last: int, terrain: Terrain, draws: Draws) -> Iterator[Plant]:
    if form.every_days is None or form.lasts_days is None:
        for number in range(form.count):
            yield _plant(form, number, None, terrain, draws)
        return
    earliest = (first - form.lasts_days - FIRST_DAY) // form.every_days - 1
    latest = (last - FIRST_DAY) // form.every_days + 1
    for number in range(max(earliest, 0), latest + 1):
        key = np.array([name_key(f"{form.name}/{number}")], dtype=np.uint64)
        begins = FIRST_DAY + number * form.every_days + int(draws.whole(key, "begins", 0, form.every_days // 3)[0])
        if begins <= last and begins + form.lasts_days >= first:
            yield _plant(form, number, (begins, begins + form.lasts_days), terrain, draws)


def _plant(form: PlantForm, number: int, days: tuple[int, int] | None, terrain: Terrain, draws: Draws) -> Plant:
    name = f"{form.name}/{number}"
    key = np.array([name_key(name)], dtype=np.uint64)
    at = int(draws.choice(key, "place", terrain.weights(form.where))[0])
    return Plant(
        name=name,
        form=form,
        first_day=None if days is None else days[0],
        last_day=None if days is None else days[1],
        x_m=float(terrain.stage.x_m[at]),
        y_m=float(terrain.stage.y_m[at]),
        heading=float(draws.uniform(key, "heading")[0]) * 2 * np.pi,
    )
