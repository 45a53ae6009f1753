"""A search box gets what a record would get, then what else may be meant."""

from __future__ import annotations

import pytest
from tests.ingest.locate.conftest import asked

from quietude.ingest.locate.geocoder import Geocoder
from quietude.ingest.locate.search import search_address


@pytest.mark.parametrize(
    "text", ["prado", "12 bd baille", "stade velodrome", "13001", "angle bd baille et rue st pierre"]
)
def test_the_first_place_is_where_a_record_would_be(geocoder: Geocoder, text: str) -> None:
    first, record = search_address(geocoder, text)[0], geocoder.geocode(asked(text)).row(0, named=True)
    assert (first.label, first.lon_deg, first.lat_deg) == (record["place_label"], record["lon_deg"], record["lat_deg"])
    assert first.zones == {"arrondissement": record["zone_arrondissement"], "quartier": record["zone_quartier"]}


def test_homonyms_follow_each_named_once(geocoder: Geocoder) -> None:
    labels = [place.label for place in search_address(geocoder, "prado")]
    assert set(labels) == {"Avenue du Prado", "Rue du Prado", "Rond-Point du Prado"}
    assert len(labels) == 3


def test_the_limit_holds(geocoder: Geocoder) -> None:
    assert len(search_address(geocoder, "prado", limit=2)) == 2


@pytest.mark.parametrize("text", ["", "   ", "xyzzy", "0"])
def test_nothing_alike_gives_nothing(geocoder: Geocoder, text: str) -> None:
    assert search_address(geocoder, text) == []
