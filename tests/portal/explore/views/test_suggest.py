"""Suggestions while typing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client


def offered(client: Client, text: str, at: int | None = None) -> list[dict[str, Any]]:
    place = {} if at is None else {"at": str(at)}
    suggestions: list[dict[str, Any]] = client.get("/explore/suggest", {"q": text, **place}).json()["suggestions"]
    return suggestions


def test_zones_and_natures_are_offered_by_their_beginnings(agent: Client) -> None:
    assert ("Le Port", "Quartier") in [(one["label"], one["kind"]) for one in offered(agent, "port")]
    assert offered(agent, "brui")[0]["text"] == "nature:Bruit"


def test_what_was_typed_before_the_cursor_stays(agent: Client) -> None:
    [first, *_] = offered(agent, "gravité>=3 nature:brui")
    assert first["text"] == "gravité>=3 nature:Bruit"


def test_a_key_is_the_beginning_of_a_condition(agent: Client) -> None:
    keys = {one["text"]: one["open"] for one in offered(agent, "natu")}
    assert keys["nature:"] is True


def test_searching_the_words_themselves_is_always_the_last_offer(agent: Client) -> None:
    last = offered(agent, 'cris "la nuit')[-1]
    assert last["text"] == '"cris \\"la nuit"'
    assert last["open"] is False


@pytest.mark.parametrize("at", [-1, 99])
def test_a_cursor_beyond_the_text_is_at_its_end(agent: Client, at: int) -> None:
    assert offered(agent, "brui", at) == offered(agent, "brui")
