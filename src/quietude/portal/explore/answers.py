"""What the store answers to one selection: totals, bars, one page of the list, counts by zone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol, cast
from zoneinfo import ZoneInfo

import polars as pl
import pyarrow as pa

from quietude.model.event import Reality
from quietude.model.filter.question import ABSENT, Filter, ZoneChoice
from quietude.model.territory import Territory
from quietude.model.viewer import Viewer
from quietude.portal.explore.paging import PAGE_ROWS, Order, narrowed, pieces
from quietude.portal.explore.places import ZoneCount, column_of, zone_counts
from quietude.portal.explore.timeline import Span, Timeline, choose_domain, draw, split
from quietude.portal.ui.facts import columns_needed
from quietude.store.api import Store

ROW_COLUMNS = ("lon_deg", "lat_deg", "day")
"""What the map and the time line need of a row, besides what the card shows."""
DAY_DIMENSIONS = ("day", "reality", "located")
FAMILY_DIMENSIONS = ("day", "family")


class Cache(Protocol):
    """The part of Django's cache that is used here."""

    def get(self, key: str) -> object:
        """Return what was kept under a key, or None."""

    def set(self, key: str, value: object, timeout: float | None) -> None:
        """Keep a value for so many seconds."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks which store: every answer is for one viewer at one state of the facts."""

    store: Store
    viewer: Viewer
    territory: Territory
    cache: Cache
    rights: str
    """Name of what the viewer may read: equal for two viewers only if they see the same facts."""
    stamp: str
    """State of the facts."""
    coloured: frozenset[str]
    """Families that have a colour of their own on charts."""

    @property
    def zone(self) -> ZoneInfo:
        """Return the town's time zone."""
        return ZoneInfo(self.store.timezone)

    def days(self, question: Filter, dimensions: tuple[str, ...] = DAY_DIMENSIONS) -> pl.DataFrame:
        """Return counts by the dimensions (one of them is `day`), kept for the next answer on the same facts."""
        return cast(
            "pl.DataFrame", self.kept(("days", question, dimensions), lambda: self._count(question, dimensions))
        )

    def hidden(self, question: Filter, shown: int) -> int | None:
        """Return how many matching facts are not among those shown, as far as that may be told."""
        [told] = cast("list[int | None]", self.kept(("hidden", question), lambda: [self._hidden(question, shown)]))
        return told

    def _hidden(self, question: Filter, shown: int) -> int | None:
        return self.store.hidden(self.viewer, question, shown=shown)

    def kept(self, what: object, make: Callable[[], object]) -> object:
        """Return an answer from the cache, or make and keep it: for this state, these rights and this question only."""
        name = hashlib.sha256(repr((self.stamp, self.rights, what)).encode()).hexdigest()
        found = self.cache.get(f"explore:{name}")
        if found is None:
            found = make()
            self.cache.set(f"explore:{name}", found, KEPT_SECONDS)
        return found

    def _count(self, question: Filter, dimensions: tuple[str, ...]) -> pl.DataFrame:
        table = self.store.count(self.viewer, question, by=dimensions)
        counts = pl.DataFrame(pl.from_arrow(table)).with_columns(pl.col("count").cast(pl.Int64))
        words = [name for name, kind in counts.schema.items() if kind == pl.String]
        return counts.with_columns(pl.col(words).cast(pl.Categorical))  # a third of the memory while it is kept


KEPT_SECONDS = 300  # long enough for a person's next clicks; new facts make a new stamp at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One selection, answered. `total` is the length of the list, the sum of the bars and of the zones."""

    total: int
    unlocated: int
    hidden: int | None
    """Facts that match but are not the viewer's, rounded down; None where telling would reveal one."""
    unreal: int
    """Facts that are fictional or of an exercise."""
    timeline: Timeline
    data: Span | None
    """Days between the first and the last fact, the period set aside; None when there is none."""
    page: int
    """From 1; a page beyond the last reads as the last."""
    pages: int
    rows: pa.Table
    zones: tuple[ZoneCount, ...]
    outside: int
    """Facts in no zone of the level asked for, without a place or outside the town; a choice of zones set aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be answered of one question."""

    order: Order = Order.NEWEST
    page: int = 1
    """From 1."""
    level: str | None = None
    """Level that zones are counted by; None for no zones."""
    has_families: bool = False
    """Whether the bars are told by family."""


def ask(reader: Reader, question: Filter, wish: Wish, *, today: date) -> Answer:
    """Answer one selection: counts first, then the page of rows that they lead to, zones and rights meanwhile."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        zoned = pool.submit(count_zones, reader, question, wish.level) if wish.level is not None else None
        context = reader.days(replace(question, since=None, until=None))
        selected = within_period(reader, question, context)
        total = int(selected["count"].sum())
        hidden = pool.submit(reader.hidden, question, total)
        pages = max(1, -(-total // PAGE_ROWS))
        page = min(max(wish.page, 1), pages)
        rows = read_page(reader, question, selected, order=wish.order, page=page)
        timeline = draw_timeline(reader, question, context, selected, today=today)
        if wish.has_families:
            timeline = split(timeline, reader.days(question, FAMILY_DIMENSIONS), coloured=reader.coloured)
        zones, outside = zoned.result() if zoned is not None else ((), 0)
        return Answer(
            total=total,
            unlocated=_sum(selected, ~pl.col("located")),
            hidden=hidden.result(),
            unreal=_sum(selected, pl.col("reality") != Reality.REAL.value),
            timeline=timeline,
            data=span_of(context),
            page=page,
            pages=pages,
            rows=rows,
            zones=zones,
            outside=outside,
        )


def within_period(reader: Reader, question: Filter, context: pl.DataFrame) -> pl.DataFrame:
    """Return the counts inside the question's period: taken from the context where it is made of whole days."""
    if isinstance(question.since, datetime) or isinstance(question.until, datetime):
        return reader.days(question)
    inside = context
    if question.since is not None:
        inside = inside.filter(pl.col("day") >= question.since)
    if question.until is not None:
        inside = inside.filter(pl.col("day") <= question.until)
    return inside


def read_page(reader: Reader, question: Filter, days: pl.DataFrame, *, order: Order, page: int) -> pa.Table:
    """Return one page of the list, from 1."""
    counts = reader.days(question, order.dimensions) if order is Order.SEVERITY else days
    columns = [*columns_needed(reader.territory.level_names), *ROW_COLUMNS]
    parts = [
        reader.store.query(
            reader.viewer,
            narrowed(question, piece, reader.zone),
            columns=columns,
            order_by=order.columns,
            limit=piece.take,
            offset=piece.skip,
        )
        for piece in pieces(counts, order, offset=(page - 1) * PAGE_ROWS)
    ]
    if parts:
        return pa.concat_tables(parts)
    return reader.store.query(reader.viewer, question, columns=columns, order_by=order.columns, limit=0)


def count_zones(reader: Reader, question: Filter, level: str) -> tuple[tuple[ZoneCount, ...], int]:
    """Return the counts of all zones of a level, and how many facts lie in none of them.

    A choice among the level's own zones is set aside, so that the others can be compared and chosen too.
    """
    found = reader.territory.level(level)
    counts = reader.store.count(reader.viewer, beside_choice(question, level), by=(column_of(found),))
    by_code: dict[str | None, int] = dict(
        zip(counts[column_of(found)].to_pylist(), counts["count"].to_pylist(), strict=True)
    )
    known = set(found.by_code)
    outside = sum(count for code, count in by_code.items() if code is None or code == ABSENT or code not in known)
    return tuple(zone_counts(found, by_code)), outside


def beside_choice(question: Filter, level: str) -> Filter:
    """Return the question without its choice of zones, where that is a choice among zones of one level."""
    if any(name != level for name, _code in question.zones.any_of):
        return question
    return replace(question, zones=ZoneChoice(none_of=question.zones.none_of))


def draw_timeline(
    reader: Reader, question: Filter, context: pl.DataFrame, selected: pl.DataFrame, *, today: date
) -> Timeline:
    """Return the bars of a selection over the days that are worth showing."""
    data = span_of(context)
    domain = choose_domain(data, period_of(question, data, reader.zone), today=today)
    return draw(context, selected, domain)


def span_of(days: pl.DataFrame) -> Span | None:
    """Return the days between the first and the last fact."""
    first, last = days["day"].min(), days["day"].max()
    return Span(first, last) if isinstance(first, date) and isinstance(last, date) else None


def period_of(question: Filter, data: Span | None, zone: ZoneInfo) -> Span | None:
    """Return the local days of the question's period, an open end closed by the data; None without a period."""
    if question.since is None and question.until is None:
        return None
    since, until = local_day(question.since, zone), local_day(question.until, zone)
    ends = [day for day in (since, until) if day is not None]
    if data is not None and since is None:
        ends.append(data.first)
    if data is not None and until is None:
        ends.append(data.last)
    return Span(min(ends), max(ends))


def local_day(moment: date | datetime | None, zone: ZoneInfo) -> date | None:
    """Return the town's day of a bound of a period."""
    return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment


def _sum(days: pl.DataFrame, condition: pl.Expr) -> int:
    return int(days.filter(condition)["count"].sum())
