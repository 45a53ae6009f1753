"""Expressions of a manifest turned into Polars expressions over columns of text."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from quietude.ingest.clock import read_times
from quietude.ingest.hashing import fingerprints
from quietude.model.identity import SEPARATOR
from quietude.sources.api import Condition, Expression

REPEATABLE = "\x1e"  # ASCII record separator: begins a key that records may share and that an ordinal must tell apart
BLANKS = " \t\r\n\v\f\u00a0\u2007\u202f\u200b\u200c\u200d\u2060\ufeff"
"""What holds no ink: spaces of every width, and the marks that web pages leave."""
_GROUP = re.compile(r"\{(\w+)\}")


def text_of(column: str) -> pl.Expr:
    """Return a column's value: trimmed, null where nothing is left."""
    trimmed = pl.col(column).str.strip_chars(BLANKS)
    return pl.when(trimmed.str.len_bytes() > 0).then(trimmed)


def evaluate(expression: Expression) -> pl.Expr:
    """Return the value of an expression as text; `parse` is left to `quietude.ingest.clock`."""
    value = _beginning(expression)
    for pattern, replacement in expression.replace.items():
        value = _or_null(value.str.replace_all(pattern, replacement))
    if expression.extract is not None:
        value = _extracted(value, expression.extract, expression.format)
    if expression.case is not None:
        value = {
            "lower": value.str.to_lowercase(),
            "upper": value.str.to_uppercase(),
            "title": value.str.to_titlecase(),
        }[expression.case]
    if expression.translate:
        value = (
            value.replace_strict(expression.translate, default=None)
            if expression.unmatched == "empty"
            else value.replace(expression.translate)
        )
    if expression.default is not None:
        value = value.fill_null(pl.lit(expression.default))
    return value


def holds(condition: Condition) -> pl.Expr:
    """Tell for each record whether a condition holds; never null."""
    value = text_of(condition.column)
    clauses: list[pl.Expr] = []
    if condition.equals:
        clauses.append(value.is_in(list(condition.equals)))
    if condition.matches is not None:
        clauses.append(value.str.contains(condition.matches))
    if condition.empty is not None:
        clauses.append(value.is_null() if condition.empty else value.is_not_null())
    answer = pl.all_horizontal(clauses).fill_null(value=False)
    return answer.not_() if condition.negate else answer


def _beginning(expression: Expression) -> pl.Expr:
    if expression.column is not None:
        return text_of(expression.column)
    if expression.columns:
        return _or_null(
            pl.concat_str(
                [text_of(column) for column in expression.columns], separator=expression.join, ignore_nulls=True
            )
        )
    if expression.first:
        return pl.coalesce([evaluate(part) for part in expression.first])
    if expression.digest:
        return _digest(expression.digest, is_repeatable=expression.ordinal)
    if expression.when:
        return _cases(expression)
    return pl.lit(expression.constant, dtype=pl.String)


def _cases(expression: Expression) -> pl.Expr:
    value = evaluate(expression.otherwise) if expression.otherwise is not None else pl.lit(None, dtype=pl.String)
    for case in reversed(expression.when):
        value = pl.when(holds(case)).then(evaluate(case.then)).otherwise(value)
    return value


def _digest(parts: Sequence[Expression], *, is_repeatable: bool) -> pl.Expr:
    """Return one fingerprint of the parts, null where all are absent; a time counts by its instant, however written."""
    texts = [_part(part) for part in parts]
    joined = pl.concat_str([text.fill_null("") for text in texts], separator=SEPARATOR)
    present = pl.when(pl.any_horizontal([text.is_not_null() for text in texts])).then(joined)
    digest = present.map_batches(fingerprints, return_dtype=pl.String)
    return pl.lit(REPEATABLE) + digest if is_repeatable else digest


def _part(part: Expression) -> pl.Expr:
    if not part.parse:
        return evaluate(part)
    return read_times(evaluate(part), part).struct.field("naive").dt.to_string("%Y-%m-%dT%H:%M:%S")


def _extracted(value: pl.Expr, pattern: str, template: str | None) -> pl.Expr:
    if template is None:
        return _or_null(value.str.extract(pattern, 1 if re.compile(pattern).groups else 0))
    groups = value.str.extract_groups(pattern)
    pieces: list[pl.Expr] = []
    at = 0
    for found in _GROUP.finditer(template):
        if found.start() > at:
            pieces.append(pl.lit(template[at : found.start()]))
        pieces.append(groups.struct.field(_group_name(pattern, found[1])))
        at = found.end()
    if at < len(template):
        pieces.append(pl.lit(template[at:]))
    return _or_null(pl.concat_str(pieces))


def _group_name(pattern: str, name: str) -> str:
    """Return the name Polars gives a group: its own, or its number."""
    names = {number: own for own, number in re.compile(pattern).groupindex.items()}
    return names.get(int(name), name) if name.isdigit() else name


def _or_null(value: pl.Expr) -> pl.Expr:
    trimmed = value.str.strip_chars()
    return pl.when(trimmed.str.len_bytes() > 0).then(trimmed)
