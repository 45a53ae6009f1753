"""What the files say is compiled into names, points, shares of zones and house numbers."""

from __future__ import annotations

import polars as pl
import pytest
from tests.ingest.locate.conftest import PLACES, STREETS, asked

from quietude.ingest.locate.gazetteer import NAME_SCHEMA, POINT_SCHEMA, Gazetteer, build_gazetteer
from quietude.ingest.locate.geocoder import Geocoder
from quietude.model.territory import Territory
from quietude.sources.api import GAZETTEER_SCHEMA, GazetteerSpec


def entry_of(gazetteer: Gazetteer, label: str) -> int:
    return int(gazetteer.names.filter(pl.col("label") == label)["entry"].item(0))


def test_every_entry_has_a_name_and_a_point(gazetteer: Gazetteer) -> None:
    assert set(gazetteer.names["entry"]) == set(gazetteer.points["entry"])
    assert dict(gazetteer.names.schema) == dict(NAME_SCHEMA)
    assert dict(gazetteer.points.schema) == dict(POINT_SCHEMA)
    assert set(gazetteer.names["class"]) == {"street", "place", "zone"}
    assert gazetteer.names["label"].n_unique() == len(STREETS) + len(PLACES) + 6


def test_addresses_of_places_teach_house_numbers(gazetteer: Gazetteer) -> None:
    street = entry_of(gazetteer, "Rue de la République")
    assert gazetteer.profile.filter(pl.col("entry") == street)["number"].to_list() == [2, 10, 30, 90, 150]


def test_shares_tell_how_much_of_a_street_lies_in_each_zone(gazetteer: Gazetteer) -> None:
    street = gazetteer.shares.filter(pl.col("entry") == entry_of(gazetteer, "Rue de la République"))
    assert dict(street.select("zone_quartier", "share").iter_rows()) == {
        "q00": pytest.approx(5 / 6),
        "q01": pytest.approx(1 / 6),
    }


def test_shares_of_each_entry_sum_to_one(gazetteer: Gazetteer) -> None:
    assert gazetteer.shares.group_by("entry").agg(pl.col("share").sum())["share"].to_list() == pytest.approx(
        [1.0] * len(set(gazetteer.names["entry"]))
    )


def test_a_single_point_has_no_spread(gazetteer: Gazetteer) -> None:
    spread = dict(gazetteer.extents.select("entry", "spread_m").iter_rows())
    assert spread[entry_of(gazetteer, "Boulevard Baille")] is None
    assert spread[entry_of(gazetteer, "Rue de la République")] > 100


def test_an_alias_of_a_name_that_no_file_has_is_left_out(gazetteer: Gazetteer) -> None:
    assert "NOWHERE" not in set(gazetteer.names["core"])
    assert gazetteer.names.filter(pl.col("core") == "A50")["label"].to_list() == ["Autoroute Est"]


def test_postcodes_and_district_numbers_stand_for_zones(gazetteer: Gazetteer) -> None:
    assert gazetteer.zone_numbers == {"13001": "13201", "13002": "13202", "1": "13201", "2": "13202"}
    assert gazetteer.postcodes == ("13001", "13002")


def test_numbers_of_the_national_address_base_are_exact(territory: Territory) -> None:
    streets = [
        ("street", "Rue de Rome", number, "13201", 5.31 + number * 1e-4, 43.21, "ban") for number in range(1, 40, 2)
    ]
    streets += [("street", "Rue de Rome", 3, "13005", 5.33, 43.23, "ban")]
    table = pl.DataFrame(streets, schema=GAZETTEER_SCHEMA, orient="row")
    built = build_gazetteer(GazetteerSpec(), table, territory)
    found = Geocoder(territory, built).geocode(asked("17 rue de Rome", "18 rue de Rome", zone_hint="13201"))
    assert found["lon_deg"].to_list() == pytest.approx([5.3117, 5.3118])
    assert found["located_by"].to_list() == ["address:number"] * 2
    there = Geocoder(territory, built).geocode(asked("3 rue de Rome", zone_hint="13202"))
    assert there["zone_quartier"].to_list() == ["q11"]


def test_an_empty_gazetteer_compiles(territory: Territory) -> None:
    bare = Gazetteer.empty(territory)
    assert bare.shares.is_empty()
    assert bare.profile.is_empty()
    assert bare.extents.is_empty()
