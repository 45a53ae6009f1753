"""Pages of the list at any depth: which days hold the facts number n to n + 50, so that only those are read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

import polars as pl

from quietude.model.filter.question import Filter
from quietude.portal.explore.timeline import Span

PAGE_ROWS = 50
"""Rows of one page of the list: some three screens of the list pane, drawn in a few milliseconds."""


class Order(StrEnum):
    """In which order the list runs."""

    NEWEST = "newest"
    OLDEST = "oldest"
    SEVERITY = "severity"
    """The most serious first, the newest first among equals."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that the store orders a piece by."""
        return ("occurred_from",) if self is Order.OLDEST else ("-occurred_from",)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Return the dimensions that the counts need for pages in this order to be found."""
        return ("severity", "day") if self is Order.SEVERITY else ("day",)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of facts that follow one another in the list: those number `skip` to `skip + take - 1` of some days."""

    span: Span
    severity: int | None
    """The only severity of the piece, or None for all."""
    skip: int
    take: int


def pieces(counts: pl.DataFrame, order: Order, *, offset: int, limit: int = PAGE_ROWS) -> list[Piece]:
    """Return the pieces that make up the facts number `offset` to `offset + limit - 1`, none beyond the last fact.

    `counts` has the columns `order.dimensions` and count. The last page of a million facts is as quick as the
    first: only the days that hold it are read.
    """
    is_descending = order is not Order.OLDEST
    keys = list(order.dimensions)
    running = (
        counts.drop_nulls(keys)
        .group_by(keys)
        .agg(pl.col("count").sum().cast(pl.Int64))
        .sort(keys, descending=is_descending)
        .with_columns(pl.col("count").cum_sum().alias("through"))
        .with_columns((pl.col("through") - pl.col("count")).alias("before"))
        .filter((pl.col("through") > offset) & (pl.col("before") < offset + limit))
    )
    if "severity" not in keys:
        running = running.with_columns(pl.lit(None, dtype=pl.Int8).alias("severity"))
    found = running.group_by("severity", maintain_order=True).agg(
        pl.col("day").min().alias("first"),
        pl.col("day").max().alias("last"),
        pl.col("before").min(),
        pl.col("through").max(),
    )
    return [
        Piece(
            Span(first, last),
            severity,
            skip=max(offset - before, 0),
            take=min(through, offset + limit) - max(before, offset),
        )
        for severity, first, last, before, through in found.iter_rows()
    ]


def narrowed(question: Filter, piece: Piece, zone: ZoneInfo) -> Filter:
    """Return the question, asked of the piece's days and severity alone."""
    since: date | datetime = piece.span.first
    until: date | datetime = piece.span.last
    if isinstance(question.since, datetime) and question.since.astimezone(zone).date() >= piece.span.first:
        since = question.since
    if isinstance(question.until, datetime) and question.until.astimezone(zone).date() <= piece.span.last:
        until = question.until
    narrow = replace(question, since=since, until=until)
    if piece.severity is None:
        return narrow
    return replace(narrow, severity_from=piece.severity, severity_to=piece.severity)
