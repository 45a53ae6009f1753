"""How services write down where they were: number and street, a crossing, a landmark, a sector, or nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from quietude.sources.simulator.habits import PlaceForm
from quietude.sources.simulator.sightings import Sightings
from quietude.sources.simulator.stage import Stage

STREET_ABBREVIATIONS = {
    "Avenue ": "AV ", "Boulevard ": "BD ", "Place ": "PL ", "Chemin ": "CHE ", "Traverse ": "TRA ", "Impasse ": "IMP ",
    "Allée ": "ALL ", "Rond-Point ": "RPT ", "Square ": "SQ ", "Montée ": "MTE ", "Quai ": "QU ",
    "Saint-": "ST ", "Sainte-": "STE ",
    "Docteur ": "DR ", "Général ": "GAL ", "Président ": "PDT ",
}  # fmt: skip
"""Abbreviations of the national postal style (norm NF Z 10-011), which many services write by habit."""

ACCENTED, PLAIN = list("àâäçéèêëîïôöùûüÿÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸœŒ"), [*"aaaceeeeiioouuuyAAACEEEEIIOOUUUY", "oe", "OE"]


@dataclass(frozen=True, eq=False)
class PlaceWords:
    """The words for each entry's place."""

    bare: pl.Series
    """Alone, as in a column of addresses; null where the service left it out."""
    phrase: pl.Series
    """In a sentence, with its preposition."""
    zone: pl.Series
    """Name of the zone of the finest level."""
    sector: pl.Series
    """Name of the zone of the coarsest level."""


def write_places(sightings: Sightings, stage: Stage) -> PlaceWords:
    """Return the words for the places of entries, in their order."""
    place = sightings.place
    zones = np.array([zone.name for zone in stage.zones], dtype=object)[stage.zone[place]]
    table = pl.DataFrame(
        {
            "name": stage.name[place].tolist(),
            "crossing": stage.name[stage.crossing[place]].tolist(),
            "landmark": stage.name[stage.landmark[place]].tolist(),
            "zone": zones.tolist(),
            "sector": np.array(stage.sector, dtype=object)[stage.zone[place]].tolist(),
            "number": sightings.number,
            "form": sightings.form,
            "is_street": stage.kind[place] == "street",
        },
        schema_overrides=dict.fromkeys(("name", "crossing", "landmark", "zone", "sector"), pl.String),
    )
    written = table.select("zone", "sector", bare=_bare(), phrase=_phrase())
    return PlaceWords(**{name: written[name] for name in ("bare", "phrase", "zone", "sector")})


def _lower_first(column: str) -> pl.Expr:
    name = pl.col(column)
    return name.str.slice(0, 1).str.to_lowercase() + name.str.slice(1)


def _bare() -> pl.Expr:
    return (
        pl.when(pl.col("form") == PlaceForm.NUMBER)
        .then(pl.format("{} {}", "number", _lower_first("name")))
        .when(pl.col("form") == PlaceForm.CROSSING)
        .then(pl.format("{} / {}", "name", "crossing"))
        .when(pl.col("form") == PlaceForm.LANDMARK)
        .then(pl.format("face {}", "landmark"))
        .when(pl.col("form") == PlaceForm.SECTOR)
        .then(pl.format("secteur {}", "zone"))
        .when(pl.col("form") == PlaceForm.STREET)
        .then(pl.col("name"))
    )


def _phrase() -> pl.Expr:
    return (
        pl.when(pl.col("form") == PlaceForm.NUMBER)
        .then(pl.format("au {} {}", "number", _lower_first("name")))
        .when(pl.col("form") == PlaceForm.CROSSING)
        .then(pl.format("à l'angle {} / {}", _lower_first("name"), _lower_first("crossing")))
        .when(pl.col("form") == PlaceForm.LANDMARK)
        .then(pl.format("à proximité immédiate ({})", "landmark"))
        .when(pl.col("form") == PlaceForm.SECTOR)
        .then(pl.format("dans le secteur {}", "zone"))
        .when(pl.col("form") == PlaceForm.EMPTY)
        .then(pl.lit("sur zone"))
        .when(pl.col("is_street"))
        .then(_lower_first("name"))
        .otherwise(pl.format("à hauteur de « {} »", "name"))
    )


def postal(address: pl.Series) -> pl.Series:
    """Return addresses abbreviated in the postal manner, in capitals, without accents."""
    shortened = address.str.replace_all(r"^(\d+ )rue ", "${1}R ").str.replace_many(
        list(STREET_ABBREVIATIONS), list(STREET_ABBREVIATIONS.values()), ascii_case_insensitive=True
    )
    return without_accents(shortened).str.to_uppercase()


def without_accents(text: pl.Series) -> pl.Series:
    """Return texts with plain letters."""
    return text.str.replace_many(ACCENTED, PLAIN)
