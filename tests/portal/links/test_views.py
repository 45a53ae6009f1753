from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.portal.links.conftest import Told, uid_of

from quietude.portal.accounts.models import User
from quietude.portal.links.models import Link, Refusal

TYPED = {
    "logbook": "patrols",
    "when": "",
    "category": "noise.party",
    "place": "quai",
    "lon_deg": "5.38",
    "lat_deg": "43.29",
}


@pytest.fixture
def at_desk(anne: User) -> Client:
    client = Client()
    client.force_login(anne)
    return client


def test_the_list_beside_the_form_shows_other_services(at_desk: Client, counter: Told) -> None:
    counter(now=timezone.now() - timedelta(minutes=5))
    page = at_desk.post("/links/beside/", TYPED).content.decode()
    assert "Registre de l&#x27;accueil" in page or "Registre de l’accueil" in page or "Desk register" in page


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param({"lon_deg": "", "lat_deg": "", "place": ""}, id="no place"),
        pytest.param({"when": "hier soir peut-être"}, id="no time"),
        pytest.param({"lon_deg": "est"}, id="no degrees"),
        pytest.param({"logbook": "elsewhere"}, id="no logbook"),
    ],
)
def test_what_is_not_understood_yet_asks_for_nothing(
    at_desk: Client, empty_store: object, typed: dict[str, str]
) -> None:
    answer = at_desk.post("/links/beside/", TYPED | typed)
    assert answer.status_code == 200
    assert "facts/" not in answer.content.decode()


def test_a_proposal_is_accepted_or_turned_down_on_its_page(at_desk: Client, patrol: Told, counter: Told) -> None:
    now = timezone.now() - timedelta(minutes=9)
    pair = [uid_of(patrol(now=now)), uid_of(counter(now=now))]
    assert pair[0] in at_desk.get("/links/").content.decode()
    at_desk.post("/links/decide/", {"uid": pair, "verdict": "other"})
    assert Refusal.objects.get().levels["log_odds"] is not None
    at_desk.post("/links/decide/", {"uid": pair, "verdict": "same"})
    made = Link.objects.get()
    assert made.is_proposed
    assert made.probability is not None
    assert pair[0] not in at_desk.get("/links/").content.decode()


def test_linking_and_unlinking_from_an_entry_leads_back_to_it(at_desk: Client, patrol: Told, counter: Told) -> None:
    mine, theirs = patrol(now=timezone.now()), counter(now=timezone.now())
    here = f"/logbook/patrols/{mine.label}/"
    page = at_desk.get(here).content.decode()
    assert "/links/link/" in page
    answer = at_desk.post("/links/link/", {"uid": [uid_of(mine), uid_of(theirs)], "reason": "même appel", "back": here})
    assert answer["Location"] == here
    made = Link.objects.get()
    assert f"/links/{made.pk}/undo/" in at_desk.get(here).content.decode()
    answer = at_desk.post(f"/links/{made.pk}/undo/", {"reason": "autre étage", "back": "//elsewhere.example/"})
    assert answer["Location"] == "/links/"
    assert f"/links/{made.pk}/undo/" not in at_desk.get(here).content.decode()


def test_a_link_without_a_reason_is_explained(at_desk: Client, patrol: Told, counter: Told) -> None:
    pair = [uid_of(patrol()), uid_of(counter())]
    answer = at_desk.post("/links/link/", {"uid": pair, "reason": "", "back": "/links/"}, follow=True)
    assert not Link.objects.exists()
    assert "Dites pourquoi" in answer.content.decode() or "Say why" in answer.content.decode()


def test_a_fact_page_says_who_else_tells_of_it(at_desk: Client, patrol: Told, counter: Told) -> None:
    mine, theirs = patrol(now=timezone.now()), counter(now=timezone.now())
    at_desk.post("/links/link/", {"uid": [uid_of(mine), uid_of(theirs)], "reason": "même appel"})
    assert uid_of(theirs) in at_desk.get(f"/facts/{uid_of(mine)}/").content.decode()
