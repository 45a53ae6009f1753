"""Pages at any depth: each fact on exactly one page, in order, with only the days read that hold the page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietude.model.filter.question import Filter
from quietude.portal.explore.paging import Order, Piece, narrowed, pieces
from quietude.portal.explore.timeline import Span

PARIS = ZoneInfo("Europe/Paris")
FACTS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 5)), max_size=120)


def listed(facts: list[tuple[int, int]], order: Order) -> list[tuple[int, int]]:
    """Return facts (day number, severity) as the whole list shows them."""
    keys = {
        Order.NEWEST: lambda fact: -fact[0],
        Order.OLDEST: lambda fact: fact[0],
        Order.SEVERITY: lambda fact: (-fact[1], -fact[0]),
    }
    return sorted(facts, key=keys[order])


def taken(piece: Piece, facts: list[tuple[int, int]], order: Order) -> list[tuple[int, int]]:
    """Return what a store answers for one piece."""
    first = date(2023, 1, 1)
    inside = [
        (day, severity)
        for day, severity in facts
        if piece.span.first <= first + timedelta(days=day) <= piece.span.last and piece.severity in {None, severity}
    ]
    return listed(inside, order)[piece.skip : piece.skip + piece.take]


@settings(max_examples=50)
@given(FACTS, st.sampled_from(list(Order)), st.integers(1, 17))
def test_the_pages_put_together_are_the_list(facts: list[tuple[int, int]], order: Order, limit: int) -> None:
    first = date(2023, 1, 1)
    counts = pl.DataFrame(
        {"day": [first + timedelta(days=day) for day, _ in facts], "severity": [severity for _, severity in facts]},
        schema={"day": pl.Date, "severity": pl.Int8},
    ).with_columns(pl.lit(1, dtype=pl.Int64).alias("count"))
    shown = []
    for offset in range(0, len(facts) + limit, limit):
        found = pieces(counts, order, offset=offset, limit=limit)
        page = [fact for piece in found for fact in taken(piece, facts, order)]
        assert len(page) == sum(piece.take for piece in found) <= limit
        shown += page
    key = slice(0, 1) if order is not Order.SEVERITY else slice(0, 2)
    assert [fact[key] for fact in shown] == [fact[key] for fact in listed(facts, order)]


def test_a_page_in_the_middle_of_a_million_reads_its_own_days_only() -> None:
    first = date(2020, 1, 1)
    counts = pl.DataFrame({"day": [first + timedelta(days=day) for day in range(1000)], "count": [1000] * 1000})
    [piece] = pieces(counts, Order.OLDEST, offset=500_990, limit=50)
    assert piece == Piece(Span(first + timedelta(days=500), first + timedelta(days=501)), None, skip=990, take=50)


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        pytest.param(Filter(), date(2023, 5, 2), date(2023, 5, 4), id="no-period"),
        pytest.param(
            Filter(since=datetime(2023, 5, 2, 10, tzinfo=UTC)),
            datetime(2023, 5, 2, 10, tzinfo=UTC),
            date(2023, 5, 4),
            id="an-instant-on-the-first-day-stays",
        ),
        pytest.param(
            Filter(since=datetime(2023, 4, 1, 10, tzinfo=UTC)),
            date(2023, 5, 2),
            date(2023, 5, 4),
            id="an-earlier-instant-gives-way",
        ),
        pytest.param(
            Filter(until=datetime(2023, 5, 4, 10, tzinfo=UTC)),
            date(2023, 5, 2),
            datetime(2023, 5, 4, 10, tzinfo=UTC),
            id="an-instant-on-the-last-day-stays",
        ),
        pytest.param(
            Filter(until=datetime(2023, 5, 4, 22, tzinfo=UTC)),
            date(2023, 5, 2),
            date(2023, 5, 4),
            id="midnight-in-paris-is-the-next-day",
        ),
    ],
)
def test_a_piece_narrows_the_period_and_keeps_instants(question: Filter, since: date, until: date) -> None:
    piece = Piece(Span(date(2023, 5, 2), date(2023, 5, 4)), 3, skip=0, take=1)
    asked = narrowed(question, piece, PARIS)
    assert (asked.since, asked.until) == (since, until)
    assert (asked.severity_from, asked.severity_to) == (3, 3)
