"""What one service notices of the fictional town's facts, and how it writes them: late, roughly, twice, or not."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date

import numpy as np
import numpy.typing as npt

from quietude.sources.simulator.draws import Draws, Floats, Ints, Keys
from quietude.sources.simulator.habits import HABITS, Habits, PlaceForm, sites_of
from quietude.sources.simulator.lexicon_file import Voice, read_voice
from quietude.sources.simulator.spec import Service
from quietude.sources.simulator.world import Facts, FictionalTown

DAY_SECONDS = 86_400
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
FIRST, AGAIN, AMENDED = 0, 1, 2
SERIES_TOLD = 0.85  # share of a series' facts whose telling shows the way of doing
SELF_REPEAT_MINUTES = (8, 150)  # how much later a second number is opened for one fact
AMENDED_HOURS = (1, 70)  # how much later an entry is amended

Times = npt.NDArray[np.datetime64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Sightings:
    """Entries of one service; arrays of one length, in the order of entry. Times are local, to the second."""

    fact_key: Keys
    key: Keys
    """Source of all chance about the entry; an amended entry shares it with the first."""
    turn: Ints
    """FIRST, AGAIN (a second number for the fact) or AMENDED (the same number, later)."""
    fact_day: Ints
    serial: Ints
    """Number among the entries about facts of that day, from 1."""
    at: Times
    """When it happened, as the service has it."""
    hour_known: npt.NDArray[np.bool_]
    entered: Times
    nature: Ints
    category: Ints
    """Position in the voice's categories."""
    severity: Ints
    """Gravity as the service sees it, 1 to 5."""
    place: Ints
    """Place as the service has it: for some its own post."""
    x_m: Floats
    y_m: Floats
    form: Ints
    """A `PlaceForm`."""
    number: Ints
    is_patrol: npt.NDArray[np.bool_]
    series: npt.NDArray[np.object_]

    @property
    def size(self) -> int:
        """Return the number of entries."""
        return len(self.key)

    def where(self, chosen: npt.NDArray[np.bool_] | Ints) -> Sightings:
        """Return the entries that a mask or positions choose."""
        return Sightings(**{part.name: getattr(self, part.name)[chosen] for part in fields(self)})


@dataclass(frozen=True, eq=False)
class Observer:
    """One service in one town."""

    town: FictionalTown
    service: Service
    rate: float = 1.0
    habits: Habits = field(init=False)
    voice: Voice = field(init=False)
    draws: Draws = field(init=False)
    sites: Ints = field(init=False)
    notice: Floats = field(init=False)
    """Chance to record, by position of the nature."""
    patrol: Floats = field(init=False)
    coding: Floats = field(init=False)
    """How readily each category (column) is used for each nature (row)."""

    def __post_init__(self) -> None:
        habits, voice = HABITS[self.service], read_voice(self.service)
        natures = self.town.natures
        said = [voice.natures.get(code) for code in natures]
        coding = np.array([[entry.natures.get(code, 0.0) for entry in voice.categories] for code in natures])
        coding[coding.sum(axis=1) == 0, -1] = 1.0  # the last category is the service's "other"
        made = {
            "habits": habits, "voice": voice, "draws": self.town.draws,
            "sites": sites_of(habits, self.service, self.town.stage, self.town.terrain),
            "notice": np.array([0.0 if entry is None else entry.notice for entry in said]),
            "patrol": np.array([0.0 if entry is None else entry.patrol for entry in said]),
            "coding": coding,
        }  # fmt: skip
        for name, value in made.items():
            object.__setattr__(self, name, value)

    def observe(self, facts: Facts) -> Sightings:
        """Return the service's entries about these facts, in the order of entry."""
        own = self.draws.keys(facts.key, self.service)
        sees = (self.sites[facts.place] >= 0) & self.draws.chance(
            own, "notice", np.minimum(1.0, self.notice[facts.nature] * self.rate)
        )
        facts, own = facts.where(sees), own[sees]
        first = self._first(facts, own)
        again = self._again(first.where(self.draws.chance(own, "again", self.habits.duplicated)))
        numbered = _numbered(_joined([first, again]))
        amended = self._amended(numbered.where(self.draws.chance(numbered.key, "amended", self.habits.corrected)))
        together = _joined([numbered, amended])
        return together.where(np.lexsort((together.key, together.turn, together.entered)))

    def _first(self, facts: Facts, own: Keys) -> Sightings:
        draws, habits = self.draws, self.habits
        true_seconds = (facts.day - EPOCH_ORDINAL) * DAY_SECONDS + facts.minute * 60 + draws.whole(own, "second", 0, 59)
        seconds = true_seconds + 60 * habits.clock_minutes * draws.normal(own, "clock")
        step = habits.round_minutes * 60
        seconds = (np.floor(seconds / step) * step if step > 60 else np.floor(seconds)).astype(np.int64)
        delay = 60 * habits.delay_minutes * np.exp(habits.delay_spread * draws.normal(own, "delay"))
        entered = np.maximum(true_seconds, seconds) + 30 + delay.astype(np.int64)
        place = self.sites[facts.place]
        posted = place != facts.place
        series = facts.series.copy()
        series[~draws.chance(own, "series", SERIES_TOLD)] = None
        shift = habits.severity_shift + 0.45 * draws.normal(own, "severity")
        return Sightings(
            fact_key=facts.key,
            key=own,
            turn=np.full(facts.size, FIRST),
            fact_day=facts.day,
            serial=np.zeros(facts.size, dtype=np.int64),
            at=seconds.astype("datetime64[s]").astype("datetime64[ms]"),
            hour_known=draws.chance(own, "hour", habits.hour_known),
            entered=entered.astype("datetime64[s]").astype("datetime64[ms]"),
            nature=facts.nature,
            category=self._category(own, facts.nature, self.voice.miscoded),
            severity=np.clip(np.rint(facts.severity + shift), 1, 5).astype(np.int64),
            place=place,
            x_m=np.where(posted, self.town.stage.x_m[place], facts.x_m) + habits.place_m * draws.normal(own, "x"),
            y_m=np.where(posted, self.town.stage.y_m[place], facts.y_m) + habits.place_m * draws.normal(own, "y"),
            form=self._form(own, place),
            number=facts.number,
            is_patrol=draws.chance(own, "patrol", self.patrol[facts.nature]),
            series=series,
        )

    def _again(self, first: Sightings) -> Sightings:
        """Return second entries about the same facts, by a colleague: other number, other words, a little later."""
        own = self.draws.keys(first.key, "second entry")
        late = 60 * self.draws.whole(own, "late", *SELF_REPEAT_MINUTES)
        return _changed(
            first,
            key=own,
            turn=np.full(first.size, AGAIN),
            entered=first.entered + late.astype("timedelta64[s]"),
            category=self._category(own, first.nature, self.voice.miscoded),
            form=self._form(own, first.place),
        )

    def _amended(self, entries: Sightings) -> Sightings:
        """Return entries put right: the same number, the fitting category, once the day's work leaves time for it."""
        late = 3_600 * self.draws.whole(entries.key, "amended late", *AMENDED_HOURS)
        return _changed(
            entries,
            turn=np.full(entries.size, AMENDED),
            entered=entries.entered + late.astype("timedelta64[s]"),
            category=self._category(entries.key, entries.nature, 0.0),
        )

    def _category(self, own: Keys, nature: Ints, miscoded: float) -> Ints:
        fitting = self.draws.choice(own, "category", self.coding[nature])
        any_other = self.draws.whole(own, "wrong category", 0, self.coding.shape[1] - 1)
        return np.where(self.draws.chance(own, "miscoded", miscoded), any_other, fitting)

    def _form(self, own: Keys, place: Ints) -> Ints:
        """Return how each place is written; a form that the place cannot take becomes the street's name."""
        stage = self.town.stage
        form = self.draws.choice(own, "form", np.array(self.habits.place_forms))
        no_landmark = (form == PlaceForm.LANDMARK) & (stage.landmark_m[place] > 400)
        no_crossing = (form == PlaceForm.CROSSING) & (stage.crossing[place] == place)
        no_number = (form == PlaceForm.NUMBER) & (stage.kind[place] != "street")
        return np.where(no_landmark | no_crossing | no_number, int(PlaceForm.STREET), form)


def _changed(entries: Sightings, **parts: npt.NDArray[np.generic]) -> Sightings:
    kept = {part.name: getattr(entries, part.name) for part in fields(entries)}
    return Sightings(**(kept | parts))


def _joined(parts: list[Sightings]) -> Sightings:
    return Sightings(
        **{part.name: np.concatenate([getattr(p, part.name) for p in parts]) for part in fields(Sightings)}
    )


def _numbered(entries: Sightings) -> Sightings:
    """Give each entry its number among those about facts of one day, whichever period is asked for."""
    order = np.lexsort((entries.key, entries.entered, entries.fact_day))
    days = entries.fact_day[order]
    _, begins, counts = np.unique(days, return_index=True, return_counts=True)
    serial = np.empty(entries.size, dtype=np.int64)
    serial[order] = np.arange(1, entries.size + 1) - np.repeat(begins, counts)
    return _changed(entries, serial=serial)
