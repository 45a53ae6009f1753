"""How well a source's words are covered by its crosswalk: rows, values, relations, ambiguity, what is unmapped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from quietude.ingest.evaluate import evaluate, holds
from quietude.model.crosswalk import Crosswalk, Relation, fold_values, pattern_of
from quietude.model.vocabulary import Vocabulary
from quietude.sources.api import Manifest, Town, read_batches, read_crosswalk
from quietude.store.api import Store

VALUES_SCHEMA = pl.Schema({"value": pl.String(), "rows": pl.Int64()})
UNMAPPED = "unmapped"


class NoCrosswalkError(ValueError):
    """The source has no crosswalk: its manifest gives one code, or it states no categories at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What a crosswalk makes of the values of one source."""

    source: str
    crosswalk: Crosswalk
    values: pl.DataFrame
    """value, rows, code, relation ("unmapped" where the value is unknown), category_by, severity, confidence."""
    ambiguous: pl.DataFrame
    """value, rows, codes: values that patterns of different codes answer for; the first pattern decided.

    A wider code of the same branch is no ambiguity: that is how specific patterns come before general ones."""

    @property
    def rows(self) -> int:
        """Return the number of rows counted."""
        return int(self.values["rows"].sum())

    @property
    def covered_rows(self) -> int:
        """Return the number of rows that have a code."""
        return int(self.values.filter(pl.col("code").is_not_null())["rows"].sum())

    @property
    def share(self) -> float:
        """Return the share of rows that have a code, 0 to 1; 1 when there are no rows."""
        return self.covered_rows / self.rows if self.rows else 1.0

    @property
    def relations(self) -> pl.DataFrame:
        """Return relation, values, rows; in the order of the relations, unmapped last."""
        order = pl.Enum([*(relation.value for relation in Relation), UNMAPPED])
        counted = self.values.group_by("relation").agg(pl.len().alias("values"), pl.col("rows").sum())
        return counted.with_columns(pl.col("relation").cast(order)).sort("relation").cast({"relation": pl.String()})

    @property
    def unmapped(self) -> pl.DataFrame:
        """Return value and rows of what the crosswalk does not know, most rows first."""
        unknown = self.values.filter(pl.col("relation") == UNMAPPED)
        return unknown.select("value", "rows").sort("rows", "value", descending=[True, False])


def crosswalk_of(manifest: Manifest, vocabulary: Vocabulary) -> Crosswalk:
    """Return the crosswalk of a source as it is now.

    Raises:
        NoCrosswalkError: the source has none.
        CrosswalkError: the file cannot be used.
    """
    path = manifest.crosswalk_path()
    if path is None:
        raise NoCrosswalkError(f"{manifest.name}: its manifest names no crosswalk")
    return read_crosswalk(path, vocabulary)


def filed_values(store: Store, source: str) -> pl.DataFrame:
    """Return the values of a source that the store holds, with their rows."""
    counted = pl.DataFrame(store.source_categories(source)).rename({"source_category": "value", "count": "rows"})
    return counted.group_by("value").agg(pl.col("rows").sum()).select(VALUES_SCHEMA.names()).cast(VALUES_SCHEMA)


def source_values(town: Town, manifest: Manifest, *, now: datetime, batch_rows: int = 100_000) -> pl.DataFrame:
    """Return the values that a source's files hold, with their rows, read as an import would read them.

    Raises:
        NoCrosswalkError: the source states no categories.
        SourceError: a file cannot be read.
    """
    spec = manifest.map.category
    if spec is None or spec.expression is None:
        raise NoCrosswalkError(f"{manifest.name}: its manifest reads no category from the source")
    value = evaluate(spec.expression).alias("value")
    counted = [VALUES_SCHEMA.to_frame()]
    for batch in read_batches(manifest, town.data_dir, batch_rows=batch_rows, town=town, now=now):
        read = {*spec.expression.reads(), *(condition.column for condition in manifest.only)}
        absent = [pl.lit(None, dtype=pl.String).alias(column) for column in sorted(read - set(batch.frame.columns))]
        kept = pl.all_horizontal(pl.lit(True), *(holds(condition) for condition in manifest.only))
        wanted = batch.frame.with_columns(absent).filter(kept)
        counted.append(wanted.select(value).group_by("value").agg(pl.len().cast(pl.Int64).alias("rows")))
    return pl.concat(counted).group_by("value").agg(pl.col("rows").sum())


def cover(source: str, crosswalk: Crosswalk, values: pl.DataFrame) -> Coverage:
    """Return what `crosswalk` makes of `values` (columns value, rows)."""
    ordered = values.sort("rows", "value", descending=[True, False])
    answered = ordered.hstack(crosswalk.apply(ordered["value"]))
    return Coverage(
        source=source,
        crosswalk=crosswalk,
        values=answered.with_columns(pl.col("relation").fill_null(UNMAPPED)),
        ambiguous=_ambiguous(crosswalk, ordered),
    )


def _ambiguous(crosswalk: Crosswalk, values: pl.DataFrame) -> pl.DataFrame:
    """Return the values that several patterns claim for different codes, unless an exact row settles them."""
    folded = fold_values(values["value"])
    exact = set(fold_values(pl.Series([row.source_category for row in crosswalk.rows if not row.is_pattern])).to_list())
    rows = [row for row in crosswalk.rows if row.is_pattern]
    patterns = fold_values(pl.Series([row.source_category for row in rows], dtype=pl.String)).to_list()
    claims = [
        values.select("value", "rows", code=pl.lit(row.code or ""))
        .filter(folded.str.contains(pattern_of(pattern)) & ~folded.is_in(list(exact)))
        .with_row_index("claim", at * values.height)
        for at, (row, pattern) in enumerate(zip(rows, patterns, strict=True))
    ]
    if not claims:
        return pl.DataFrame(schema={"value": pl.String(), "rows": pl.Int64(), "codes": pl.List(pl.String())})
    first = pl.col("code").first() + "."
    elsewhere = pl.col("code").filter(~first.str.starts_with(pl.col("code") + "."))
    claimed = pl.concat(claims).group_by("value", "rows", maintain_order=True)
    listed = claimed.agg(pl.concat([pl.col("code").head(1), elsewhere]).unique(maintain_order=True).alias("codes"))
    return listed.filter(pl.col("codes").list.len() > 1).sort("rows", "value", descending=[True, False])
