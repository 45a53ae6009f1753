"""The popup is the same card as everywhere, and tells only what the reader may see."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client
from tests.portal.explore.conftest import reader_for

from quietude.model.filter.question import Box, Choice, Filter
from quietude.model.viewer import Viewer
from quietude.portal.explore.views.cards import change_of, within
from quietude.store.api import Store


def test_a_card_shows_one_fact(agent: Client) -> None:
    row = agent.get("/explore/answer").json()["rows"][0]
    card = unescape(agent.get(f"/explore/cards/{row['id']}").content.decode())
    assert f'data-fact="{row["id"]}"' in card
    assert "fact-card" in card


@pytest.mark.parametrize("name", ["202301-" + "f" * 32, "nonsense"])
def test_a_fact_that_is_not_there_has_no_card(agent: Client, name: str) -> None:
    assert agent.get(f"/explore/cards/{name}").status_code == 404


def test_a_fact_that_the_reader_may_not_see_has_no_card(agent: Client, store: Store) -> None:
    everyone = reader_for(store, Viewer.system("test"))
    secret = Filter(sensitivities=Choice(any_of=("confidential",)))
    [name, *_] = store.query(everyone.viewer, secret, columns=["id"])["id"].to_pylist()
    assert agent.get(f"/explore/cards/{name}").status_code == 404


def test_a_spot_tells_how_many_facts_and_shows_the_newest(agent: Client) -> None:
    spot = "5.38,43.29,5.41,43.31"
    told = unescape(agent.get(f"/explore/here?category=noise&view={spot}").content.decode())
    count = agent.get("/explore/answer?category=noise&change=box:" + spot).json()["total"]
    assert f"{count} faits ici" in told.replace("\u202f", " ")
    assert told.count("fact-row ") + told.count('fact-row"') >= min(12, count)


def test_a_spot_s_button_makes_it_a_condition(agent: Client) -> None:
    spot = Box(5.38, 43.29, 5.41, 43.31)
    answer = agent.get("/explore/answer", {"change": change_of(spot)}).json()
    assert answer["query"] == "box=43.29,5.38;43.31,5.41"


def test_a_spot_inside_a_drawn_shape_keeps_to_the_shape() -> None:
    drawn = Filter(box=Box(5.38, 43.28, 5.40, 43.30))
    inside = within(drawn, Box(5.39, 43.29, 5.42, 43.32)).box
    assert inside == Box(5.39, 43.29, 5.40, 43.30)
    triangle = Filter(polygon=((5.38, 43.28), (5.42, 43.28), (5.42, 43.32)))
    met = within(triangle, ((5.41, 43.285), (5.43, 43.285), (5.43, 43.30), (5.41, 43.30))).polygon
    assert met is not None
    assert max(lon for lon, _ in met) == pytest.approx(5.42)
