"""List, time line, zones and tiles tell the same number, for any question and any reader."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.portal.conftest import viewer_of_role
from tests.portal.explore.conftest import FACTS, FIRST, LAST, reader_for
from tests.portal.explore.tiles import facts_of_tile

from quietude.model.filter.question import Box, Choice, Filter, ZoneChoice
from quietude.model.viewer import Viewer
from quietude.portal.accounts.roles import Role
from quietude.portal.explore.answers import Reader, Wish, ask
from quietude.portal.explore.paging import PAGE_ROWS, Order
from quietude.portal.explore.timeline import Span
from quietude.portal.rights.groups import Group
from quietude.store.api import Store

PARIS = ZoneInfo("Europe/Paris")
TODAY = date(2024, 1, 10)
DAYS = st.dates(FIRST, LAST)
QUESTIONS = st.builds(
    Filter,
    since=st.none() | DAYS | DAYS.map(lambda day: datetime(day.year, day.month, day.day, 13, tzinfo=PARIS)),
    categories=st.sampled_from([Choice(), Choice(any_of=("noise",)), Choice(none_of=("traffic", "theft"))]),
    zones=st.sampled_from([ZoneChoice(), ZoneChoice(any_of=(("quarter", "port"),))]),
    severity_from=st.none() | st.integers(2, 4),
    box=st.none() | st.just(Box(5.37, 43.28, 5.42, 43.31)),
    realities=st.sampled_from([Choice(), Choice(any_of=("real",))]),
)
MEET = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@MEET
@given(question=QUESTIONS, role=st.sampled_from([Role.AGENT, Role.ANALYST, Role.DATA_MANAGER]))
def test_list_bars_zones_and_tiles_hold_the_same_facts(store: Store, question: Filter, role: Role) -> None:
    reader = reader_for(store, viewer_of_role(role, *Group))
    answer = ask(reader, question, Wish(level="quarter", has_families=True), today=TODAY)
    assert sum(answer.timeline.selected) == answer.total
    assert sum(sum(counts) for counts in answer.timeline.families.values()) == answer.total
    chosen = {code for _level, code in question.zones.any_of}
    inside = sum(zone.count for zone in answer.zones if not chosen or zone.code in chosen)
    assert inside + answer.outside * (not chosen) == answer.total
    tiled = sum(fact["count"] for fact in facts_of_tile(store.tile(reader.viewer, question, 0, 0, 0)))
    assert tiled + answer.unlocated == answer.total
    assert answer.rows.num_rows == min(PAGE_ROWS, answer.total)
    assert sum(answer.timeline.around) >= answer.total


@MEET
@given(question=QUESTIONS, order=st.sampled_from(list(Order)))
def test_all_pages_together_are_the_store_s_own_answer(reader: Reader, question: Filter, order: Order) -> None:
    total = ask(reader, question, Wish(order=order, page=1, level=None), today=TODAY).total
    pages = -(-total // PAGE_ROWS)
    listed: list[str] = []
    for page in {1, pages // 2 + 1, pages} - {0}:
        listed += ask(reader, question, Wish(order=order, page=page, level=None), today=TODAY).rows["id"].to_pylist()
    columns = {
        Order.NEWEST: ("-occurred_from",),
        Order.OLDEST: ("occurred_from",),
        Order.SEVERITY: ("-severity", "-occurred_from"),
    }
    whole = reader.store.query(reader.viewer, question, columns=["id"], order_by=columns[order])["id"].to_pylist()
    expected: list[str] = []
    for page in {1, pages // 2 + 1, pages} - {0}:
        expected += whole[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
    assert listed == expected


def test_a_page_beyond_the_last_is_the_last(reader: Reader) -> None:
    answer = ask(reader, Filter(), Wish(order=Order.OLDEST, page=10_000, level=None), today=TODAY)
    assert answer.page == answer.pages
    assert answer.rows["day"].to_pylist()[-1] == LAST


def test_an_agent_is_told_how_many_facts_their_rights_hide(reader: Reader) -> None:
    answer = ask(reader, Filter(), Wish(), today=TODAY)
    everything = reader.store.count(Viewer.system("test"), Filter())["count"].to_pylist()[0]
    assert answer.hidden is not None
    assert 0 <= everything - answer.total - answer.hidden < 10
    assert everything == pytest.approx(FACTS, abs=5)


def test_facts_without_a_place_and_fictional_ones_are_counted(reader: Reader) -> None:
    answer = ask(reader, Filter(), Wish(), today=TODAY)
    placed = ask(reader, Filter(is_located=True), Wish(), today=TODAY)
    real = ask(reader, Filter(realities=Choice(any_of=("real",))), Wish(), today=TODAY)
    assert answer.total - answer.unlocated == placed.total
    assert answer.total - answer.unreal == real.total
    assert 0 < answer.unlocated < answer.total
    assert 0 < answer.unreal < answer.total


def test_the_bars_outside_the_period_show_what_the_question_finds_there(reader: Reader) -> None:
    question = Filter(since=date(2023, 3, 1), until=date(2023, 3, 31))
    answer = ask(reader, question, Wish(), today=TODAY)
    domain = answer.timeline.domain
    around = ask(
        reader,
        replace(question, since=domain.first, until=domain.last),
        Wish(),
        today=TODAY,
    )
    assert domain.first < date(2023, 3, 1) < date(2023, 3, 31) < domain.last
    assert sum(answer.timeline.around) == around.total
    assert sum(answer.timeline.selected) == answer.total


def test_who_may_read_nothing_gets_an_empty_answer(store: Store) -> None:
    answer = ask(reader_for(store, Viewer.nobody()), Filter(), Wish(level="quarter"), today=TODAY)
    assert (answer.total, answer.rows.num_rows, answer.data, answer.page, answer.pages) == (0, 0, None, 1, 1)
    assert answer.timeline.domain == Span(date(2023, 12, 12), TODAY)


def test_the_second_answer_on_the_same_facts_is_not_counted_again(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ask(reader, Filter(), Wish(), today=TODAY)

    def refuse(*_arguments: object, **_named: object) -> None:
        raise AssertionError("counted again")

    monkeypatch.setattr(reader.store, "count", refuse)
    brushed = ask(reader, Filter(since=date(2023, 5, 1)), Wish(order=Order.OLDEST, page=2, level=None), today=TODAY)
    assert 0 < brushed.total < first.total
