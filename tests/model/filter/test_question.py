"""A question that makes no sense can't be stated, and equal questions are equal objects."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from tests.model.strategies import questions

from quietude.model.event import Status
from quietude.model.filter.question import Box, Choice, Filter, Near, ZoneChoice


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"since": datetime(2019, 1, 1)}, "time zone"),  # noqa: DTZ001 - the fault itself
        ({"hours": (24,)}, "hour 24: expected 0 to 23"),
        ({"weekdays": (7,)}, "weekday 7: expected 0 to 6"),
        ({"severity_from": 0}, "severity 0: expected 1 to 5"),
        ({"severity_to": 6}, "severity 6"),
        ({"words": ("",)}, "empty word"),
        ({"without_words": ("a", "")}, "empty word"),
        ({"polygon": ((5.0, 43.0), (6.0, 44.0))}, "outline of 2 corners"),
        ({"polygon": ((5.0, 43.0),) * 65}, "outline of 65 corners"),
        ({"polygon": ((5.0, 43.0), (6.0, 44.0), (6.0, 91.0))}, "latitude 91"),
    ],
)
def test_a_senseless_condition_is_refused(fields: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Filter(**fields)


@pytest.mark.parametrize("place", [(91, 0, 1), (0, 181, 1), (0, 0, -1), (0, 0, float("inf")), (float("nan"), 0, 1)])
def test_a_circle_off_the_globe_is_refused(place: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="expected"):
        Near(*place)


@pytest.mark.parametrize("sides", [(6, 43, 5, 44), (5, 44, 6, 43), (5, 43, 181, 44)])
def test_a_box_inside_out_is_refused(sides: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="expected"):
        Box(*sides)


def test_the_order_and_repetition_of_values_do_not_matter() -> None:
    one = Filter(sources=Choice(("b", "a", "b")), zones=ZoneChoice((("q", "2"), ("q", "1"))), hours=(3, 1, 3))
    same = Filter(sources=Choice(("a", "b")), zones=ZoneChoice((("q", "1"), ("q", "2"))), hours=(1, 3))
    assert one == same
    assert hash(one) == hash(same)
    assert Choice((Status.OPEN,)) == Choice(("open",))


def test_only_the_empty_question_asks_for_everything() -> None:
    assert Filter().is_open
    assert not Filter(since=date(2019, 1, 1)).is_open
    assert not Filter(is_located=False).is_open


@settings(deadline=None, max_examples=50)
@given(question=questions())
def test_questions_are_keys(question: Filter) -> None:
    assert {question: 1}[replace(question)] == 1
    assert Filter(since=datetime(2019, 1, 1, tzinfo=UTC)) != Filter(since=date(2019, 1, 1))
