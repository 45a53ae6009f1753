"""Names as written find the names meant, however spelt, and nothing that is only vaguely like them."""

from __future__ import annotations

import polars as pl
import pytest

from quietude.ingest.locate.gazetteer import Gazetteer
from quietude.ingest.locate.match import EXACT, MATCH_SCHEMA, MIN_SIMILARITY, NameIndex


def matches(
    gazetteer: Gazetteer, core: str, *, kind: str | None = None, is_long: bool = False
) -> list[tuple[str, float, int]]:
    query = pl.DataFrame(
        {"query": [0], "kind": [kind], "core": [core], "is_long": [is_long]},
        schema={"query": pl.UInt32, "kind": pl.String, "core": pl.String, "is_long": pl.Boolean},
    )
    found = NameIndex(gazetteer.names).match(query)
    assert dict(found.schema) == dict(MATCH_SCHEMA)
    return found.select("label", "similarity", "kind_agrees").rows()


@pytest.mark.parametrize(
    ("core", "label"),
    [
        pytest.param("FIOLLE JEAN DOCTEUR", "Rue du Docteur Jean Fiolle", id="another-order"),
        pytest.param("DOCTEURJEANFIOLLE", "Rue du Docteur Jean Fiolle", id="spaces-lost"),
        pytest.param("DOCTEUR JEAN FIOLE", "Rue du Docteur Jean Fiolle", id="letter-lost"),
        pytest.param("FIOLLE", "Rue du Docteur Jean Fiolle", id="one-word-of-three"),
        pytest.param("REPUBILQUE", "Rue de la République", id="letters-swapped"),
        pytest.param("BAILEL", "Boulevard Baille", id="letters-swapped-at-the-end"),
    ],
)
def test_misspelt_names_find_theirs_first(gazetteer: Gazetteer, core: str, label: str) -> None:
    assert matches(gazetteer, core)[0][0] == label


def test_the_beginning_of_a_cut_name_is_enough(gazetteer: Gazetteer) -> None:
    whole, cut = matches(gazetteer, "REPUBLI"), matches(gazetteer, "REPUBLI", is_long=True)
    assert cut[0][0] == "Rue de la République"
    assert cut[0][1] > max([0.0, *[similarity for _, similarity, _ in whole]])


def test_all_bearers_of_a_name_are_candidates_the_same_kind_first(gazetteer: Gazetteer) -> None:
    found = matches(gazetteer, "PRADO", kind="RUE")
    assert [(label, agrees) for label, similarity, agrees in found if similarity == EXACT] == [
        ("Rue du Prado", 1),
        ("Avenue du Prado", -1),
        ("Rond-Point du Prado", -1),
    ]


@pytest.mark.parametrize("core", ["XYZZY", "PR", "QWERTYUIOP", "INCONNUE NEANT"])
def test_unlike_names_are_no_candidates(gazetteer: Gazetteer, core: str) -> None:
    assert matches(gazetteer, core) == []


def test_numbered_roads_are_never_taken_for_one_another(gazetteer: Gazetteer) -> None:
    assert [label for label, _, _ in matches(gazetteer, "A50", kind="ROAD")] == ["Autoroute Est"]
    assert matches(gazetteer, "A507", kind="ROAD") == []
    assert matches(gazetteer, "A5", kind="ROAD") == []


def test_similarity_is_bounded(gazetteer: Gazetteer) -> None:
    found = [similarity for core in ("PRADO", "FIOLLE", "BAILEL") for _, similarity, _ in matches(gazetteer, core)]
    assert all(MIN_SIMILARITY <= similarity <= EXACT for similarity in found)


def test_no_names_and_no_questions_give_no_candidates(gazetteer: Gazetteer) -> None:
    empty = NameIndex(gazetteer.names.head(0))
    question = pl.DataFrame({"query": [0], "kind": [None], "core": ["PRADO"], "is_long": [False]})
    assert empty.match(question).is_empty()
    assert NameIndex(gazetteer.names).match(question.head(0)).is_empty()
    assert NameIndex(gazetteer.names).match(question.with_columns(core=pl.lit(""))).is_empty()
