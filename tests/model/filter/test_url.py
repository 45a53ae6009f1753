"""A link states its question, the whole question, and always in the same words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlencode
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.model.strategies import questions

from quietude.model.filter.errors import FilterError
from quietude.model.filter.question import Box, Choice, Filter, Near, ZoneChoice
from quietude.model.filter.url import PARAMETERS, from_query, to_query


@given(question=questions(words=st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)))
@settings(max_examples=100, deadline=None)
def test_a_link_is_read_as_the_same_question(question: Filter) -> None:
    link = urlencode(to_query(question), doseq=True)
    assert from_query(parse_qs(link, keep_blank_values=True)) == question
    assert set(to_query(question)) <= PARAMETERS


def test_equal_questions_have_equal_links() -> None:
    winter = datetime(2019, 1, 1, 0, 30, tzinfo=ZoneInfo("Europe/Paris"))
    one = Filter(since=winter, categories=Choice(("traffic", "noise", "noise")), hours=(23, 0, 22))
    same = Filter(since=winter.astimezone(UTC), categories=Choice(("noise", "traffic")), hours=(0, 22, 23))
    assert urlencode(to_query(one), doseq=True) == urlencode(to_query(same), doseq=True)


def test_a_link_reads_like_this() -> None:
    question = Filter(
        since=date(2019, 1, 1),
        until=datetime(2019, 6, 1, tzinfo=UTC),
        weekdays=(5, 6),
        hours=(22, 23, 0),
        categories=Choice(("noise",), ("noise.music",)),
        zones=ZoneChoice((("quartier", "13202-panier"),)),
        severity_from=3,
        is_located=True,
        words=("tapage nocturne",),
        near=Near(43.2965, 5.3698, 300),
        box=Box(5, 43, 6, 44),
    )
    assert to_query(question) == {
        "since": ["2019-01-01"],
        "until": ["2019-06-01T00:00:00Z"],
        "day": ["sat", "sun"],
        "hour": ["22-1"],
        "category": ["noise"],
        "not-category": ["noise.music"],
        "zone": ["quartier:13202-panier"],
        "severity-from": ["3"],
        "located": ["yes"],
        "near": ["43.2965,5.3698,300"],
        "box": ["43,5;44,6"],
        "q": ["tapage nocturne"],
    }
    assert to_query(Filter()) == {}


def test_what_is_not_ours_is_left_aside() -> None:
    assert from_query({"map": ["heat"], "page": ["2"], "q": ["", "bruit"], "since": []}) == Filter(words=("bruit",))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("since", ["yesterday"]),
        ("since", ["2019-02-30"]),
        ("until", ["2019-01-01T00:00:00"]),
        ("since", ["2019-01-01", "2020-01-01"]),
        ("hour", ["24"]),
        ("day", ["someday"]),
        ("severity-from", ["6"]),
        ("severity-to", ["٣"]),
        ("located", ["maybe"]),
        ("near", ["43,5"]),
        ("near", ["nan,5,1"]),
        ("near", ["43,5,inf"]),
        ("box", ["43,5;44,6;45,7"]),
        ("outline", ["43,5;44,6"]),
        ("zone", ["13202-panier"]),
    ],
)
def test_a_value_that_does_not_suit_is_named(name: str, values: list[str]) -> None:
    with pytest.raises(FilterError) as raised:
        from_query({name: values})
    assert raised.value.parameters == {"key": name, "value": values[-1]}
    assert name in raised.value.say("fr")
