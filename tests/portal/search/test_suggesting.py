"""The box of every page offers what its reader may know: words of their facts, conditions, streets, their own pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from django.test import Client
from tests.portal.conftest import NOW
from tests.portal.made_up import Recipe, facts

from quietude.portal import town
from quietude.portal.accounts.roles import Role
from quietude.portal.search import suggesting
from quietude.portal.search.streets import Street, streets_begun
from quietude.search.api import Writer
from quietude.store.api import Store

STREETS = tuple(
    sorted(
        Street(key, name, 5.38, 43.29)
        for name in ("Rue de Rome", "Rue de la République", "Place de Rome", "Impasse Romain")
        for key in (name.lower().replace("é", "e"), name.split()[-1].lower().replace("é", "e"))
    )
)


@pytest.fixture
def indexed(empty_store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Have facts in the index whose texts an agent opens on demand, and penal ones that they never read."""
    monkeypatch.setattr(suggesting, "_streets_if_read", lambda: STREETS)
    territory = town.current_town().territory
    recipe = Recipe(until=NOW, days=2, per_day=3, text="Xylocanari bruyant, École fermée")
    empty_store.append(facts(territory, recipe))
    empty_store.append(facts(territory, replace(recipe, regime="TITRE_III", text="Xylopenal", seed=8)))
    Writer(town.installation().search_dir, empty_store).follow()
    yield empty_store
    thread = suggesting._gathering()._thread
    if thread is not None:
        thread.join(10)


def offered(client: Client, text: str) -> list[dict[str, object]]:
    """Return what is offered once the reader's words are gathered."""
    client.get("/search/suggest.json", {"q": text})
    thread = suggesting._gathering()._thread
    assert thread is not None
    thread.join(10)
    answer = client.get("/search/suggest.json", {"q": text}).json()
    assert answer["whole"] is True
    found: list[dict[str, object]] = answer["suggestions"]
    return found


def test_the_first_question_waits_for_nothing_and_asks_to_come_again(
    indexed: Store, sign_in: Callable[..., Client]
) -> None:
    answer = sign_in(Role.AGENT).get("/search/suggest.json", {"q": "xylo"})
    assert answer.json() == {"suggestions": [], "whole": False}
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_words_are_those_of_facts_that_the_reader_reads_now(
    indexed: Store, sign_in: Callable[..., Client], opened: Callable[[Client], Client]
) -> None:
    agent = sign_in(Role.AGENT)
    assert offered(agent, "xylo") == offered(agent, "xyzz") == []
    opened(agent)
    [word] = offered(agent, "un bruit « xylo")
    assert (word["text"], word["label"], word["icon"]) == ("un bruit « xylocanari", "xylocanari", "search")
    assert [each["label"] for each in offered(agent, "l'éco") if each["icon"] == "search"] == ["école"]
    assert offered(agent, "titre:xylo") == []


def test_categories_zones_streets_and_pages_complete_what_is_typed(
    indexed: Store, sign_in: Callable[..., Client]
) -> None:
    agent = sign_in(Role.AGENT)
    assert 'tapage quarter:"Les Halles"' in [each["text"] for each in offered(agent, "tapage halles")]
    assert {each["icon"] for each in offered(agent, "bruit")} == {"tag"}
    streets = [each["label"] for each in offered(agent, "tapage rue de ro") if each["icon"] == "map-pin"]
    assert streets == ["Rue de Rome"]
    pages = [each for each in offered(agent, "explor") if each["address"]]
    assert [page["address"] for page in pages] == ["/explore/"]
    assert [each for each in offered(agent, "comptes") if each["address"]] == []


def test_a_street_is_near_for_who_sees_places_and_a_word_of_the_address_for_others(
    indexed: Store, sign_in: Callable[..., Client]
) -> None:
    agent, elected = (
        [each["text"] for each in offered(sign_in(role), "bruit rue de ro") if each["label"] == "Rue de Rome"]
        for role in (Role.AGENT, Role.ELECTED)
    )
    assert agent == ["bruit près:43.29000,5.38000,300m"]
    assert elected == ['bruit adresse:"Rue de Rome"']


def test_the_longest_end_that_begins_a_name_counts() -> None:
    found = [(count, street.name) for count, street in streets_begun(STREETS, "tapage rue de rom", 5)]
    assert found == [(3, "Rue de Rome")]
    assert [street.name for _, street in streets_begun(STREETS, "tapage rom", 5)] == [
        "Rue de Rome",
        "Place de Rome",
        "Impasse Romain",
    ]
    assert list(streets_begun(STREETS, "ro", 5)) == list(streets_begun(STREETS, "  ", 5)) == []
