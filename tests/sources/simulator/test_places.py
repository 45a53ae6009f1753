from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from quietude.sources.simulator.habits import PlaceForm
from quietude.sources.simulator.places import PlaceWords, postal, without_accents, write_places
from quietude.sources.simulator.sightings import Observer, Sightings
from quietude.sources.simulator.world import FictionalTown


@pytest.fixture(scope="module")
def sightings(town: FictionalTown) -> Sightings:
    return Observer(town, "municipal_police").observe(town.facts(date(2026, 6, 1), date(2026, 6, 30)))


@pytest.fixture(scope="module")
def written(town: FictionalTown, sightings: Sightings) -> PlaceWords:
    return write_places(sightings, town.stage)


@pytest.mark.parametrize(
    ("form", "pattern"),
    [
        pytest.param(PlaceForm.NUMBER, r"^\d+ [a-z]", id="number"),
        pytest.param(PlaceForm.STREET, r"^[A-Z]", id="street"),
        pytest.param(PlaceForm.CROSSING, r" / ", id="crossing"),
        pytest.param(PlaceForm.LANDMARK, r"^face ", id="landmark"),
        pytest.param(PlaceForm.SECTOR, r"^secteur Quartier", id="sector"),
    ],
)
def test_each_way_of_saying_where_is_used_and_looks_like_itself(
    written: PlaceWords, sightings: Sightings, form: PlaceForm, pattern: str
) -> None:
    said = written.bare.filter(pl.Series(sightings.form == form))
    assert len(said) > 0
    assert said.str.contains(pattern).all()


def test_some_places_are_left_out_of_the_column_but_not_of_the_sentence(
    written: PlaceWords, sightings: Sightings
) -> None:
    empty = pl.Series(sightings.form == PlaceForm.EMPTY)
    assert empty.sum() > 0
    assert written.bare.filter(empty).null_count() == empty.sum()
    assert written.phrase.null_count() == 0


def test_postal_style_abbreviates_and_drops_accents() -> None:
    said = pl.Series(["12 rue de la Chênaie", "Avenue du Général Foÿ", "Boulevard Saint-Éloi / Allée du Bœuf", None])
    assert postal(said).to_list() == ["12 R DE LA CHENAIE", "AV DU GAL FOY", "BD ST ELOI / ALL DU BOEUF", None]


def test_without_accents_keeps_everything_else() -> None:
    assert without_accents(pl.Series(["Cœur d'été, n° 3 !"])).to_list() == ["Coeur d'ete, n° 3 !"]
