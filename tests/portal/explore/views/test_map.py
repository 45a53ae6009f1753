"""Tiles, outlines, hexagons and tables: rights inside, names of answers outside."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from html import unescape

import h3.api.basic_str as cells
import pytest
from django.test import Client
from shapely.geometry import shape
from tests.portal.explore.tiles import facts_of_tile

from quietude.portal.accounts.roles import Role

VIEW = "view=5.30,43.20,5.50,43.40"


def test_a_tile_holds_all_located_facts(agent: Client) -> None:
    answer = agent.get("/explore/answer").json()
    response = agent.get("/explore/tiles/0/0/0.mvt")
    assert response.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    facts = facts_of_tile(response.content)
    assert sum(fact["count"] for fact in facts) == answer["total"] - answer["unlocated"]


def test_large_answers_are_compressed_for_browsers_that_read_that(agent: Client) -> None:
    address = f"/explore/hexes.json?resolution=9&{VIEW}"
    packed = agent.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == agent.get(address).content


def test_a_tile_is_not_sent_twice_and_not_shared_between_rights(agent: Client, sign_in: Callable[..., Client]) -> None:
    first = agent.get("/explore/tiles/10/527/373.mvt?category=noise")
    held = {"If-None-Match": first.headers["ETag"]}
    assert agent.get("/explore/tiles/10/527/373.mvt?category=noise", headers=held).status_code == 304
    assert (
        sign_in(Role.DATA_MANAGER).get("/explore/tiles/10/527/373.mvt?category=noise", headers=held).status_code == 200
    )
    assert first.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("place", ["1/2/0", "1/0/2", "23/0/0"])
def test_a_tile_outside_the_world_is_not_found(agent: Client, place: str) -> None:
    assert agent.get(f"/explore/tiles/{place}.mvt").status_code == 404


def test_a_tile_of_a_question_that_cannot_be_read_says_so(agent: Client) -> None:
    response = agent.get("/explore/tiles/0/0/0.mvt?severity-from=9")
    assert response.status_code == 400
    assert response.json()["error"]


def test_who_sees_no_exact_place_gets_empty_tiles_and_no_hexagons(elected: Client) -> None:
    assert facts_of_tile(elected.get("/explore/tiles/0/0/0.mvt").content) == []
    assert elected.get(f"/explore/hexes.json?resolution=8&{VIEW}").status_code == 404
    assert elected.get(f"/explore/here?{VIEW}").status_code == 404


def test_hexagons_hold_the_facts_in_view_and_are_closed_rings(agent: Client) -> None:
    answer = agent.get("/explore/answer?box=43.2,5.3;43.4,5.5").json()
    content = agent.get(f"/explore/hexes.json?resolution=8&{VIEW}").json()
    features = content["features"]
    assert sum(feature["properties"]["count"] for feature in features) == answer["total"]
    assert content["most"] == max(feature["properties"]["count"] for feature in features)
    assert all(shape(feature["geometry"]).is_valid for feature in features)
    assert {cells.get_resolution(feature["properties"]["h3"]) for feature in features} == {8}


@pytest.mark.parametrize(
    "wrong", ["resolution=11&" + VIEW, "resolution=8", "resolution=8&view=5,43,4,44", "resolution=x&" + VIEW]
)
def test_hexagons_of_no_place_or_no_size_are_not_found(agent: Client, wrong: str) -> None:
    assert agent.get(f"/explore/hexes.json?{wrong}").status_code == 404


def test_outlines_are_sent_once_and_compressed(agent: Client) -> None:
    response = agent.get("/explore/zones/quarter.json")
    assert {feature["properties"]["name"] for feature in response.json()["features"]} == {
        "Le Port",
        "Les Halles",
        "Le Moulin",
        "Le Plateau",
    }
    held = {"If-None-Match": response.headers["ETag"]}
    assert agent.get("/explore/zones/quarter.json", headers=held).status_code == 304
    assert agent.get("/explore/zones/planet.json").status_code == 404


def test_labels_are_there_even_where_the_town_declares_no_names(agent: Client) -> None:
    assert json.loads(agent.get("/explore/labels.json").content) == {"type": "FeatureCollection", "features": []}


def test_the_table_of_zones_says_what_the_map_colours(agent: Client) -> None:
    answer = agent.get("/explore/answer?map=zones&level=district").json()
    table = unescape(agent.get("/explore/zones?map=zones&level=district").content.decode())
    assert "L'Ouest" in table
    assert "change=zone:district:west" in table
    assert sum(zone["count"] for zone in answer["zones"]["rows"]) + answer["zones"]["outside"] == answer["total"]
    assert "<caption" in table


def test_a_map_coloured_by_family_asks_for_tiles_that_tell_it(agent: Client) -> None:
    plain, coloured = agent.get("/explore/answer").json(), agent.get("/explore/answer?colour=family").json()
    assert plain["tiles"] != coloured["tiles"]
    told = [agent.get(answer["tiles"].format(z=0, x=0, y=0)).content for answer in (plain, coloured)]
    assert ["family" in facts_of_tile(content)[0] for content in told] == [False, True]
