"""The menu of saved views, over its addresses."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

from django.test import Client

from quietude.portal.accounts.roles import Role
from quietude.portal.explore.models import SavedView


def test_a_view_is_saved_renamed_deleted_and_brought_back(agent: Client) -> None:
    menu = unescape(
        agent.post("/explore/views/", {"name": "Bruit", "query": "category=noise&map=heat"}).content.decode()
    )
    assert "/explore/?category=noise&map=heat" in menu
    view = SavedView.objects.get()
    assert "Nuits" in agent.post(f"/explore/views/{view.pk}/name", {"name": "Nuits"}).content.decode()
    assert "Nuits" not in agent.post(f"/explore/views/{view.pk}/delete").content.decode()
    assert "Nuits" in agent.post(f"/explore/views/{view.pk}/restore").content.decode()
    assert "Nuits" in agent.get("/explore/views/").content.decode()


def test_a_refusal_says_why(agent: Client) -> None:
    response = agent.post("/explore/views/", {"name": " ", "query": ""})
    assert (response.status_code, response.json()["error"]) == (400, "Donnez un nom à la vue.")


def test_nobody_touches_the_views_of_another(agent: Client, sign_in: Callable[..., Client]) -> None:
    agent.post("/explore/views/", {"name": "À moi", "query": ""})
    view = SavedView.objects.get()
    other = sign_in(Role.ANALYST)
    for verb in ("name", "delete", "restore"):
        assert other.post(f"/explore/views/{view.pk}/{verb}", {"name": "volée"}).status_code == 404
    view.refresh_from_db()
    assert (view.name, view.removed_at) == ("À moi", None)
