"""The search page and its data: found within rights, marked, explained where empty, journalled, refused to others."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from tests.portal.explore import conftest as explore

from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.portal import town
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right, Role
from quietude.portal.search.feeding import current_index
from quietude.search.api import Writer
from quietude.store.api import Store

explored = explore.explored
store = explore.store
agent = explore.agent
elected = explore.elected


@pytest.fixture(autouse=True)
def indexed(store: Store) -> Iterator[None]:
    """Have the facts in the index."""
    Writer(town.installation().search_dir, store).follow()
    yield
    assert current_index().size() == store.count(Viewer.system("test"), Filter())["count"][0].as_py()


def test_words_are_found_marked_and_counted(agent: Client) -> None:
    data = agent.get("/search/answer.json", {"q": "bruit"}).json()
    assert data["count"] > 0
    assert data["whole"] is True
    [row, *_] = data["facts"]
    assert [piece for piece in row["marks"]["title"] if piece["hit"]]
    assert "".join(piece["text"] for piece in row["excerpt"]) not in row["title"] or not row["excerpt"]
    assert data["facets"][0]["title"] == "Source"
    page = agent.get("/search/", {"q": "bruit"}).content.decode()
    assert "<mark>" in page
    assert "/explore/?" in page


def test_a_slip_is_explained_and_nothing_typed_is_an_error(agent: Client) -> None:
    data = agent.get("/search/answer.json", {"q": "brxit", "category": "noise"}).json()
    assert data["count"] == 0
    assert data["meant"] is None or data["meant"]["count"] > 0
    for text in ("", "*", '"', "((", "-", "x" * 10_000, "nature:", "page:9"):
        assert agent.get("/search/", {"q": text}).status_code == 200, text
    assert agent.get("/search/", {"since": "jamais"}).status_code == 400


def test_conditions_that_leave_nothing_say_what_each_costs(agent: Client) -> None:
    data = agent.get("/search/answer.json", {"q": "bruit", "since": "1999-01-01", "until": "1999-12-31"}).json()
    assert data["count"] == 0
    assert [way["count"] > 0 for way in data["without"]] == [True]


def test_what_is_listed_and_what_is_found_are_the_same_for_each_reader(agent: Client, elected: Client) -> None:
    for client in (agent, elected):
        listed = client.get("/explore/answer", {"category": "noise"}).json()["total"]
        assert client.get("/search/answer.json", {"category": "noise"}).json()["count"] == listed


@pytest.mark.parametrize("address", ["/search/", "/search/answer.json", "/search/suggest.json"])
def test_it_requires_the_right_to_explore(
    address: str, client: Client, sign_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get(address).status_code in {302, 401}
    monkeypatch.setattr(User, "holds", lambda _self, right: right is not Right.EXPLORE)
    assert sign_in(Role.AGENT).get(address).status_code == 403


def test_a_word_with_a_slip_leads_to_the_word_as_it_stands(agent: Client) -> None:
    for typed, word in (("bruitt", "bruit"), ("stationnemnt", "stationnement")):
        data = agent.get("/search/answer.json", {"q": typed}).json()
        assert (data["count"], data["meant"]["label"]) == (0, word)
        assert data["meant"]["count"] == agent.get("/search/answer.json", {"q": word}).json()["count"] > 0
    page = agent.get("/search/", {"q": "bruitt"}).content.decode()
    assert 'href="/search/?q=bruit"' in page


def test_the_nearest_come_first_for_who_sees_places_and_change_nothing_for_others(
    agent: Client, elected: Client, store: Store
) -> None:
    place = {"q": "bruit", "from": "43.30,5.40"}
    facts = agent.get("/search/answer.json", place).json()["facts"]
    told = [fact["distance_m"] for fact in facts if fact["distance_m"] is not None]
    assert told
    assert told != [fact["distance_m"] for fact in agent.get("/search/answer.json", {"q": "bruit"}).json()["facts"]]
    data = elected.get("/search/answer.json", place).json()
    assert [fact["id"] for fact in data["facts"]] == [
        fact["id"] for fact in elected.get("/search/answer.json", {"q": "bruit"}).json()["facts"]
    ]
    assert {fact["distance_m"] for fact in data["facts"]} == {None}
    assert "from=43.30000,5.40000" in data["facets"][0]["values"][0]["address"]
    assert "43.2965,5.3698" in agent.get("/search/answer.json", {"from": "north"}).json()["error"]
    assert agent.get("/search/", {"from": "north"}).status_code == 400


def test_a_value_of_a_facet_takes_the_place_of_what_the_address_asks_for_there(agent: Client) -> None:
    every = agent.get("/search/answer.json", {"q": "bruit"}).json()["facets"][0]
    assert every["title"] == "Source"
    names = [value["address"].rpartition("=")[2] for value in every["values"]]
    data = agent.get("/search/answer.json", {"q": "bruit", "source": names[:2]}).json()
    values = data["facets"][0]["values"]
    assert [value["count"] for value in values] == [value["count"] for value in every["values"][:2]]
    for value in values:
        assert agent.get(value["address"].replace("/search/", "/search/answer.json")).json()["count"] == value["count"]
