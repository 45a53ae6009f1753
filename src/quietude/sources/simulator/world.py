"""What truly happens in the fictional town: facts with a time, a place, a nature and a gravity, noticed or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from quietude.sources.simulator.almanac import Almanac, day_keys, read_almanac
from quietude.sources.simulator.draws import Draws, Floats, Ints, Keys, mix, name_key
from quietude.sources.simulator.lexicon_file import Nature, PlantForm, World, read_plants, read_world
from quietude.sources.simulator.plants import Plant, plants_between
from quietude.sources.simulator.stage import Stage
from quietude.sources.simulator.terrain import Terrain

MILD = 20.0  # degrees Celsius at which warmth neither draws people out nor keeps them in
ALONG_STREET_M = 30.0  # deviation of a fact's position from its street's point, each way
HIGHEST_NUMBER = 160  # of a house; low numbers are commoner, since every street has them
SEVERITY_SHIFTS = np.array([-1, 0, 1, 2])
SEVERITY_SHIFT_WEIGHTS = np.array([0.14, 0.70, 0.13, 0.03])


@dataclass(frozen=True, eq=False, kw_only=True)
class Facts:
    """Facts of the fictional town, in no order; arrays of one length."""

    key: Keys
    """Identity, the source of all further chance about the fact."""
    day: Ints
    """Ordinal of its local date."""
    minute: Ints
    """Minute of that day, 0 to 1439."""
    nature: Ints
    """Position in `FictionalTown.natures`."""
    plant: npt.NDArray[np.object_]
    """Name of the plant it comes from, or None."""
    series: npt.NDArray[np.object_]
    """Name of the form of that plant where it is a series of one way of doing, or None."""
    place: Ints
    """Position on the stage."""
    x_m: Floats
    y_m: Floats
    number: Ints
    """House number."""
    severity: Ints
    """True gravity, 1 to 5."""

    @property
    def size(self) -> int:
        """Return the number of facts."""
        return len(self.key)

    def where(self, chosen: npt.NDArray[np.bool_] | Ints) -> Facts:
        """Return the facts that a mask or positions choose."""
        return Facts(**{part.name: getattr(self, part.name)[chosen] for part in fields(self)})


@dataclass(frozen=True, eq=False, kw_only=True)
class Stream:
    """Facts of one nature from one origin: the town's life, or a plant."""

    key: np.uint64
    position: int
    """Of the nature, in `FictionalTown.natures`."""
    nature: Nature
    plant: Plant | None
    rhythm: tuple[str, str]
    """Names of its curve and of its week."""
    mean: Floats
    """Facts expected on each day, before the week."""

    @property
    def series(self) -> str | None:
        """Return the form's name where the plant is a series of one way of doing."""
        return self.plant.form.name if self.plant is not None and self.plant.form.kind == "series" else None


@dataclass(frozen=True, eq=False)
class FictionalTown:
    """One world: a stage, a seed and how much happens on it."""

    stage: Stage
    seed: int
    facts_per_day: float
    draws: Draws = field(init=False)
    terrain: Terrain = field(init=False)
    world: World = field(init=False)
    forms: tuple[PlantForm, ...] = field(init=False)
    natures: tuple[str, ...] = field(init=False)
    """Codes of the vocabulary, of the natures this town has: none of the beach without a beach."""

    def __post_init__(self) -> None:
        world, draws = read_world(), Draws(self.seed)
        terrain = Terrain(self.stage, draws)
        made = {
            "draws": draws, "terrain": terrain, "world": world, "forms": read_plants(),
            "natures": tuple(code for code, nature in world.natures.items() if terrain.has(nature.where)),
        }  # fmt: skip
        for name, value in made.items():
            object.__setattr__(self, name, value)

    @property
    def total_share(self) -> float:
        """Return the sum of the natures' shares, which `facts_per_day` is divided by."""
        return sum(self.world.natures[code].share for code in self.natures)

    def months(self, first: date, last: date) -> Iterator[tuple[date, date]]:
        """Yield the first and last day of each month between two days, cut at both ends."""
        while first <= last:
            month_end = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
            yield first, min(month_end, last)
            first = month_end + timedelta(days=1)

    def facts(self, first: date, last: date) -> Facts:
        """Return the facts of days of one month; a day's facts do not depend on the others asked for."""
        almanac = read_almanac(first, last, self.draws, country=self.stage.country)
        streams = self._streams(almanac)
        profiles = {stream.rhythm: self._hours(*stream.rhythm, almanac) for stream in streams}
        hours = np.stack(list(profiles.values()))
        profile = np.array([list(profiles).index(stream.rhythm) for stream in streams])
        mean = np.stack([stream.mean for stream in streams]) * hours.sum(axis=2)[profile]
        cells = mix(day_keys(almanac.days)[None, :] ^ np.array([stream.key for stream in streams])[:, None])
        counts = self.draws.poisson(cells, "count", mean).ravel()
        cell = np.repeat(np.arange(counts.size), counts)
        serial = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        keys = self.draws.keys(cells.ravel()[cell] ^ mix(serial.astype(np.uint64)), "fact")
        of, at = cell // almanac.size, cell % almanac.size
        place = self._places(keys, almanac.days[at], of, streams)
        hour = self.draws.choice(keys, "hour", hours[profile[of], at])
        return self._drawn(keys, almanac.days[at], hour, place, [streams[position] for position in of.tolist()])

    def _drawn(self, keys: Keys, days: Ints, hour: Ints, place: Ints, streams: list[Stream]) -> Facts:
        """Return the facts with what does not depend on where they come from."""
        gravest = np.array([stream.nature.severity for stream in streams], dtype=np.int64)
        shifts = SEVERITY_SHIFTS[self.draws.choice(keys, "severity", SEVERITY_SHIFT_WEIGHTS)]
        return Facts(
            key=keys,
            day=days,
            minute=hour * 60 + self.draws.whole(keys, "minute", 0, 59),
            nature=np.array([stream.position for stream in streams], dtype=np.int64),
            plant=np.array([stream.plant and stream.plant.name for stream in streams], dtype=object),
            series=np.array([stream.series for stream in streams], dtype=object),
            place=place,
            x_m=self.stage.x_m[place] + ALONG_STREET_M * self.draws.normal(keys, "x"),
            y_m=self.stage.y_m[place] + ALONG_STREET_M * self.draws.normal(keys, "y"),
            number=1 + np.floor(HIGHEST_NUMBER * self.draws.uniform(keys, "number") ** 1.8).astype(np.int64),
            severity=np.clip(gravest + shifts, 1, 5),
        )

    def _streams(self, almanac: Almanac) -> list[Stream]:
        """Return where the facts of some days come from: each nature in general, and what each plant adds to it."""
        first, last = int(almanac.days[0]), int(almanac.days[-1])
        streams = [self._stream(code, almanac, None, 1.0) for code in self.natures]
        for plant in plants_between(self.forms, first, last, self.terrain, self.draws):
            weights = np.broadcast_to(np.array(plant.form.weights), len(plant.form.natures))
            for code, weight in zip(plant.form.natures, weights, strict=True):
                if code in self.natures:
                    streams.append(self._stream(code, almanac, plant, float(weight / weights.sum())))
        return streams

    def _stream(self, code: str, almanac: Almanac, plant: Plant | None, share: float) -> Stream:
        nature = self.world.natures[code]
        has_curve = plant is not None and plant.form.curve is not None
        is_occasion = plant is not None and plant.form.occasion is not None
        return Stream(
            key=name_key(code if plant is None else f"{plant.name}/{code}"),
            position=self.natures.index(code),
            nature=nature,
            plant=plant,
            rhythm=(
                str(plant.form.curve) if has_curve and plant else nature.curve,
                "even" if is_occasion else nature.week,
            ),
            mean=self._mean(nature, almanac, plant, share),
        )

    def _hours(self, curve: str, week: str, almanac: Almanac) -> Floats:
        """Return the weight of each hour of each day (shape (days, 24); an ordinary week's days sum to about 1)."""
        weights = np.array(self.world.curves[curve]) / sum(self.world.curves[curve])
        factors = np.array(self.world.weeks[week])
        classes = np.empty((almanac.size, 24), dtype=np.int64)
        classes[:, :6] = almanac.night_class[:, None]
        classes[:, 6:17] = almanac.day_class[:, None]
        classes[:, 17:] = almanac.evening_class[:, None]
        hours: Floats = weights * factors[classes]
        return hours

    def _mean(self, nature: Nature, almanac: Almanac, plant: Plant | None, share: float) -> Floats:
        """Return how many facts are expected on each day."""
        base = self.facts_per_day / self.total_share
        if plant is not None and plant.form.occasion is not None:
            return base * plant.form.share * share * almanac.occasions[plant.form.occasion].astype(np.float64)
        season: Floats = np.array(self.world.years[nature.year], dtype=np.float64)[almanac.month - 1]
        weather: Floats = np.exp(nature.heat * (almanac.temperature - MILD)) * np.where(almanac.is_wet, nature.wet, 1.0)
        rhythm: Floats = season * weather * np.where(almanac.is_school_holiday, nature.school, 1.0)
        if plant is None:
            return base * nature.share * rhythm
        if plant.form.kind in {"weak_signal", "series"}:
            rhythm = np.ones(almanac.size)  # what is planted to be found must be there, whatever the season
        return base * plant.form.share * share * plant.strength(almanac.days) * rhythm

    def _places(self, keys: Keys, days: Ints, of: Ints, streams: list[Stream]) -> Ints:
        """Return the place of each fact; `of` is the stream of each, in order."""
        chosen = np.zeros(len(keys), dtype=np.int64)
        bounds = np.searchsorted(of, np.arange(len(streams) + 1))
        for stream, begin, end in zip(streams, bounds, bounds[1:], strict=False):
            plant, mine = stream.plant, slice(int(begin), int(end))
            if plant is None:
                chosen[mine] = self.draws.choice(keys[mine], "place", self.terrain.weights(stream.nature.where))
                continue
            for day in np.unique(days[mine]) if plant.form.moves_m else days[mine][:1]:
                today = (days[mine] == day) | (not plant.form.moves_m)
                weights = self.terrain.around(plant.form.where, *plant.centre(int(day)), plant.form.radius_m)
                chosen[mine][today] = self.draws.choice(keys[mine][today], "place", weights)
        return chosen
