"""What every logbook is written from, and the small habits they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from quietude.sources.simulator.draws import Draws, Floats, Keys
from quietude.sources.simulator.narration import Narrator
from quietude.sources.simulator.places import PlaceWords
from quietude.sources.simulator.sightings import AMENDED, Sightings
from quietude.sources.simulator.stage import Stage

EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, eq=False, kw_only=True)
class Entries:
    """One service's entries, with what is needed to write them."""

    sightings: Sightings
    places: PlaceWords
    narrator: Narrator
    stage: Stage
    draws: Draws

    @property
    def keys(self) -> Keys:
        """Return the source of chance of each entry."""
        return self.sightings.key

    @property
    def fact_day(self) -> pl.Series:
        """Return the local day of the fact, for numbers of entries."""
        return pl.Series((self.sightings.fact_day - EPOCH).astype("datetime64[D]"))

    def serial(self, digits: int) -> pl.Series:
        """Return the number among the day's entries, with leading zeros."""
        return pl.Series(self.sightings.serial).cast(pl.String).str.zfill(digits)

    def at(self, form: str) -> pl.Series:
        """Return when it happened, as the service writes it."""
        return pl.Series(self.sightings.at).dt.strftime(form)

    def entered(self, form: str) -> pl.Series:
        """Return when the entry was made."""
        return pl.Series(self.sightings.entered).dt.strftime(form)

    def later(self, name: str, least_minutes: int, most_minutes: int, form: str) -> pl.Series:
        """Return a time after the fact."""
        minutes = self.draws.whole(self.keys, name, least_minutes, most_minutes)
        return pl.Series(self.sightings.at + (60 * minutes).astype("timedelta64[s]")).dt.strftime(form)

    def category_codes(self) -> pl.Series:
        """Return the code of each entry's category in the service's nomenclature."""
        return pl.Series([entry.code for entry in self.narrator.voice.categories]).gather(
            pl.Series(self.sightings.category)
        )

    def category_labels(self) -> pl.Series:
        """Return the label of each entry's category."""
        return pl.Series([entry.label for entry in self.narrator.voice.categories]).gather(
            pl.Series(self.sightings.category)
        )

    def severities(self, scale: Sequence[str]) -> pl.Series:
        """Return the gravity on the service's scale, which has a word for each of 1 to 5."""
        return pl.Series(scale).gather(pl.Series(self.sightings.severity - 1))

    def one_of(self, name: str, words: Sequence[str], weights: Sequence[float] | None = None) -> pl.Series:
        """Return one of some words for each entry."""
        chances = np.ones(len(words)) if weights is None else np.array(weights)
        return pl.Series(words).gather(pl.Series(self.draws.choice(self.keys, name, chances)))

    def whole(self, name: str, low: int, high: int, digits: int = 0) -> pl.Series:
        """Return a whole number for each entry, as text."""
        return pl.Series(self.draws.whole(self.keys, name, low, high)).cast(pl.String).str.zfill(digits)

    def left_out(self, name: str, words: pl.Series, share: float) -> pl.Series:
        """Return the words, a share of them left out."""
        return self.choose(name, share, self.none, words)

    def choose(self, name: str, share: float, one: pl.Series, other: pl.Series) -> pl.Series:
        """Return `one` for a share of the entries and `other` for the rest."""
        return one.zip_with(pl.Series(self.draws.chance(self.keys, name, share)), other)

    def decided(self, mask: npt.NDArray[np.bool_], one: pl.Series, other: pl.Series) -> pl.Series:
        """Return `one` where the mask holds and `other` elsewhere."""
        return one.zip_with(pl.Series(mask), other)

    @property
    def is_amended(self) -> npt.NDArray[np.bool_]:
        """Tell which entries replace an earlier one of the same number."""
        amended: npt.NDArray[np.bool_] = self.sightings.turn == AMENDED
        return amended

    def degrees(self) -> tuple[Floats, Floats]:
        """Return longitudes and latitudes as the service has them."""
        return self.stage.degrees(self.sightings.x_m, self.sightings.y_m)

    @property
    def none(self) -> pl.Series:
        """Return nothing for every entry."""
        return pl.Series([None] * self.sightings.size, dtype=pl.String)

    def repeated(self, word: str) -> pl.Series:
        """Return one word for every entry."""
        return pl.Series([word] * self.sightings.size, dtype=pl.String)

    def narrative(self, **slots: pl.Series) -> pl.Series:
        """Return the narratives, with the service's own words in its slots."""
        return self.narrator.narrate(self.sightings, self.places, slots)
