"""The page holds its first answer; later answers are named, cached and say what cannot be read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from quietude.portal.accounts.roles import Role
from quietude.store.api import Store, StoreError


def embedded(page: bytes, name: str) -> Any:
    """Return a piece of data that the page hands to its scripts."""
    found = re.search(rf'<script id="{name}" type="application/json">(.*?)</script>', page.decode(), re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def test_the_page_itself_holds_rows_counter_and_bars(agent: Client) -> None:
    page = agent.get("/explore/").content
    first = embedded(page, "explore-answer")
    assert first["total"] == sum(first["timeline"]["selected"]) > 0
    assert len(first["rows"]) == 50
    assert page.decode().count('data-fact="') >= 50
    assert f'data-fact="{first["rows"][0]["id"]}"' in page.decode()


def test_the_answer_is_the_page_s_own(agent: Client) -> None:
    first = embedded(agent.get("/explore/?severity-from=4&sort=severity").content, "explore-answer")
    answer = agent.get("/explore/answer?severity-from=4&sort=severity").json()
    assert answer["rows"] == first["rows"]
    assert answer["total"] == first["total"]
    assert {row["severity"] for row in answer["rows"]} == {5}


def test_a_change_makes_the_new_address_and_the_first_page(agent: Client) -> None:
    answer = agent.get("/explore/answer", {"page": "3", "sort": "oldest", "change": "zone:quarter:port"}).json()
    assert answer["query"] == "zone=quarter:port&sort=oldest"
    assert answer["bounds"] == pytest.approx([5.358, 43.278, 5.402, 43.302])


def test_typed_conditions_join_the_selection(agent: Client) -> None:
    answer = agent.get("/explore/answer", {"severity-from": "2", "change": "add:nature:bruit"}).json()
    assert answer["query"] == "category=noise&severity-from=2"
    assert "Bruit" in unescape(answer["html"]["chips"])
    replaced = agent.get("/explore/answer", {"severity-from": "2", "change": "text:nature:bruit"}).json()
    assert replaced["query"] == "category=noise"


def test_what_cannot_be_read_points_at_the_character_in_the_reader_s_language(
    agent: Client, sign_in: Callable[..., Client]
) -> None:
    problem = agent.get("/explore/answer", {"change": "add:gravité>=9"}).json()["problem"]
    assert problem["position"] == len("gravité>=")
    assert "gravité" in problem["message"]
    english = sign_in(Role.ANALYST, language="en")
    said = english.get("/explore/answer", {"change": "add:severity>=9"}).json()["problem"]
    assert "is not a severity" in said["message"]
    assert "1 to 5" in said["remedy"]


def test_an_address_that_cannot_be_read_still_opens_with_every_fact(agent: Client) -> None:
    response = agent.get("/explore/?since=yesterday-ish")
    assert response.status_code == 400
    assert "yesterday-ish" in unescape(response.content.decode())
    assert embedded(response.content, "explore-answer")["query"] == ""


def test_a_parameter_that_no_filter_is_called_is_said_to_be_left_aside(agent: Client) -> None:
    response = agent.get("/explore/?wrods=tapage&category=noise&map=zones")
    assert response.status_code == 200
    said = unescape(response.content.decode())
    assert "<code>wrods</code>" in said
    assert "laissé de côté" in said
    assert "laissé de côté" not in unescape(agent.get("/explore/?category=noise&map=zones").content.decode())


def test_the_bar_works_without_scripts(agent: Client) -> None:
    response = agent.get("/explore/", {"severity-from": "3", "add": "nature:bruit"})
    assert (response.status_code, response.headers["Location"]) == (302, "/explore/?category=noise&severity-from=3")


def test_an_unchanged_answer_is_not_sent_again_and_never_to_other_rights(
    agent: Client, sign_in: Callable[..., Client]
) -> None:
    first = agent.get("/explore/answer?category=noise")
    held = {"If-None-Match": first.headers["ETag"]}
    assert agent.get("/explore/answer?category=noise", headers=held).status_code == 304
    assert agent.get("/explore/answer?category=damage", headers=held).status_code == 200
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in first.headers["Vary"]
    other = sign_in(Role.DATA_MANAGER).get("/explore/answer?category=noise", headers=held)
    assert other.status_code == 200
    assert other.headers["ETag"] != first.headers["ETag"]
    assert other.json()["total"] > first.json()["total"]


def test_an_elected_official_gets_zones_and_no_exact_place(elected: Client) -> None:
    answer = elected.get("/explore/answer?map=points").json()
    assert answer["map"]["mode"] == "zones"
    assert {(row["lon"], row["lat"]) for row in answer["rows"]} == {(None, None)}
    assert sum(zone["count"] for zone in answer["zones"]["rows"]) + answer["zones"]["outside"] == answer["total"]
    page = elected.get("/explore/").content.decode()
    assert 'data-display="map"' not in page
    assert "export.csv" not in page


def test_an_empty_selection_says_why_and_offers_to_remove_a_condition(agent: Client) -> None:
    answer = agent.get("/explore/answer?q=zzzzzz&severity-from=2").json()
    said = unescape(answer["html"]["list"])
    assert answer["total"] == 0
    assert "ne remplit toutes ces conditions" in said
    assert "?severity-from=2" in said
    assert "?q=zzzzzz" in said


def test_a_store_that_fails_is_said_with_what_is_safe_and_what_to_do(
    agent: Client, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_named: object) -> None:
        raise StoreError("a file of the table is missing")

    monkeypatch.setattr(store, "count", fail)
    answer = agent.get("/explore/answer")
    assert answer.status_code == 503
    assert "Rien n’est perdu" in answer.json()["error"]
    page = agent.get("/explore/")
    assert page.status_code == 503
    assert "Réessayer" in unescape(page.content.decode())


def test_fictional_facts_are_announced_by_number(agent: Client) -> None:
    summary = unescape(agent.get("/explore/answer").json()["html"]["summary"])
    assert "fictifs" in summary
    assert "sans lieu" in summary
    assert "masqués par vos droits" in summary
    only = unescape(agent.get("/explore/answer?reality=fictional").json()["html"]["summary"])
    assert "Tous fictifs" in only


def test_tiles_of_another_selection_have_another_address(agent: Client) -> None:
    all_facts = agent.get("/explore/answer").json()["tiles"]
    noise = agent.get("/explore/answer?category=noise").json()["tiles"]
    assert all_facts.startswith("/explore/tiles/{z}/{x}/{y}.mvt?state=")
    assert noise.startswith("/explore/tiles/{z}/{x}/{y}.mvt?category=noise&state=")
