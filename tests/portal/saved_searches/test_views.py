"""The pages: a search is previewed, saved, changed, paused and deleted by its owner, and is nobody else's business."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from tests.portal.saved_searches.conftest import Arrive, Save
from tests.portal.saved_searches.test_ringing import close

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right, Role
from quietude.portal.saved_searches import saving
from quietude.portal.saved_searches.models import SavedSearch

pytestmark = pytest.mark.django_db
FORM = {"name": "Musique", "has_facts": "on", "told": "live", "rhythm": "daily"}


@pytest.fixture
def visitor(client: Client, agent: User) -> Client:
    """Return the agent's browser."""
    client.force_login(agent)
    return client


def test_a_search_is_previewed_and_saved_and_says_why_it_rang(visitor: Client, save: Save, arrive: Arrive) -> None:
    arrive(text="Musique forte", until=timezone.now())
    address = "/search/saved/new/?q=musique&severity-from=1"
    assert "<strong>3" in visitor.get(address).content.decode()
    assert visitor.post(address, FORM).status_code == 302
    kept = SavedSearch.objects.get()
    assert (kept.text, kept.query) == ("musique", "severity-from=1")
    arrive(text="Encore de la musique", source="bruitparif")
    listed = visitor.get("/search/saved/").content.decode()
    assert "/search/?q=musique&amp;severity-from=1" in listed
    page = visitor.get(f"/search/saved/{kept.pk}/").content.decode()
    assert "<mark>musique</mark>" in page
    kept.refresh_from_db()
    assert kept.rings.filter(at__gt=kept.seen_at).count() == 0
    assert b"data: 0" in b"".join(visitor.get("/search/saved/stream"))


def test_what_was_lost_is_not_shown_any_more(agent: User, visitor: Client, save: Save, arrive: Arrive) -> None:
    kept = save(agent, "musique")
    arrive(text="Musique forte")
    assert b"data: 3" in b"".join(visitor.get("/search/saved/stream"))
    close(agent)
    page = visitor.get(f"/search/saved/{kept.pk}/").content.decode()
    assert "Fait" not in page
    assert b"data: 0" in b"".join(visitor.get("/search/saved/stream"))


@pytest.mark.parametrize("address", ["?q=", "?since=jamais", "?q=-zzyzx"])
def test_what_asks_for_nothing_or_everything_is_refused(
    address: str, visitor: Client, save: Save, arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "TELLING_FROM", 3)
    arrive(until=timezone.now())
    answer = visitor.post(f"/search/saved/new/{address}", FORM)
    assert (answer.status_code, SavedSearch.objects.count()) == (400, 0)
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"has_facts": ""},
        {"told": "mail"},
        {"has_documents": "on"},
        {"rhythm": "never"},
        {"name": "x" * 81},
    ],
    ids=["no-name", "of-nothing", "no-mail-server", "documents-with-conditions", "no-such-rhythm", "too-long"],
)
def test_a_wrong_form_says_what_to_do(wrong: dict[str, str], visitor: Client, save: Save, arrive: Arrive) -> None:
    arrive(until=timezone.now())
    assert visitor.post("/search/saved/new/?q=musique&severity-from=1", FORM | wrong).status_code == 400
    assert not SavedSearch.objects.exists()


def test_a_name_is_taken_once_and_so_many_are_enough(
    agent: User, visitor: Client, save: Save, arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(agent, "musique", name="Musique")
    assert visitor.post("/search/saved/new/?q=bruit", FORM).status_code == 400
    monkeypatch.setattr(saving, "SEARCHES_MAX", 1)
    assert visitor.post("/search/saved/new/?q=bruit", FORM | {"name": "Bruit"}).status_code == 400
    assert SavedSearch.objects.count() == 1


def test_other_words_begin_anew_and_a_new_name_does_not(
    agent: User, visitor: Client, save: Save, arrive: Arrive
) -> None:
    kept = save(agent, "musique")
    arrive(text="Musique forte")
    address = f"/search/saved/{kept.pk}/change/"
    assert visitor.post(address, FORM | {"name": "Autre", "text": "musique"}).status_code == 302
    assert kept.rings.count() == 3
    assert visitor.post(address, FORM | {"text": "incendie"}).status_code == 302
    kept.refresh_from_db()
    assert (kept.text, kept.rings.count()) == ("incendie", 0)
    assert visitor.post(address, FORM | {"text": ""}).status_code == 400


def test_it_rests_goes_on_and_is_deleted(agent: User, visitor: Client, save: Save) -> None:
    kept = save(agent, "musique")
    for is_paused in (True, False):
        visitor.post(f"/search/saved/{kept.pk}/pause/")
        kept.refresh_from_db()
        assert kept.is_paused is is_paused
    visitor.post(f"/search/saved/{kept.pk}/delete/")
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize("act", ["", "change/", "pause/", "delete/"])
def test_another_person_s_search_is_not_there(
    act: str, agent: User, save: Save, sign_in: Callable[..., Client]
) -> None:
    kept = save(agent, "musique")
    stranger = sign_in(Role.SUPERVISOR)
    send = stranger.post if act in {"pause/", "delete/"} else stranger.get
    assert send(f"/search/saved/{kept.pk}/{act}").status_code == 404
    assert SavedSearch.objects.filter(is_paused=False).exists()


@pytest.mark.parametrize("address", ["", "new/?q=musique", "stream", "1/", "1/change/"])
def test_it_requires_the_right_to_explore(
    address: str, client: Client, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(User, "holds", lambda _self, right: right is not Right.EXPLORE)
    assert visitor.get(f"/search/saved/{address}").status_code == 403
