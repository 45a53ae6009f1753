"""Acts in situations on the room's log: who did what, for those alone who see situations, and nothing they wrote."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.portal.conftest import MakeUser, SignIn

from quietude.portal.accounts import models as accounts
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import RIGHTS, Right, Role
from quietude.portal.logbook.content import Place
from quietude.portal.situations import attaching, states, tasks, walking
from quietude.portal.situations.models import Situation
from quietude.portal.situations.opening import Opening, open_situation

pytestmark = pytest.mark.django_db
PORT = Place(label="quai du Port", lon_deg=5.38, lat_deg=43.29)
WRITTEN = "Mme Durand, 06 12 34 56 78"


@pytest.fixture
def handled(make_user: MakeUser) -> Situation:
    """Return a fight that somebody handled, with words in each of the acts."""
    by, now = make_user(Role.AGENT, "anne"), timezone.now()
    found = open_situation(by, Opening(kind="fight", title="Rixe au port", place=PORT), now, language="fr")
    walking.do_step(by, found.key, "size", now, answer="armed", said=WRITTEN)
    walking.skip_step(by, found.key, "police", now, why=WRITTEN)
    tasks.give_task(by, found.key, now, text=WRITTEN, owner=by, service=None, due_at=None)
    attaching.write_note(by, found.key, now, said=WRITTEN)
    states.resolve(by, found.key, now, outcome=WRITTEN, why=WRITTEN)
    return found


def acts(client: Client, query: str = "") -> list[dict[str, Any]]:
    found = client.get(f"/room/board/{query}").json()["log"]
    return [line for line in found if line["id"].startswith("situation-")]


def test_the_log_says_who_did_what_in_a_situation(handled: Situation, sign_in: SignIn) -> None:
    agent = sign_in(Role.SUPERVISOR)
    found = acts(agent)
    said = [line["where"] for line in found if line["id"].startswith("situation-act:")]
    assert said[-1] == "ouverte"
    assert any(each.startswith("étape faite · Combien de personnes") and "→ Armes" in each for each in said)
    assert any(each.startswith("étape passée · Appeler le 17") for each in said)
    assert {"tâche confiée", "note", "résolue"} <= set(said)
    assert {line["source"] for line in found if line["id"].startswith("situation-act:")} == {
        str(User.objects.get(username="anne"))
    }
    assert {line["title"] for line in found} == {f"{handled.key} · Rixe au port"}
    assert {line["url"] for line in found} == {f"/situations/{handled.key}/"}
    assert any(line["id"].startswith("situation-message:") for line in found)
    assert "Durand" not in json.dumps(found), "what people wrote stands on the situation's page"
    assert acts(agent, "?severity=5") == []
    assert acts(agent, "?zone=quarter:halles") == []
    assert acts(agent, "?zone=quarter:port") == found


def test_a_wall_shows_no_name_and_no_title(handled: Situation, sign_in: SignIn) -> None:
    found = acts(sign_in(Role.AGENT), "?wall=1")
    assert {(line["title"], line["source"], line["url"]) for line in found} == {(f"{handled.key} · Rixe", "", "")}


def test_of_two_readers_the_one_without_the_right_sees_no_act(
    handled: Situation, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    less = {**RIGHTS, Role.ANALYST: RIGHTS[Role.ANALYST] - {Right.SEE_SITUATIONS}}
    monkeypatch.setattr(accounts, "RIGHTS", less)
    assert acts(sign_in(Role.AGENT)) != []
    refused = sign_in(Role.ANALYST)
    board = refused.get("/room/board/").content.decode()
    stream = b"".join(refused.get("/room/stream/")).decode()
    for said in (handled.key, "Rixe", "situation-"):
        assert said not in board, said
        assert said not in stream, said
