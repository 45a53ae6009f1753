"""Located records teach where streets run, where numbers lie, new spellings and new names, but no nonsense."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from tests.ingest.locate.conftest import asked

from quietude.ingest.locate.gazetteer import Gazetteer
from quietude.ingest.locate.geocoder import Geocoder
from quietude.ingest.locate.learn import LESSON_COLUMNS, kilometre_metres, learn

BAILLE = [(f"{number}, BD BAILLE", 5.321 + number * 1e-4, 43.205) for number in (10, 20, 30, 40, 50)]


def lessons(*rows: tuple[str, float, float], km: str | None = None) -> pl.DataFrame:
    table = pl.DataFrame(
        rows, schema={"address": pl.String, "lon_deg": pl.Float64, "lat_deg": pl.Float64}, orient="row"
    )
    texts = [pl.lit(None, dtype=pl.String).alias(name) for name in ("postcode", "zone_hint", "km_offset")]
    return table.with_columns(*texts, km=pl.lit(km, dtype=pl.String)).select(LESSON_COLUMNS)


def located(gazetteer: Gazetteer, address: str, **columns: str) -> dict[str, Any]:
    return Geocoder(gazetteer.territory, gazetteer).geocode(asked(address, **columns)).row(0, named=True)


def test_numbers_are_learned_along_a_street(gazetteer: Gazetteer) -> None:
    taught = learn(gazetteer, lessons(*BAILLE))
    found = located(taught, "35 boulevard Baille")
    assert found["located_by"] == "address:number"
    assert found["lon_deg"] == pytest.approx(5.3245, abs=2e-4)
    assert located(gazetteer, "35 boulevard Baille")["located_by"] == "address:street"


def test_one_false_record_does_not_move_its_street(gazetteer: Gazetteer) -> None:
    straight, bent = (
        learn(gazetteer, lessons(*BAILLE)),
        learn(gazetteer, lessons(*BAILLE, ("30, BD BAILLE", 5.339, 43.239))),
    )
    for number in (20, 30, 40):
        here, there = located(straight, f"{number} bd Baille"), located(bent, f"{number} bd Baille")
        assert there["lon_deg"] == pytest.approx(here["lon_deg"], abs=2e-3)


def test_a_name_that_no_file_has_is_believed_when_records_agree(gazetteer: Gazetteer) -> None:
    twice = learn(gazetteer, lessons(("AXE LITTORAL NORD", 5.311, 43.231), ("AXE LITTORAL NORD", 5.312, 43.232)))
    once = learn(gazetteer, lessons(("AXE LITTORAL NORD", 5.311, 43.231)))
    apart = learn(gazetteer, lessons(("AXE LITTORAL NORD", 5.301, 43.201), ("AXE LITTORAL NORD", 5.339, 43.239)))
    assert located(twice, "Axe Littoral Nord")["zone_quartier"] == "q01"
    assert [located(names, "Axe Littoral Nord")["located_by"] for names in (once, apart)] == [None, None]


def test_a_new_spelling_is_given_to_the_name_that_is_alike_and_near(gazetteer: Gazetteer) -> None:
    near_rue = learn(gazetteer, lessons(("BD DU PRADO", 5.3352, 43.2351), ("BD DU PRADO", 5.3348, 43.2349)))
    found = located(near_rue, "12 BD DU PRADO")
    assert (found["place_label"], found["zone_quartier"]) == ("Rue du Prado", "q11")


def test_kilometre_points_are_learned_along_a_road(gazetteer: Gazetteer) -> None:
    along = pl.concat([lessons(("A50-SENS AUBAGNE VERS MA", 5.32 + k * 2e-3, 43.23), km=str(k)) for k in range(1, 9)])
    taught = learn(gazetteer, along)
    found = located(taught, "A50 sens Marseille", km="4", km_offset="500")
    assert (found["located_by"], found["lon_deg"]) == ("address:road", pytest.approx(5.329, abs=2e-4))
    assert located(taught, "A50 PR 4+500")["lon_deg"] == pytest.approx(5.329, abs=2e-4)


def test_a_road_that_no_file_has_is_learned(gazetteer: Gazetteer) -> None:
    taught = learn(gazetteer, lessons(("A507 sens Est", 5.31, 43.21), ("A507 sens Ouest", 5.33, 43.23)))
    found = located(taught, "A507")
    assert (found["place_label"], found["located_by"]) == ("A507", "address:road")
    assert located(taught, "A55")["located_by"] is None


def test_the_order_of_the_records_does_not_matter(gazetteer: Gazetteer) -> None:
    rows = lessons(
        *BAILLE, ("AXE LITTORAL", 5.311, 43.231), ("Axe Littoral", 5.312, 43.232), ("BD BAILE", 5.324, 43.205)
    )
    one, other = learn(gazetteer, rows), learn(gazetteer, rows.reverse())
    assert one.points.equals(other.points)
    assert one.names.equals(other.names)


def test_crossings_zones_and_nothing_teach_nothing(gazetteer: Gazetteer) -> None:
    vain = lessons(
        ("Rue A / Rue B", 5.31, 43.21), ("Belle de Mai", 5.31, 43.21), ("", 5.31, 43.21), ("13001", 5.31, 43.21)
    )
    taught = learn(gazetteer, pl.concat([vain, vain]))
    assert taught.points.equals(gazetteer.points)
    assert learn(gazetteer, vain.head(0)).names.equals(gazetteer.names)


def test_a_learned_name_reads_as_people_write_it(gazetteer: Gazetteer) -> None:
    rows = lessons(*[(f"{n}bis Rue de l’Échiquier, 75010 PARIS", 5.31, 43.21) for n in (1, 2)])
    assert located(learn(gazetteer, rows), "rue de l'echiquier")["place_label"] == "Rue de l’Échiquier"


def test_a_name_in_capitals_gets_small_articles(gazetteer: Gazetteer) -> None:
    taught = learn(gazetteer, lessons(("PAIX (RUE DE LA)", 5.31, 43.21), ("PAIX (RUE DE LA)", 5.31, 43.21)))
    assert located(taught, "rue de la paix")["place_label"] == "Rue de la Paix"


@pytest.mark.parametrize(
    ("km", "offset", "metres"),
    [
        ("8", "700", 8700),
        ("8.0", "700.0", 8700),
        ("0", "250", 250),
        ("0", "0", None),
        (None, "5", None),
        ("(1)", "(1)", 1001),
    ],
)
def test_kilometre_and_offset_are_metres(km: str | None, offset: str | None, metres: int | None) -> None:
    assert kilometre_metres(asked("A7", km=km, km_offset=offset)).to_list() == [metres]
