"""Persons, telephone numbers, plates and addresses that cannot exist, so that masking can be tested."""

from __future__ import annotations

import numpy as np
import polars as pl

from quietude.sources.simulator.draws import Draws, Floats, Keys

FICTION_PREFIXES = ("06 39 98", "04 65 71", "01 99 00")
"""Numbers that Arcep keeps for fiction (décision 2018-0881): mobile, south-east, Île-de-France."""

PLATE_LETTERS = np.array(list("ABCDEFGHJKLMNPQRSTVWXYZ"), dtype=object)  # registration plates leave out I, O and U
NEVER_ISSUED = "SS"  # a block that the registration system excludes (arrêté du 9 février 2009)
SPECIMEN_IBAN = "FR76 3000 6000 0112 3456 7890 189"  # the specimen that banks print in their instructions


def telephones(keys: Keys, draws: Draws) -> pl.Series:
    """Return numbers reserved for fiction, written in the ways people write them."""
    prefix = np.array(FICTION_PREFIXES, dtype=object)[draws.choice(keys, "telephone", np.array([0.7, 0.2, 0.1]))]
    pairs = [pl.Series(draws.whole(keys, f"telephone/{part}", 0, 99)).cast(pl.String).str.zfill(2) for part in (1, 2)]
    spaced = pl.DataFrame({"prefix": pl.Series(prefix.tolist(), dtype=pl.String), "a": pairs[0], "b": pairs[1]}).select(
        pl.format("{} {} {}", "prefix", "a", "b").alias("number")
    )["number"]
    style = draws.whole(keys, "telephone/style", 0, 3)
    return pl.DataFrame({"number": spaced, "style": style}).select(
        pl.when(pl.col("style") == 1)
        .then(pl.col("number").str.replace_all(" ", ".", literal=True))
        .when(pl.col("style") == 2)
        .then(pl.col("number").str.replace_all(" ", "", literal=True))
        .when(pl.col("style") == 3)
        .then(pl.lit("+33 ") + pl.col("number").str.slice(1))
        .otherwise(pl.col("number"))
        .alias("number")
    )["number"]


def plates(keys: Keys, draws: Draws) -> pl.Series:
    """Return registration plates with a block that is never issued, with and without dashes."""
    first, second = (PLATE_LETTERS[draws.whole(keys, f"plate/{part}", 0, len(PLATE_LETTERS) - 1)] for part in (1, 2))
    free = pl.Series((first + second).tolist(), dtype=pl.String)
    digits = pl.Series(draws.whole(keys, "plate/digits", 1, 999)).cast(pl.String).str.zfill(3)
    table = pl.DataFrame({"free": free, "digits": digits, "end": draws.chance(keys, "plate/end", 0.5)})
    table = table.with_columns(
        dash=pl.Series(np.where(draws.chance(keys, "plate/dash", 0.7), "-", " ").tolist(), dtype=pl.String)
    )
    return table.select(
        pl.when("end")
        .then(pl.concat_str("free", "dash", "digits", "dash", pl.lit(NEVER_ISSUED)))
        .otherwise(pl.concat_str(pl.lit(NEVER_ISSUED), "dash", "digits", "dash", "free"))
        .alias("plate")
    )["plate"]


def mail_addresses(given: pl.Series, family: pl.Series, domain: pl.Series) -> pl.Series:
    """Return addresses at domains kept for examples (RFC 2606)."""
    local = (given + "." + family).str.to_lowercase().str.normalize("NFD").str.replace_all(r"[^a-z.\-]", "")
    return local + "@" + domain


def birth_years(keys: Keys, draws: Draws) -> pl.Series:
    """Return the last two digits of years 1945 to 1999."""
    drawn: Floats = 45 + 55 * draws.uniform(keys, "birth year")
    return pl.Series(np.floor(drawn)).cast(pl.Int64).cast(pl.String)
