"""What services write: narratives put together from their own sentences, the same for one entry at every run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from quietude.sources.simulator.draws import Draws, Ints, Keys
from quietude.sources.simulator.lexicon_file import Voice, read_words
from quietude.sources.simulator.persons import SPECIMEN_IBAN, birth_years, mail_addresses, plates, telephones
from quietude.sources.simulator.places import PlaceWords
from quietude.sources.simulator.sightings import AMENDED, Sightings
from quietude.sources.simulator.slips import slip

SEEN_BY_ALL = (
    "vehicule",
    "couleur",
    "deuxroues",
    "objet",
    "age",
    "enfant",
    "habit",
    "encombrant",
    "marchandise",
    "animal",
    "degat",
)
"""Words that two services telling of one fact agree on; all others are each service's own."""


@dataclass(frozen=True, eq=False)
class Narrator:
    """Writes for one service."""

    voice: Voice
    natures: tuple[str, ...]
    draws: Draws
    _say: pl.Series = field(init=False)
    """All sentences, nature after nature, then series after series."""
    _begins: Ints = field(init=False)
    _counts: Ints = field(init=False)

    def __post_init__(self) -> None:
        told = [self.voice.natures[code].say if code in self.voice.natures else () for code in self.natures]
        told += list(self.voice.series.values())
        counts = np.array([len(sentences) for sentences in told])
        made = {
            "_say": pl.Series([sentence for sentences in told for sentence in sentences], dtype=pl.String),
            "_begins": np.cumsum(counts) - counts,
            "_counts": counts,
        }
        for name, value in made.items():
            object.__setattr__(self, name, value)

    def narrate(self, sightings: Sightings, places: PlaceWords, slots: dict[str, pl.Series]) -> pl.Series:
        """Return one narrative per entry; `slots` are words of the service's own columns (patrol, camera, line)."""
        keys = sightings.key
        found_out = self._one_of(self.voice.patrol_patterns or self.voice.patterns, keys, "pattern")
        text = found_out.zip_with(pl.Series(sightings.is_patrol), self._one_of(self.voice.patterns, keys, "pattern"))
        filled = {"fait": self._facts(sightings)}
        filled |= {
            name: self._one_of(words, keys, f"fragment/{name}")
            for name, words in self.voice.fragments.items()
            if name != "personal"
        }
        personal = self._one_of(self.voice.fragments["personal"], keys, "fragment/personal")
        told = pl.Series(self.draws.chance(keys, "personal", self.voice.personal))
        text = pl.DataFrame({"text": text, "personal": personal, "told": told}).select(
            pl.when("told").then(pl.format("{} {}", "text", "personal")).otherwise("text").alias("text")
        )["text"]
        for name, words in (filled | slots | self._common(sightings, places)).items():
            text = _fill(text, name, words)
        text = _tidy(self._shorten(text, keys))
        text = slip(text, keys, self.draws, self.voice.misspelt)
        return pl.DataFrame({"text": text, "turn": sightings.turn}).select(
            pl.when(pl.col("turn") == AMENDED).then(pl.col("text") + " [complété]").otherwise("text").alias("text")
        )["text"]

    def _facts(self, sightings: Sightings) -> pl.Series:
        """Return what happened, in a sentence of its nature, or of its series where it shows."""
        row = sightings.nature.copy()
        for number, name in enumerate(self.voice.series):
            row[sightings.series == name] = len(self.natures) + number
        told = np.floor(self.draws.uniform(sightings.key, "sentence") * self._counts[row]).astype(np.int64)
        return self._say.gather(pl.Series(self._begins[row] + told))

    def _one_of(self, words: Sequence[str], keys: Keys, name: str) -> pl.Series:
        return pl.Series(words, dtype=pl.String).gather(pl.Series(self.draws.whole(keys, name, 0, len(words) - 1)))

    def _common(self, sightings: Sightings, places: PlaceWords) -> dict[str, pl.Series]:
        """Return the words that any service's sentences may ask for, by slot."""
        words, facts, own = read_words(), sightings.fact_key, sightings.key
        found = {
            name: self._one_of(choices, facts if name in SEEN_BY_ALL else own, f"word/{name}")
            for name, choices in words.items()
        }
        at = pl.Series(sightings.at)
        end = pl.Series(sightings.at + (60 * self.draws.whole(own, "lasted", 15, 90)).astype("timedelta64[s]"))
        found |= {
            "ou": places.phrase,
            "lieu": places.bare.fill_null("non précisé"),
            "quartier": places.zone,
            "n": pl.Series(2 + self.draws.poisson(facts, "people", np.full(len(facts), 2.5))).cast(pl.String),
            "heure": at.dt.strftime("%Hh%M"),
            "fin": end.dt.strftime("%Hh%M"),
            "tel": telephones(facts, self.draws),
            "plaque": plates(facts, self.draws),
            "an": birth_years(facts, self.draws),
            "iban": pl.Series([SPECIMEN_IBAN] * len(facts), dtype=pl.String),
        }
        found["mail"] = mail_addresses(found["prenom"], found["nom"], found["domaine"])
        return found

    def _shorten(self, text: pl.Series, keys: Keys) -> pl.Series:
        if not self.voice.abbreviations:
            return text
        short = text.str.replace_many(
            list(self.voice.abbreviations), list(self.voice.abbreviations.values()), leftmost=True
        )
        is_short = pl.Series(self.draws.chance(keys, "abbreviated", self.voice.abbreviated))
        return short.zip_with(is_short, text)


def _fill(text: pl.Series, slot: str, words: pl.Series) -> pl.Series:
    mark = f"{{{slot}}}"
    if not text.str.contains(mark, literal=True).any():
        return text
    return pl.DataFrame({"text": text, "words": words}).select(
        pl.col("text").str.replace_all(mark, pl.col("words"), literal=True)
    )["text"]


def _tidy(text: pl.Series) -> pl.Series:
    """Return texts without the gaps that empty fragments leave, beginning with a capital."""
    tidy = (
        text.str.replace_all(r"\s+", " ")
        .str.replace_all(r" ([.,])", "$1")
        .str.replace_all(r"([.,])([.,])+", "$1")
        .str.strip_chars()
    )
    return tidy.str.slice(0, 1).str.to_uppercase() + tidy.str.slice(1)
