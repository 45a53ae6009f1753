"""A source's columns brought to the names of the model, by its manifest."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

import polars as pl

from quietude.ingest.clock import read_times
from quietude.ingest.evaluate import evaluate, holds, text_of
from quietude.sources.api import FILE, LINE, Expression, Fault, Manifest, ManifestError, SeriesSpec, suggest

TIMES = ("occurred_from", "occurred_to", "reported_at", "at")
PARTS = " > "
"""Between the parts of a source's category; empty parts in the middle keep their place."""
KEPT = "="
"""Begins the name of a value kept with a quarantined record because the columns it came from are not."""


@dataclass(frozen=True, slots=True)
class Mapper:
    """How the columns of one file become values. Columns that only other files have read as empty."""

    manifest: Manifest
    columns: tuple[str, ...]
    """The columns this file has."""

    def check(self, file: str) -> None:
        """Refuse a manifest that names a column the file has not.

        Raises:
            ManifestError: with the place in the manifest, the columns there are, and the likeliest meant.
        """
        faults = []
        for column, location in _named_columns(self.manifest):
            if column in self.columns or column in self.manifest.optional or column in {FILE, LINE}:
                continue
            line, at = self.manifest.marks.find(location)
            unread = [name for name in self.columns if name not in mapped_columns(self.manifest)] or list(self.columns)
            have = ", ".join(repr(name) for name in self.columns)
            faults.append(
                Fault(line, at, f"column {column!r} is not in {file}{suggest(column, unread)} (it has {have})")
            )
        if faults:
            raise ManifestError(self.manifest.path, faults)

    def unread(self) -> list[str]:
        """Return the columns that are neither mapped, nor kept in attributes, nor dropped."""
        if "*" in self.manifest.map.attributes:
            return []
        known = {*mapped_columns(self.manifest), *self.manifest.map.attributes, *self.manifest.map.drop}
        known |= {*self.series(), *self.unit_columns()}
        return [name for name in self.columns if name not in known]

    def attributes(self) -> list[str]:
        """Return the columns kept as the source has them: those named, and for `*` all that nothing else reads."""
        named = set(self.manifest.map.attributes)
        mapped = {*mapped_columns(self.manifest), *self.series()}
        dropped = set(self.manifest.map.drop)
        takes_rest = "*" in named
        return [
            name
            for name in self.columns
            if name not in dropped
            and not name.startswith(KEPT)
            and (name in named or (takes_rest and name not in mapped))
        ]

    def series(self) -> dict[str, SeriesSpec]:
        """Return the columns that hold numbers: those named, those alike, or with `*` all that nothing else reads."""
        named = {*mapped_columns(self.manifest), *self.manifest.map.attributes, *self.manifest.map.drop}
        named |= {condition.column for spec in self.manifest.map.series for condition in spec.only}
        named |= {spec.unit_from for spec in self.manifest.map.series if spec.unit_from is not None}
        own = [name for name in self.columns if not name.startswith(KEPT)]
        found: dict[str, SeriesSpec] = {}
        for spec in self.manifest.map.series:
            for pattern in spec.columns:
                alike = [name for name in own if name == pattern or fnmatchcase(name, pattern)]
                found.update(
                    {name: spec for name in alike if name not in found and (name == pattern or name not in named)}
                )
        return found

    def measures(self) -> list[tuple[str, SeriesSpec]]:
        """Return the columns of numbers with what each holds: several quantities where `only` tells them apart."""
        chosen = self.series()
        apart = [spec for spec in self.manifest.map.series if spec.only]
        return [
            (column, spec)
            for column, first in chosen.items()
            for spec in ([each for each in apart if _names(each, column)] if first.only else [first])
        ]

    def unit_columns(self) -> set[str]:
        """Return the columns in which records state the units of their numbers."""
        return {
            spec.named(spec.unit_from, column)
            for column, spec in self.measures()
            if spec.unit_from is not None and spec.named(spec.unit_from, column) in self.columns
        }

    def complete(self, frame: pl.DataFrame, file: str) -> pl.DataFrame:
        """Return the records with the columns that the file lacks (empty) and the pseudo-columns."""
        missing = [
            name for name in mapped_columns(self.manifest) if name not in frame.columns and name not in {FILE, LINE}
        ]
        return frame.with_columns(
            *(pl.lit(None, dtype=pl.String).alias(name) for name in missing),
            pl.lit(file).alias(FILE),
        )

    def in_scope(self) -> pl.Expr | None:
        """Return the condition that records must meet, if there is one."""
        return pl.all_horizontal([holds(condition) for condition in self.manifest.only]) if self.manifest.only else None

    def key(self) -> pl.Expr:
        """Return the record's key, before ordinals are settled."""
        expression = self.manifest.map.source_key
        key = evaluate(expression) if expression is not None else pl.lit(None, dtype=pl.String)
        return pl.coalesce(pl.col(KEPT + "source_key"), key) if KEPT + "source_key" in self.columns else key

    def key_is_given(self) -> bool:
        """Tell whether a record's key cannot be made from what is kept of it (an ordinal, columns dropped)."""
        expression = self.manifest.map.source_key
        if expression is None:
            return False
        return any(part.ordinal for part in expression.parts()) or bool(
            set(self.manifest.map.drop) & set(expression.reads())
        )

    def values(self, records: pl.DataFrame) -> pl.DataFrame:
        """Return every value the manifest maps; a time as `<name>_said`, `_naive`, `_offset`, `_precision`.

        Values kept with the records (columns whose names begin with "=") are taken as they are.
        """
        expressions = self.manifest.map.expressions()
        texts = [
            (pl.col(KEPT + name) if KEPT + name in records.columns else self._text(name, expression)).alias(name)
            for name, expression in expressions.items()
            if name != "source_key"
        ]
        found = records.select(texts)
        times = {name: expression for name, expression in expressions.items() if name in TIMES}
        read = [
            read_times(pl.col(name), expression, f"{name}_").alias(f"{name}_read") for name, expression in times.items()
        ]
        found = found.with_columns(*read, *(pl.col(name).is_not_null().alias(f"{name}_said") for name in times))
        return found.unnest([f"{name}_read" for name in times]).drop(list(times))

    def _text(self, name: str, expression: Expression) -> pl.Expr:
        category = self.manifest.map.category
        if name != "category" or category is None or not category.columns:
            return evaluate(expression)
        joined = pl.concat_str([text_of(column).fill_null("") for column in category.columns], separator=PARTS)
        stripped = joined.str.strip_chars_end(PARTS)
        return pl.when(stripped.str.len_bytes() > 0).then(stripped)

    def unrecoverable(self) -> dict[str, pl.Expr]:
        """Return values made from columns that are not kept: a quarantined record keeps them in their stead."""
        dropped = set(self.manifest.map.drop)
        return {
            name: evaluate(expression)
            for name, expression in self.manifest.map.expressions().items()
            if name != "source_key" and dropped & set(expression.reads())
        }


def _names(spec: SeriesSpec, column: str) -> bool:
    return any(column == pattern or fnmatchcase(column, pattern) for pattern in spec.columns)


def mapped_columns(manifest: Manifest) -> dict[str, None]:
    """Return the columns that expressions and conditions of a manifest read, in their order."""
    found: dict[str, None] = {}
    for condition in manifest.only:
        found[condition.column] = None
    for spec in manifest.map.series:
        found.update(dict.fromkeys(condition.column for condition in spec.only))
    for expression in manifest.map.expressions().values():
        for column in expression.reads():
            found[column] = None
    for name in (FILE, LINE):
        found.pop(name, None)
    return found


def _named_columns(manifest: Manifest) -> list[tuple[str, tuple[str | int, ...]]]:
    """Return every column the manifest names, with the place where it does."""
    found: list[tuple[str, tuple[str | int, ...]]] = []
    for number, condition in enumerate(manifest.only):
        found.append((condition.column, ("only", number, "column")))
    for name, expression in manifest.map.expressions().items():
        location = ("map", *name.split("."))
        found += [(column, location) for column in dict.fromkeys(expression.reads())]
    found += [
        (name, ("map", "attributes", number)) for number, name in enumerate(manifest.map.attributes) if name != "*"
    ]
    found += [(name, ("map", "drop", name)) for name in manifest.map.drop]
    return found
