"""The crosswalk: which harmonised code a source's own words become, and how well the two meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl

from quietude.model.fold import FOLD_FROM, FOLD_TO

WILDCARD = "*"
BLANKS = "[\\s\u200b\ufeff]+"
"""Runs of blanks, zero-width ones among them (copied from web pages)."""

RESOLVED_SCHEMA = pl.Schema(
    {
        "code": pl.String(),
        "relation": pl.String(),
        "category_by": pl.String(),
        "severity": pl.Int8(),
        "confidence": pl.Float32(),
    }
)


class Relation(StrEnum):
    """How the code relates to the source's value."""

    EXACT = "exact"
    """They mean the same."""
    BROAD = "broad"
    """The code is wider than the value: it surely holds, something of the value is lost."""
    NARROW = "narrow"
    """The code is narrower than the value: it holds for most of what the source files there, not for all."""
    NONE = "none"
    """The value is known and nothing in the vocabulary fits it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrosswalkRow:
    """One line of a crosswalk."""

    source_category: str
    """The source's value, parts joined by " > "; any `*` makes it a pattern; empty answers for empty values."""
    code: str | None
    """Code of the vocabulary; None exactly when the relation is NONE."""
    relation: Relation
    severity: int | None = None
    """Severity 1 to 5 instead of the term's own."""
    note: str = ""
    line: int = 0
    """Line of the file, from 1."""

    @property
    def is_pattern(self) -> bool:
        """Tell whether the row answers for many values."""
        return WILDCARD in self.source_category


def fold_values(values: pl.Series) -> pl.Series:
    """Return values as they are compared: lower case, no accents, single blanks, none at the ends; null is ""."""
    return (
        values.cast(pl.String)
        .fill_null("")
        .str.to_lowercase()
        .str.replace_many(list(FOLD_FROM), list(FOLD_TO))
        .str.replace_all(BLANKS, " ")
        .str.strip_chars()
    )


def pattern_of(folded: str) -> str:
    """Return the regular expression of a folded value with wildcards; it matches whole values."""
    return "(?s)^" + ".*".join(pl.escape_regex(part) for part in folded.split(WILDCARD)) + "$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crosswalk:
    """Rows of one version. Exact rows win over patterns, earlier patterns over later ones."""

    name: str
    version: int
    rows: tuple[CrosswalkRow, ...]
    severities: Mapping[str, int] = field(default_factory=dict)
    """Default severity of the vocabulary's codes."""

    @property
    def stamp(self) -> str:
        """Return what facts coded by it say in `category_by`: "crosswalk:<name>@<version>"."""
        return f"crosswalk:{self.name}@{self.version}"

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Return (source value, code) of the rows that have both, wildcards left out: what suggestions learn from."""
        return tuple(
            (row.source_category.replace(WILDCARD, " "), row.code)
            for row in self.rows
            if row.code is not None and row.source_category
        )

    def apply(self, source_values: pl.Series) -> pl.DataFrame:
        """Return code, relation, category_by, severity and confidence of each value, same height and order.

        `code` and `relation` null: the value is unknown here. `relation` "none": known, nothing fits; `category_by`
        tells that the crosswalk decided so. `severity` is the row's or else the term's. `confidence` is 1 where the
        code surely holds (exact, broad) and null where the crosswalk can't tell (narrow, none, unknown).
        """
        asked = source_values.cast(pl.String).alias("value")
        values = asked.unique(maintain_order=True)
        keys = fold_values(values).alias("key")
        resolved = self._resolve(keys.unique(maintain_order=True))
        known = pl.DataFrame([values, keys]).join(resolved, on="key", how="left", maintain_order="left")
        answered = asked.to_frame().join(known, on="value", how="left", nulls_equal=True, maintain_order="left")
        return answered.select(RESOLVED_SCHEMA.names())

    def row_numbers(self, folded: pl.Series) -> pl.Series:
        """Return for each folded value the index in `rows` of the row that answers for it, null for none."""
        folded_rows = fold_values(pl.Series([row.source_category for row in self.rows], dtype=pl.String))
        exact = [index for index, row in enumerate(self.rows) if not row.is_pattern]
        value = pl.col("value")
        by_exact = value.replace_strict(
            [folded_rows[index] for index in exact], exact, default=None, return_dtype=pl.Int64
        )
        by_pattern = [
            pl.when(value.str.contains(pattern_of(folded_rows[index]))).then(pl.lit(index, dtype=pl.Int64))
            for index, row in enumerate(self.rows)
            if row.is_pattern
        ]
        first = pl.coalesce(by_exact, *(pl.when(value != "").then(answer) for answer in by_pattern))
        return folded.alias("value").to_frame().select(first.alias("row")).to_series()

    def _resolve(self, unique: pl.Series) -> pl.DataFrame:
        """Return the schema of answers with the column "key", one row per folded value."""
        table = pl.DataFrame(
            [{"row": index, **self._answer(row)} for index, row in enumerate(self.rows)],
            schema={"row": pl.Int64(), **RESOLVED_SCHEMA},
        )
        asked = pl.DataFrame([unique.alias("key"), self.row_numbers(unique)])
        return asked.join(table, on="row", how="left", maintain_order="left").drop("row")

    def _answer(self, row: CrosswalkRow) -> dict[str, object]:
        severity = self.severities.get(row.code) if row.severity is None and row.code is not None else row.severity
        return {
            "code": row.code,
            "relation": row.relation.value,
            "category_by": self.stamp,
            "severity": severity,
            "confidence": 1.0 if row.relation in {Relation.EXACT, Relation.BROAD} else None,
        }
