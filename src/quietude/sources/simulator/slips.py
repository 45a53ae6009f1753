"""Slips of the pen: letters dropped, doubled or swapped, accents left out, words that sound alike."""

from __future__ import annotations

import polars as pl

from quietude.sources.simulator.draws import Draws, Keys
from quietude.sources.simulator.places import without_accents

SOUND_ALIKE = {
    "plusieurs": "plusieur", "chaussée": "chausée", "personnes": "personne", "occupé": "occuper",
    "effectué": "effectuer", "bruyant": "bruillant", "véhicule": "véhicul", "déjà": "deja", "constate": "constat",
    "trottoir": "trotoir", "quelques": "quelque", "intervention": "interventions", "environ": "enviro",
    "signalé": "signaler", "depuis": "depui", "jeunes": "jeune", "appartement": "apartement", "beaucoup": "bcp",
    "toujours": "tjrs", "rendez-vous": "rdv", "s'il vous plaît": "svp",
}  # fmt: skip
"""Common mistakes of written French, word to what is written."""

KINDS = 5


def slip(text: pl.Series, keys: Keys, draws: Draws, rate: float) -> pl.Series:
    """Return the texts, a share `rate` of them with one slip."""
    happens = pl.Series(draws.chance(keys, "slip", rate))
    table = pl.DataFrame(
        {
            "text": text,
            "at": (pl.Series(draws.uniform(keys, "slip/at")) * text.str.len_chars().fill_null(0)).cast(pl.Int64),
            "kind": draws.whole(keys, "slip/kind", 0, KINDS - 1),
            "happens": happens,
        }
    )
    head, letter, tail = (
        pl.col("text").str.slice(*part) for part in ((0, pl.col("at")), (pl.col("at"), 1), (pl.col("at") + 1,))
    )
    in_word = letter.str.contains(r"^\pL$")
    slipped = (
        pl.when((pl.col("kind") == 0) & in_word)
        .then(head + tail)
        .when((pl.col("kind") == 1) & in_word)
        .then(head + letter + letter + tail)
        .when((pl.col("kind") == 2) & in_word & tail.str.contains(r"^\pL"))
        .then(head + tail.str.slice(0, 1) + letter + tail.str.slice(1))
        .when(pl.col("kind") == 3)
        .then(pl.lit(without_accents(text)))
        .otherwise(pl.col("text").str.replace_many(list(SOUND_ALIKE), list(SOUND_ALIKE.values())))
    )
    return table.select(pl.when(pl.col("happens")).then(slipped).otherwise(pl.col("text")).alias("text"))["text"]
