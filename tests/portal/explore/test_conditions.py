"""A question taken apart into chips and put together again."""

from __future__ import annotations

from functools import reduce

from hypothesis import given, settings
from tests.model.strategies import LEVELS, questions

from quietude.model.filter.question import Choice, Filter
from quietude.portal.explore.changes import joined
from quietude.portal.explore.conditions import conditions


def without_shapes(question: Filter) -> bool:
    """Tell whether at most one shape is drawn: a hand draws one at a time."""
    return sum(shape is not None for shape in (question.near, question.box, question.polygon)) <= 1


@settings(max_examples=50)
@given(questions(LEVELS).filter(without_shapes))
def test_the_parts_of_a_question_joined_are_the_question(question: Filter) -> None:
    assert reduce(joined, (condition.part for condition in conditions(question)), Filter()) == question


@settings(max_examples=50)
@given(questions(LEVELS))
def test_taking_all_conditions_away_one_by_one_leaves_every_fact(question: Filter) -> None:
    for _ in range(200):
        left = conditions(question)
        question = left[0].rest if left else question
    assert question == Filter()


def test_an_exclusion_is_its_own_condition() -> None:
    found = conditions(Filter(categories=Choice(any_of=("noise",), none_of=("noise.music",))))
    assert [(condition.kind, condition.is_exclusion) for condition in found] == [
        ("categories", False),
        ("categories", True),
    ]
