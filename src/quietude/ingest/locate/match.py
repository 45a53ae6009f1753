"""Names as written to the names of the gazetteer: the same words first, then the nearest spelling; on columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from rapidfuzz import fuzz, process

EXACT = 100.0
CANDIDATES = 12  # by letter triples: of 1,500 names with one letter changed, 99.8 % are among as many
MIN_SIMILARITY = 70.0  # of 100; of matches between 70 and 75 one in six was right when first measured
RARE_TRIPLES = 7  # the rarest of a name are enough to find its likes, and keep the join short
CUT_PENALTY = 3.0  # points taken from a name of which only the beginning was read
SUBSET_PENALTY = 8.0  # "FIOLLE" for "DOCTEUR JEAN FIOLLE": usual, but another Fiolle may exist
KIND_CONFLICT = 9.0  # two in three pairs of one name and two kinds are over 500 m apart (1,087 pairs of Marseille)
KIND_MISSING = 2.0

MATCH_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "query": pl.UInt32,
    "entry": pl.UInt32,
    "label": pl.String,
    "class": pl.String,
    "similarity": pl.Float64,
    "kind_agrees": pl.Int8,
}
"""Candidates of each query: `similarity` 0..100 counts the words only; `kind_agrees` 1 same, 0 not said, -1 another."""


@dataclass(frozen=True)
class NameIndex:
    """The names of a gazetteer, ready to be compared with many queries."""

    names: pl.DataFrame
    """Columns as `NAME_SCHEMA` of the gazetteer."""

    @cached_property
    def _cores(self) -> pl.DataFrame:
        """Return the distinct cores with their number `core_at`."""
        return (
            self.names.filter(pl.col("core").str.len_chars() > 0)
            .select("core", "sorted", "compact")
            .unique("core", keep="first", maintain_order=True)
            .with_row_index("core_at")
        )

    @cached_property
    def _triples(self) -> pl.DataFrame:
        """Return (triple, core_at, weight): rarer triples weigh more."""
        grams = _grams(self._cores.select("core_at", "compact"), "core_at")
        count = max(self._cores.height, 1)
        return grams.with_columns(seen=pl.len().over("triple")).with_columns(
            weight=(pl.lit(float(count)) / pl.col("seen")).log() + 1.0
        )

    def match(self, queries: pl.DataFrame) -> pl.DataFrame:
        """Return candidates for `queries` (columns `query`, `kind`, `core`, `is_long`), columns as `MATCH_SCHEMA`.

        Words are compared once per distinct core, then every entry that bears the name is a candidate.
        """
        asked = queries.filter(pl.col("core").str.len_chars() > 0)
        if asked.is_empty() or self._cores.is_empty():
            return pl.DataFrame(schema=MATCH_SCHEMA)
        cores = asked.group_by("core", maintain_order=True).agg(pl.col("is_long").any()).with_row_index("asked_at")
        similar = self._similar(cores)
        pairs = asked.join(cores.select("core", "asked_at"), on="core").join(similar, on="asked_at")
        found = pairs.join(
            self.names.select("entry", "label", "class", "core", found_kind="kind"), left_on="found", right_on="core"
        )
        is_road = (pl.col("kind") == "ROAD").fill_null(value=False)
        found = found.filter(~is_road | (pl.col("similarity") >= EXACT))
        same = pl.col("kind").eq_missing(pl.col("found_kind"))
        unsaid = pl.col("kind").is_null() | pl.col("found_kind").is_null()
        return (
            found.with_columns(kind_agrees=pl.when(same).then(1).when(unsaid).then(0).otherwise(-1).cast(pl.Int8))
            .sort("query", "similarity", "kind_agrees", "entry", descending=[False, True, True, False])
            .unique(["query", "entry"], keep="first", maintain_order=True)
            .select([pl.col(name).cast(dtype) for name, dtype in MATCH_SCHEMA.items()])
        )

    def _similar(self, cores: pl.DataFrame) -> pl.DataFrame:
        """Return (asked_at, found core, similarity) of each distinct core: equal ones, else the nearest spellings."""
        compact = cores.with_columns(
            compact=pl.col("core").str.replace_all(" ", "", literal=True),
            sorted=pl.col("core").str.split(" ").list.sort().list.join(" "),
        )
        steps = [("core", EXACT), ("compact", EXACT - 1), ("sorted", EXACT - 2)]
        equal = pl.concat(
            [
                compact.join(self._cores.select(pl.col(key), found="core"), on=key).select(
                    "asked_at", pl.col(key if key == "core" else "found").alias("found"), similarity=pl.lit(value)
                )
                for key, value in steps
            ]
        ).unique(["asked_at", "found"], keep="first", maintain_order=True)  # fmt: skip
        return pl.concat([equal, self._near(compact.join(equal, on="asked_at", how="anti"))])

    def _near(self, cores: pl.DataFrame) -> pl.DataFrame:
        grams = _grams(cores.select("asked_at", "compact"), "asked_at")
        weights = self._triples.select("triple", "weight").unique("triple")
        rare = (
            grams.join(weights, on="triple")
            .sort("weight", "triple", descending=[True, False])
            .group_by("asked_at", maintain_order=True)
            .head(RARE_TRIPLES)
        )
        shortlist = (
            rare.select("asked_at", "triple")
            .join(self._triples, on="triple")
            .group_by("asked_at", "core_at")
            .agg(pl.col("weight").sum())
            .sort("asked_at", "weight", "core_at", descending=[False, True, False])
            .group_by("asked_at", maintain_order=True)
            .head(CANDIDATES)
        )
        pairs = shortlist.join(cores, on="asked_at").join(
            self._cores.select("core_at", found="core", found_compact="compact"), on="core_at"
        )
        return (
            pairs.with_columns(similarity=_similarity(pairs))
            .filter(pl.col("similarity") >= MIN_SIMILARITY)
            .select("asked_at", "found", "similarity")
        )


def _grams(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    """Return (key, triple): the letter triples of the compact names, their beginning and end marked."""
    marked = frame.with_columns(text=pl.format("^{}$", pl.col("compact")))
    longest = marked["text"].str.len_chars().max()
    if not isinstance(longest, int):
        return pl.DataFrame(schema={key: pl.UInt32, "triple": pl.String})
    pieces = [marked.select(key, triple=pl.col("text").str.slice(at, 3)) for at in range(max(longest - 2, 1))]
    return pl.concat(pieces).filter(pl.col("triple").str.len_chars() == 3).unique()


def _similarity(pairs: pl.DataFrame) -> pl.Series:
    """Return 0..100 for the columns `core` (asked), `found`, their `compact` forms and `is_long`.

    The best of: the spelling as a whole, the same words in another order, the asked words being some of the found
    ones, and, of a name that may have been cut, its beginning.
    """
    asked, found = pairs["core"].to_list(), pairs["found"].to_list()

    def score(
        left: list[str], right: list[str], scorer: Callable[..., float]
    ) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.asarray(process.cpdist(left, right, scorer=scorer, workers=1, dtype=np.float64))

    short = pairs["compact"].to_list()
    whole = score(short, pairs["found_compact"].to_list(), fuzz.ratio)
    ordered = score(asked, found, fuzz.token_sort_ratio)
    some = score(asked, found, fuzz.token_set_ratio) - SUBSET_PENALTY
    cut = pairs.select(pl.col("found_compact").str.slice(0, pl.col("compact").str.len_chars())).to_series().to_list()
    begun = np.where(pairs["is_long"].to_numpy(), score(short, cut, fuzz.ratio) - CUT_PENALTY, 0.0)
    return pl.Series("similarity", np.maximum.reduce([whole, ordered, some, begun]))
