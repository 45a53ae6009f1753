"""Records are located by their coordinates, else by their words, else by their zone, and never by a guess."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietude.ingest.locate.gazetteer import Gazetteer
from quietude.ingest.locate.geocoder import LOCATED_SCHEMA, Geocoder, normal_cdf
from quietude.model.territory import Territory


def one(geocoder: Geocoder, **record: str | None) -> dict[str, Any]:
    frame = pl.DataFrame({name: [value] for name, value in record.items()}, schema=dict.fromkeys(record, pl.String))
    return geocoder.locate(frame).row(0, named=True)


@pytest.mark.parametrize(
    ("address", "label", "how", "zone"),
    [
        pytest.param("30 rue de la République", "Rue de la République", "address:number", "q00", id="known-number"),
        pytest.param("REPUBLIQUE (RUE DE LA)", "Rue de la République", "address:street", "q00", id="unfolded"),
        pytest.param("12, BAILE (BD)", "Boulevard Baille", "address:street", "q10", id="misspelt"),
        pytest.param(
            "DR FIOLLE (RUE DU)", "Rue du Docteur Jean Fiolle", "address:street", "q00", id="first-name-left-out"
        ),
        pytest.param("CHE MORGIOU", "Chemin de Morgiou", "address:street", "q01", id="article-left-out"),
        pytest.param("155, VSN MORGIOU CHE", "Chemin de Morgiou", "address:street", "q01", id="kind-last"),
        pytest.param("RUE DU DOCTEUR JEAN FIO", "Rue du Docteur Jean Fiolle", "address:street", "q00", id="cut"),
        pytest.param("RPT PRADO", "Rond-Point du Prado", "address:street", "q00", id="kind-decides"),
        pytest.param("stade velodrome", "Stade Vélodrome", "address:place", "q11", id="place"),
        pytest.param("A50 sens Aubagne - Marseille", "Autoroute Est", "address:road", "q11", id="road-by-alias"),
        pytest.param(
            "angle bd Baille et rue St Pierre",
            "Boulevard Baille / Rue Saint-Pierre",
            "address:crossing",
            "q10",
            id="crossing",
        ),
    ],
)
def test_addresses_are_located(geocoder: Geocoder, address: str, label: str, how: str, zone: str) -> None:
    found = one(geocoder, address=address)
    assert (found["place_label"], found["located_by"], found["zone_quartier"]) == (label, how, zone)
    assert 0 < found["located_score"] <= 1
    assert found["accuracy_m"] > 0
    assert found["h3"] is not None


@pytest.mark.parametrize(
    "address", ["rue Inconnue du Néant", "XXXXX", "", None, "0", "A51 sens Aix", "12", "rue Absente"]
)
def test_unknown_places_stay_unlocated(geocoder: Geocoder, address: str | None) -> None:
    found = one(geocoder, address=address)
    assert [found[name] for name in ("lon_deg", "lat_deg", "located_by", "h3", "zone_quartier")] == [None] * 5


def test_a_number_lies_between_its_neighbours(geocoder: Geocoder) -> None:
    found = one(geocoder, address="60 rue de la République")
    assert found["lat_deg"] == pytest.approx((43.2090 + 43.2150) / 2, abs=1e-4)
    assert found["lon_deg"] == pytest.approx(5.305, abs=1e-4)


def test_a_number_leads_to_its_own_quarter(geocoder: Geocoder) -> None:
    low, high = one(geocoder, address="2 rue de la République"), one(geocoder, address="150 rue de la République")
    assert (low["zone_quartier"], high["zone_quartier"]) == ("q00", "q01")


def test_the_further_from_a_known_number_the_wider_the_doubt(geocoder: Geocoder) -> None:
    near, far = one(geocoder, address="31 rue de la République"), one(geocoder, address="60 rue de la République")
    assert near["accuracy_m"] < far["accuracy_m"]


@pytest.mark.parametrize(
    "hint",
    [{"zone_hint": "13202"}, {"zone_hint": "13202.0"}, {"postcode": "13002"}, {"zone_hint": "2E ARRONDISSEMENT"}],
)
def test_a_stated_zone_chooses_among_homonyms(geocoder: Geocoder, hint: dict[str, str]) -> None:
    bare, stated = one(geocoder, address="PRADO"), one(geocoder, address="PRADO", **hint)
    assert bare["zone_arrondissement"] == "13201"
    assert (stated["place_label"], stated["zone_arrondissement"]) == ("Rue du Prado", "13202")


def test_another_spelling_is_not_believed_against_the_stated_zone(geocoder: Geocoder) -> None:
    assert one(geocoder, address="RUE SAINT-PIERRES", zone_hint="13202")["located_by"] == "zone"


def test_a_street_that_may_run_into_the_stated_zone_is_put_at_its_edge(geocoder: Geocoder) -> None:
    there, moved = one(geocoder, address="Rue Limite"), one(geocoder, address="Rue Limite", zone_hint="13202")
    assert (there["zone_arrondissement"], moved["zone_arrondissement"]) == ("13201", "13202")
    assert moved["lat_deg"] == pytest.approx(43.22, abs=2e-4)
    assert moved["accuracy_m"] >= there["accuracy_m"]


@pytest.mark.parametrize(
    ("record", "zones"),
    [
        pytest.param({"address": "13002"}, ("13202", None), id="postcode-alone"),
        pytest.param({"address": "2e"}, ("13202", None), id="district-alone"),
        pytest.param({"address": "rue Inconnue du Néant, 13001 Marseille"}, ("13201", None), id="unknown-street"),
        pytest.param({"zone_hint": "13201"}, ("13201", None), id="column-alone"),
        pytest.param({"address": "Belle de Mai"}, ("13201", "q10"), id="quarter-by-name"),
    ],
)
def test_a_zone_alone_locates_coarsely_and_claims_no_finer_zone(
    geocoder: Geocoder, record: dict[str, str], zones: tuple[str | None, str | None]
) -> None:
    found = one(geocoder, **record)
    assert (found["zone_arrondissement"], found["zone_quartier"]) == zones
    assert (found["located_by"], found["h3"]) == ("zone", None)
    assert found["accuracy_m"] > 500


@pytest.mark.parametrize(
    ("lon", "lat", "how"),
    [("5,31", "43,21", "source"), ("531000", "4321000", "source:scaled"), ("43.21", "5.31", "source:swapped")],
)
def test_coordinates_come_before_words(geocoder: Geocoder, lon: str, lat: str, how: str) -> None:
    found = one(geocoder, address="stade velodrome", lon_raw=lon, lat_raw=lat)
    assert (found["lon_deg"], found["lat_deg"]) == (pytest.approx(5.31), pytest.approx(43.21))
    assert (found["located_by"], found["zone_quartier"], found["accuracy_m"]) == (how, "q00", 20.0)
    assert found["located_score"] == pytest.approx(1.0, abs=1e-3)


def test_coordinates_at_a_border_are_half_sure_of_their_zone(geocoder: Geocoder) -> None:
    assert one(geocoder, lon_raw="5.32", lat_raw="43.21")["located_score"] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(("lon", "flag"), [("9.99", "coordinates:out_of_town"), ("east", "coordinates:not_a_number")])
def test_refused_coordinates_are_flagged_and_the_words_are_tried(geocoder: Geocoder, lon: str, flag: str) -> None:
    found = one(geocoder, address="stade velodrome", lon_raw=lon, lat_raw="43.21")
    assert (found["place_flags"], found["located_by"]) == ([flag], "address:place")


def test_columns_and_types_are_the_contract(geocoder: Geocoder) -> None:
    for frame in (
        pl.DataFrame({"address": ["Boulevard Baille", None]}),
        pl.DataFrame({"lon_raw": ["5.31"], "lat_raw": ["43.21"]}),
    ):
        found = geocoder.locate(frame)
        assert found.columns == [*LOCATED_SCHEMA, "zone_arrondissement", "zone_quartier", "h3"]
        assert dict(found.schema) == {
            **LOCATED_SCHEMA,
            "zone_arrondissement": pl.String,
            "zone_quartier": pl.String,
            "h3": pl.String,
        }


def test_no_record_gives_no_answer_and_no_error(geocoder: Geocoder) -> None:
    assert geocoder.locate(pl.DataFrame({"address": []}, schema={"address": pl.String})).height == 0


def test_a_town_without_names_locates_by_coordinates_and_zones(territory: Territory) -> None:
    bare = Geocoder(territory, Gazetteer.empty(territory))
    assert one(bare, address="Boulevard Baille")["located_by"] is None
    assert one(bare, address="Boulevard Baille", zone_hint="13201")["zone_arrondissement"] == "13201"
    assert one(bare, lon_raw="5.31", lat_raw="43.21")["zone_quartier"] == "q00"


RECORDS = [
    ("30 rue de la République", None, None), ("2e", None, None), (None, "5.31", "43.21"), ("x", "43.21", "5.31"),
    ("rue Inconnue", None, None), ("Boulevard Baille / Rue Saint-Pierre", "0", "0"), (None, None, None),
]  # fmt: skip


@given(order=st.permutations(range(len(RECORDS))))
@settings(max_examples=6, deadline=None)  # six orders of seven records, each kind beside each other kind
def test_the_answer_for_a_record_depends_on_no_other(geocoder: Geocoder, order: list[int]) -> None:
    frame = pl.DataFrame(
        RECORDS, schema={"address": pl.String, "lon_raw": pl.String, "lat_raw": pl.String}, orient="row"
    )
    together = geocoder.locate(frame[order])
    assert together.equals(geocoder.locate(frame)[order])


def test_the_normal_law_is_that_of_the_tables() -> None:
    published = {0.0: 0.5, 1.0: 0.8413447, 1.96: 0.9750021, 3.0: 0.9986501, -1.0: 0.1586553}
    assert normal_cdf(np.array(list(published))) == pytest.approx(list(published.values()), abs=1e-6)
    assert math.isclose(float(normal_cdf(np.array([1e6]))[0]), 1.0)
