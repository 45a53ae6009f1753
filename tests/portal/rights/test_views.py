"""Pages of rights, as their readers use them."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client
from tests.portal.conftest import LONG_AGO, MakeUser, SignIn

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.rights import actions
from quietude.portal.rights.models import Grant, Opening, Purpose
from quietude.store.api import Store


def said(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.content.decode()
    return unescape(response.content.decode())


def test_a_person_with_two_purposes_works_under_one_at_a_time(store: Store, sign_in: SignIn) -> None:
    client = sign_in(Role.AGENT)
    user = User.objects.get(username="agent")
    quality = Purpose.objects.get(code="data_quality")
    actions.give(None, Grant(holder=user, purpose=quality, since=LONG_AGO))
    assert "Travail quotidien" in said(client, "/")
    response = client.post("/rights/purpose/", {"purpose": "data_quality", "back": "/sources/"})
    assert response.headers["Location"] == "/sources/"
    assert client.session["purpose"] == "data_quality"
    client.post("/rights/purpose/", {"purpose": "judicial", "back": "https://elsewhere.example/"})
    assert client.session["purpose"] == "data_quality"


def test_nobody_is_sent_elsewhere(store: Store, sign_in: SignIn) -> None:
    response = sign_in(Role.AGENT).post("/rights/purpose/", {"purpose": "operations", "back": "//elsewhere.example/"})
    assert response.headers["Location"] == "/"


def test_the_header_says_what_is_open_and_closes_it(store: Store, sign_in: SignIn) -> None:
    client = sign_in(Role.AGENT)
    assert "Textes fermés" in said(client, "/explore/")
    client.post("/rights/opening/", {"kind": "on_demand", "motive": "handover"})
    assert "Ouvert jusqu’à" in said(client, "/explore/")
    client.post("/rights/opening/close/", {"back": "/explore/"})
    assert "Textes fermés" in said(client, "/explore/")


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "javascript:alert(1)", "//elsewhere.example"])
def test_the_way_back_from_an_opening_never_leads_elsewhere(store: Store, sign_in: SignIn, elsewhere: str) -> None:
    page = sign_in(Role.AGENT).get("/rights/opening/", {"back": elsewhere})
    assert page.context["back"] == "/"
    assert f'href="{elsewhere}' not in page.content.decode()
    assert (
        sign_in(Role.SUPERVISOR).get("/rights/opening/?back=/explore/?map=heat").context["back"] == "/explore/?map=heat"
    )


def test_an_opening_without_a_motive_is_refused_with_words(store: Store, sign_in: SignIn) -> None:
    response = sign_in(Role.AGENT).post("/rights/opening/", {"kind": "break_glass", "motive": "report", "words": "x"})
    assert response.status_code == 400
    assert "dix lettres" in unescape(response.content.decode())
    assert not Opening.objects.exists()


def test_supervisors_see_openings_and_judge_them(store: Store, sign_in: SignIn, make_user: MakeUser) -> None:
    agent = make_user(Role.AGENT)
    purpose = Purpose.objects.get(code="operations")
    opening = actions.open_on_demand(
        agent, purpose, kind=Opening.Kind.BREAK_GLASS, motive="other", words="enfant disparu au port"
    )
    client = sign_in(Role.SUPERVISOR)
    page = said(client, "/rights/openings/")
    assert "enfant disparu au port" in page
    assert "n’a encore donné d’avis" in page
    refused = client.post(f"/rights/openings/{opening.pk}/", {"verdict": "justified", "finding": "ok"})
    assert refused.status_code == 400
    client.post(f"/rights/openings/{opening.pk}/", {"verdict": "justified", "finding": "confirmé par la salle"})
    assert "n’a encore donné d’avis" not in said(client, "/rights/openings/")


def test_an_administrator_gives_a_limited_grant_and_withdraws_it(
    store: Store, sign_in: SignIn, make_user: MakeUser
) -> None:
    client, agent = sign_in(Role.ADMINISTRATOR), make_user(Role.AGENT)
    purpose = Purpose.objects.get(code="analysis")
    form = {
        "holder": agent.pk, "purpose": purpose.pk, "categories": ["noise"], "ceiling": "internal", "title": "closed",
        "text": "closed", "record": "closed", "place": "closed", "since": "2026-01-01",
    }  # fmt: skip
    assert client.post("/rights/grants/new/", {**form, "until": "2025-01-01"}).status_code == 400
    assert client.post("/rights/grants/new/", form).status_code == 302
    grant = Grant.objects.get(holder=agent, purpose=purpose)
    assert grant.categories == ["noise"]
    assert "Analyse" in said(client, "/rights/grants/?who=agent")
    client.post(f"/rights/grants/{grant.pk}/withdraw/")
    grant.refresh_from_db()
    assert grant.withdrawn_by == "administrator"
    assert client.post(f"/rights/grants/{grant.pk}/withdraw/").status_code == 404


def test_giving_and_withdrawing_ask_who_is_there(store: Store, sign_in: SignIn, make_user: MakeUser) -> None:
    client, agent = sign_in(Role.ADMINISTRATOR), make_user(Role.AGENT)
    session = client.session
    session["account_authentication_methods"] = []  # signed in long ago
    session.save()
    grant = Grant.objects.get(holder=agent)
    for address in ("/rights/grants/new/", f"/rights/grants/{grant.pk}/withdraw/", "/rights/grants/table/"):
        response = client.post(address, {})
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/again/")
    grant.refresh_from_db()
    assert grant.withdrawn_at is None


def test_grants_older_than_a_year_are_tasks(store: Store, sign_in: SignIn, make_user: MakeUser) -> None:
    make_user(Role.AGENT)
    client = sign_in(Role.ADMINISTRATOR)
    page = said(client, "/rights/grants/review/")
    grant = Grant.objects.get(holder__username="agent")
    assert f'value="{grant.pk}"' in page
    assert 'href="/users/agent/"' in page  # role and services are reviewed beside it
    client.post("/rights/grants/review/", {"grant": grant.pk, "act": "confirm"})
    assert f'value="{grant.pk}"' not in said(client, "/rights/grants/review/")


def test_the_register_is_kept_and_a_code_stays(store: Store, sign_in: SignIn) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    entry = {
        "code": "schools", "title_fr": "Abords des écoles", "title_en": "Around schools", "why": "Sécurité",
        "legal_basis": "RGPD art. 6-1 e", "regime": "RGPD", "recipients": "", "duration": "P1Y", "is_open": "on",
    }  # fmt: skip
    assert client.post("/rights/register/new/", {**entry, "duration": "a year"}).status_code == 400
    assert client.post("/rights/register/new/", entry).status_code == 302
    client.post("/rights/register/schools/", {**entry, "code": "other", "title_fr": "Écoles"})
    assert Purpose.objects.get(code="schools").title_fr == "Écoles"
    assert "Écoles" in said(sign_in(Role.AGENT), "/rights/register/")


@pytest.mark.parametrize(("trial", "status"), [("on", 200), ("", 302)])
def test_a_table_is_tried_then_given(
    store: Store, sign_in: SignIn, make_user: MakeUser, trial: str, status: int
) -> None:
    make_user(Role.AGENT)
    client = sign_in(Role.ADMINISTRATOR)
    before = Grant.objects.count()
    form = {"table": "username,purpose\nagent,analysis\n", **({"is_trial": trial} if trial else {})}
    assert client.post("/rights/grants/table/", form).status_code == status
    assert Grant.objects.count() == before + (not trial)
    bad = client.post("/rights/grants/table/", {"table": "username,purpose\nnobody,analysis\n"})
    assert bad.status_code == 400
    assert "nobody" in bad.content.decode()
