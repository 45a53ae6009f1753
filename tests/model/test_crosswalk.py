import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietude.model.crosswalk import RESOLVED_SCHEMA, Crosswalk, CrosswalkRow, Relation, fold_values


def row(value: str, code: str | None, relation: Relation = Relation.EXACT, severity: int | None = None) -> CrosswalkRow:
    return CrosswalkRow(source_category=value, code=code, relation=relation, severity=severity)


WALK = Crosswalk(
    name="logbook",
    version=3,
    rows=(
        row("Tapage", "noise"),
        row("Tapage > nocturne", "noise.neighbours", severity=4),
        row("Tapage > *", "noise.party", Relation.NARROW),
        row("* > chien", "noise.animal", Relation.BROAD),
        row("Divers", None, Relation.NONE),
        row("", "administrative", Relation.BROAD),
        row("Prix 5€ (TTC) [*]", "theft", Relation.BROAD),
    ),
    severities={
        "noise": 2,
        "noise.neighbours": 2,
        "noise.party": 1,
        "noise.animal": 1,
        "administrative": 1,
        "theft": 3,
    },
)


def answer(value: str | None) -> dict[str, object]:
    return WALK.apply(pl.Series([value], dtype=pl.String)).row(0, named=True)


def test_an_exact_row_wins_over_a_pattern() -> None:
    assert answer("Tapage > nocturne")["code"] == "noise.neighbours"


def test_of_patterns_the_earlier_wins() -> None:
    assert answer("Tapage > chien")["code"] == "noise.party"


@pytest.mark.parametrize("value", ["TAPAGE", " tapage ", "tapagé", "Tapage\u200b", "Tapage"])
def test_case_accents_and_blanks_make_no_difference(value: str) -> None:
    assert answer(value)["code"] == "noise"


def test_a_pattern_spans_lines_and_its_other_signs_are_plain() -> None:
    assert answer("prix 5€ (ttc) [a\nb]")["code"] == "theft"
    assert answer("prix 5€ XttcX [a]")["code"] is None


@pytest.mark.parametrize("value", [None, "", "  "])
def test_empty_values_have_their_own_row(value: str | None) -> None:
    assert answer(value)["code"] == "administrative"


def test_a_known_value_without_code_is_told_from_an_unknown_one() -> None:
    assert answer("divers") == {
        "code": None, "relation": "none", "category_by": "crosswalk:logbook@3", "severity": None, "confidence": None,
    }  # fmt: skip
    assert set(answer("never seen").values()) == {None}


def test_the_severity_of_the_row_comes_before_the_term_s() -> None:
    assert answer("Tapage > nocturne")["severity"] == 4
    assert answer("Tapage")["severity"] == 2


def test_only_a_code_that_surely_holds_is_certain() -> None:
    assert [answer(value)["confidence"] for value in ("Tapage", "x > chien", "Tapage > fête")] == [1.0, 1.0, None]


def test_without_an_empty_row_empty_values_are_unknown_even_to_a_pattern_of_everything() -> None:
    walk = Crosswalk(name="all", version=1, rows=(row("*", "noise", Relation.BROAD),))
    assert walk.apply(pl.Series([None, "x"], dtype=pl.String))["code"].to_list() == [None, "noise"]


VALUES = st.lists(
    st.none() | st.sampled_from(["Tapage", "tapage > x", "Divers", "?", "a > chien"]) | st.text(max_size=8)
)


@settings(max_examples=30, deadline=None)
@given(VALUES)
def test_answers_have_the_height_order_and_columns_of_the_question(values: list[str | None]) -> None:
    answered = WALK.apply(pl.Series(values, dtype=pl.String))
    assert answered.schema == RESOLVED_SCHEMA
    assert answered.rows() == [WALK.apply(pl.Series([value], dtype=pl.String)).row(0) for value in values]


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=12))
def test_folding_twice_is_folding_once(value: str) -> None:
    once = fold_values(pl.Series([value]))
    assert fold_values(once).to_list() == once.to_list()
