from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client
from tests.portal.conftest import NOW, SignIn

from quietude.portal.accounts.roles import Role
from quietude.portal.home import views
from quietude.store.api import Store


@pytest.fixture
def _at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "timezone", SimpleNamespace(now=lambda: NOW))


def home(client: Client, query: str = "") -> str:
    answer = client.get(f"/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_town_says_why_and_what_next(sign_in: SignIn, empty_store: Store) -> None:
    page = home(sign_in(Role.DATA_MANAGER))
    assert "Rien à raconter encore" in page
    assert "Importez d’abord une source" in page
    assert 'href="/sources/"' in page
    assert "Jamais lue" in page


@pytest.mark.usefixtures("_at_now", "store")
def test_real_facts_are_told_first_and_fictional_ones_apart(sign_in: SignIn) -> None:
    agent = sign_in(Role.AGENT)
    real, fictional = home(agent), home(agent, "?reality=fictional")
    assert "Tout est fictif" not in real
    assert "<strong>12</strong> faits en 24 heures" in real
    assert "<strong>84</strong> faits en 7 jours" in real
    assert "Tout est fictif" in fictional
    assert "<strong>21</strong> faits en 7 jours" in fictional


@pytest.mark.usefixtures("_at_now", "store")
def test_a_reality_that_does_not_exist_tells_the_default(sign_in: SignIn) -> None:
    assert "<strong>84</strong> faits en 7 jours" in home(sign_in(Role.AGENT), "?reality=dreamt")


@pytest.mark.usefixtures("_at_now", "store")
@pytest.mark.parametrize("role", [Role.ELECTED, Role.ADMINISTRATOR])
def test_readers_of_aggregates_see_counts_but_no_single_fact(sign_in: SignIn, role: Role) -> None:
    page = home(sign_in(role))
    assert "<strong>84</strong> faits en 7 jours" in page
    assert "data-fact" not in page


@pytest.mark.usefixtures("_at_now", "store")
def test_agents_see_the_latest_serious_facts_with_a_way_to_each(sign_in: SignIn) -> None:
    page = home(sign_in(Role.AGENT))
    assert page.count("data-fact=") == 8
    assert 'href="/facts/2026' in page


@pytest.mark.usefixtures("_at_now", "store")
def test_every_number_leads_to_the_facts_behind_it(sign_in: SignIn) -> None:
    client = sign_in(Role.AGENT)
    situation = client.get("/").context["situation"]
    addresses = [tile.address for tile in situation.tiles]
    addresses += [bar.address for bar in (*situation.families, *situation.zones)]
    assert all(address.startswith("/explore/?") for address in addresses)
    assert len(set(addresses)) >= len(situation.families) + len(situation.zones) + 2


@pytest.mark.usefixtures("_at_now", "store")
def test_the_page_speaks_english_to_whoever_chose_it(sign_in: SignIn) -> None:
    page = home(sign_in(Role.AGENT, language="en"))
    assert "<strong>84</strong> facts in 7 days" in page
    assert "By family, 7 days" in page
