from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from quietude.ingest.evaluate import REPEATABLE, evaluate, holds
from quietude.sources.api import Condition, Expression

RECORD = {"a": " Bruit ", "b": "fort", "none": "  ", "com": "13208.0", "geo": "{'lon': 2.33, 'lat': 48.8}", "n": "12"}


def value(**given: Any) -> str | None:
    """Return what an expression makes of the record."""
    frame = pl.DataFrame({name: [text] for name, text in RECORD.items()})
    found: str | None = frame.select(v=evaluate(Expression.model_validate(given))).item()
    return found


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({"column": "a"}, "Bruit", id="trimmed"),
        pytest.param({"column": "none"}, None, id="blank-is-absent"),
        pytest.param({"columns": ["a", "none", "b"], "join": " - "}, "Bruit - fort", id="joined-without-the-absent"),
        pytest.param({"columns": ["none"]}, None, id="joined-nothing"),
        pytest.param({"constant": 3}, "3", id="constant"),
        pytest.param({"first": ["none", "b"]}, "fort", id="first-that-is-there"),
        pytest.param({"column": "geo", "extract": r"'lon': (-?[\d.]+)"}, "2.33", id="first-group"),
        pytest.param({"column": "n", "extract": r"\d"}, "1", id="whole-match"),
        pytest.param(
            {"column": "com", "extract": r"^(?:13)?(2\d\d)", "format": "13{1}"}, "13208", id="format-by-number"
        ),
        pytest.param(
            {"column": "geo", "extract": r"'lon': (?P<x>[\d.]+), 'lat': (?P<y>[\d.]+)", "format": "{y}/{x}"},
            "48.8/2.33",
            id="format-by-name",
        ),
        pytest.param({"column": "a", "extract": r"\d+"}, None, id="nothing-to-extract"),
        pytest.param({"column": "com", "replace": {r"\.0$": ""}}, "13208", id="replace"),
        pytest.param({"column": "a", "case": "upper"}, "BRUIT", id="case"),
        pytest.param({"column": "b", "translate": {"fort": "5"}}, "5", id="translate"),
        pytest.param({"column": "a", "translate": {"fort": "5"}}, None, id="translate-unmatched"),
        pytest.param({"column": "a", "translate": {"fort": "5"}, "unmatched": "keep"}, "Bruit", id="translate-keep"),
        pytest.param({"column": "a", "translate": {"fort": "5"}, "default": "1"}, "1", id="default"),
        pytest.param({"when": [{"column": "b", "equals": "fort", "then": 5}], "otherwise": 1}, "5", id="case-holds"),
        pytest.param({"when": [{"column": "b", "matches": "^x", "then": 5}], "otherwise": 1}, "1", id="otherwise"),
        pytest.param({"when": [{"column": "n", "empty": False, "then": {"column": "a"}}]}, "Bruit", id="then-a-column"),
    ],
)
def test_an_expression_makes_its_value(given: dict[str, Any], expected: str | None) -> None:
    assert value(**given) == expected


def test_a_digest_tells_parts_apart_however_they_are_joined() -> None:
    frame = pl.DataFrame({"x": ["ab", "a"], "y": ["c", "bc"]})
    digests = frame.select(v=evaluate(Expression.model_validate({"digest": ["x", "y"]})))["v"]
    assert digests.n_unique() == 2
    assert digests.str.len_chars().to_list() == [32, 32]


def test_a_digest_of_a_time_is_the_same_however_the_time_is_written() -> None:
    part = {"column": "d", "parse": ["%d/%m/%Y", "%Y-%m-%d"]}
    frame = pl.DataFrame({"d": ["25/08/2014", "2014-08-25"]})
    assert frame.select(v=evaluate(Expression.model_validate({"digest": [part]})))["v"].n_unique() == 1


def test_a_digest_of_nothing_is_absent() -> None:
    assert value(digest=["none"]) is None


def test_a_key_that_asks_for_an_ordinal_is_marked() -> None:
    assert str(value(digest=["a"], ordinal=True)).startswith(REPEATABLE)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"equals": ["fort", "doux"]}, True),
        ({"equals": "doux"}, False),
        ({"matches": "or"}, True),
        ({"empty": True}, False),
        ({"equals": "fort", "negate": True}, False),
        ({"equals": "fort", "matches": "^x"}, False),
    ],
)
def test_a_condition_holds_or_not(given: dict[str, Any], expected: bool) -> None:
    frame = pl.DataFrame({"b": ["fort"]})
    assert frame.select(v=holds(Condition.model_validate({"column": "b", **given}))).item() is expected


def test_a_condition_on_an_absent_value_is_false_not_null() -> None:
    frame = pl.DataFrame({"b": [None]}, schema={"b": pl.String})
    assert frame.select(v=holds(Condition.model_validate({"column": "b", "matches": "x"}))).item() is False
