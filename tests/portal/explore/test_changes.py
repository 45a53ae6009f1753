"""What a hand does to a selection: brush, click, draw, type."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from tests.model.strategies import LEVELS, questions

from quietude.model.filter.question import Box, Choice, Filter, Near, ZoneChoice
from quietude.portal.explore.changes import VERBS, Change, ChangeError, joined


def test_a_brushed_period_is_set_in_either_direction_and_cleared_by_nothing() -> None:
    asked = VERBS["period"](Filter(), "2023-02-10..2023-02-01")
    assert (asked.since, asked.until) == (date(2023, 2, 1), date(2023, 2, 10))
    assert VERBS["period"](asked, "") == Filter()


def test_a_zone_clicked_twice_is_given_up_and_others_stay() -> None:
    asked = Filter(zones=ZoneChoice(any_of=(("quarter", "port"),), none_of=(("quarter", "halles"),)))
    both = VERBS["zone"](asked, "quarter:moulin")
    assert both.zones.any_of == (("quarter", "moulin"), ("quarter", "port"))
    assert VERBS["zone"](both, "quarter:moulin") == asked


def test_a_family_clicked_twice_is_given_up() -> None:
    asked = VERBS["category"](Filter(), "noise")
    assert asked.categories == Choice(any_of=("noise",))
    assert VERBS["category"](asked, "noise") == Filter()


@pytest.mark.parametrize(
    ("value", "low", "high"), [("3-3", 3, 3), ("1-3", None, 3), ("4-5", 4, None), ("1-5", None, None), ("", None, None)]
)
def test_severities_at_the_ends_are_no_condition(value: str, low: int | None, high: int | None) -> None:
    asked = VERBS["severity"](Filter(severity_from=2, severity_to=2), value)
    assert (asked.severity_from, asked.severity_to) == (low, high)


def test_a_new_shape_takes_the_place_of_the_one_drawn_before() -> None:
    near = Filter(near=Near(43.3, 5.4, 100))
    boxed = VERBS["box"](near, "5.3,43.2,5.4,43.3")
    assert (boxed.near, boxed.box) == (None, Box(5.3, 43.2, 5.4, 43.3))
    outlined = VERBS["outline"](boxed, "5.3,43.2;5.4,43.2;5.4,43.3")
    assert (outlined.box, outlined.polygon) == (None, ((5.3, 43.2), (5.4, 43.2), (5.4, 43.3)))
    assert VERBS["box"](outlined, "") == Filter()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("fly:high", id="no-such-verb"),
        pytest.param("period", id="no-value-is-no-verb-of-text-alone:x"),
    ],
)
def test_an_unknown_verb_is_refused_with_the_known_ones(text: str) -> None:
    with pytest.raises(ChangeError, match="expected one of add, box"):
        Change.read(text.replace("period", "perio"))


@pytest.mark.parametrize(
    ("verb", "value"),
    [
        ("period", "2023-02-30..2023-03-01"),
        ("zone", "quarter"),
        ("severity", "0-9"),
        ("severity", "high"),
        ("box", "5,43,4,44"),
        ("box", "5,43"),
        ("outline", "5,43;6,43"),
        ("outline", "nan,nan;1,2;3,4"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(verb: str, value: str) -> None:
    with pytest.raises(ChangeError):
        VERBS[verb](Filter(), value)


@settings(max_examples=50)
@given(questions(LEVELS))
def test_joining_nothing_changes_nothing_and_joining_to_nothing_gives_the_addition(question: Filter) -> None:
    assert joined(question, Filter()) == question
    assert joined(question, question) == question


def test_joined_choices_are_united_and_single_conditions_replaced() -> None:
    before = Filter(categories=Choice(any_of=("noise",)), severity_from=2, words=("bar",), box=Box(5, 43, 6, 44))
    after = joined(
        before, Filter(categories=Choice(any_of=("damage",)), severity_from=4, words=("cris",), near=Near(43, 5, 9))
    )
    assert after.categories.any_of == ("damage", "noise")
    assert after.severity_from == 4
    assert after.words == ("bar", "cris")
    assert (after.box, after.near) == (None, Near(43, 5, 9))
