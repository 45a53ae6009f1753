"""The pages of the data-protection officer, walked through as a person of the trade would."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.portal.conftest import Lines, SignIn
from tests.portal.made_up import Recipe, facts

from quietude.journal.api import Kind
from quietude.keeping.api import from_json
from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.portal.accounts.roles import Role
from quietude.portal.protection.models import Breach, Disposal, Hold, PersonRequest
from quietude.portal.town import current_town
from quietude.store.api import Store

READER = Viewer.system("test")


@pytest.fixture
def old(empty_store: Store) -> Store:
    """Return the portal's store with twelve facts past their term and twelve of this week that name a person."""
    territory = current_town().territory
    empty_store.append(facts(territory, Recipe(until=datetime(2021, 6, 1, tzinfo=UTC), days=1)))
    recent = Recipe(until=timezone.now(), days=1, regime="TITRE_III", text="Plainte de Zébulon Tournesol")
    empty_store.append(facts(territory, recent))
    cache.clear()
    return empty_store


@pytest.fixture
def officer(sign_in: SignIn, old: Store) -> Client:
    return sign_in(Role.DPO, language="en")


def said(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(f"protection:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_overview_says_what_waits(officer: Client) -> None:
    page = said(officer, "home")
    assert "12 entries are past their term." in page
    assert "No request waits." in page
    assert "Every flow has its purpose and its notice." in page


def test_the_register_names_every_source_and_gives_its_files(officer: Client, lines: Lines) -> None:
    page = said(officer, "register")
    assert "Logbook" in page
    assert "Commune de Valcombe" in page
    assert "Logbook" in said(officer, "register_file", "csv")
    assert "## Logbook" in said(officer, "register_file", "md")
    assert "dpo@valcombe.example" in said(officer, "notice", "logbook")
    assessment = from_json(officer.get(reverse("protection:assessment")).content)
    assert assessment.pia.name == "Quiétude – Valcombe"
    assert len([line for line in lines() if line.kind is Kind.COMMUNICATE]) == 4


@pytest.mark.parametrize(
    ("name", "args"), [("register_file", ["exe"]), ("notice", ["x"]), ("disposal", [9]), ("breach", [9])]
)
def test_what_is_not_there_is_not_found(officer: Client, name: str, args: list[object]) -> None:
    assert officer.get(reverse(f"protection:{name}", args=args)).status_code == 404


def test_the_census_shows_every_table(officer: Client) -> None:
    page = said(officer, "census")
    for table in ("store.events", "ledger.quarantine", "accounts.User", "protection.Breach"):
        assert table in page


def test_a_list_is_signed_and_leaves(officer: Client, old: Store) -> None:
    page = officer.get(reverse("protection:durations"))
    form = page.context["visa"]
    signed = {**form.initial, "signed_by": "Archives", "reason": "visa 12"}
    answer = officer.post(reverse("protection:dispose"), signed, follow=True)
    assert "12 entries have left." in answer.content.decode()
    assert old.query(READER, Filter()).num_rows == 12
    run = Disposal.objects.get()
    assert run.list_digest in said(officer, "disposal", run.pk)
    assert "Nothing is past its term" in said(officer, "durations")


def test_a_list_without_a_signature_stays(officer: Client, old: Store) -> None:
    form = officer.get(reverse("protection:durations")).context["visa"]
    answer = officer.post(reverse("protection:dispose"), {**form.initial, "signed_by": ""}, follow=True)
    assert "Nothing was eliminated" in answer.content.decode()
    stale = {**form.initial, "list_digest": "0" * 64, "signed_by": "A", "reason": "b"}
    assert "list has changed" in officer.post(reverse("protection:dispose"), stale, follow=True).content.decode()
    assert old.query(READER, Filter()).num_rows == 24


def test_a_hold_is_put_and_lifted(officer: Client) -> None:
    given = {"title": "Procès", "reason": "TJ 24/118", "sources": ["logbook"], "words": "", "uids": ""}
    officer.post(reverse("protection:hold"), given)
    assert "12" in said(officer, "durations")
    assert officer.get(reverse("protection:durations")).context["planned"].total == 0
    made = Hold.objects.get()
    officer.post(reverse("protection:release", args=[made.pk]))
    assert officer.get(reverse("protection:durations")).context["planned"].total == 12
    again = officer.post(reverse("protection:release", args=[made.pk]), follow=True)
    assert "lifted already" in again.content.decode()


def test_a_hold_that_covers_nothing_says_so(officer: Client) -> None:
    for given in ({"title": "x"}, {"title": "x", "reason": "y", "words": "gravité>=9"}):
        assert "notice" in officer.post(reverse("protection:hold"), given, follow=True).content.decode()
    assert not Hold.objects.exists()


@pytest.fixture
def made(officer: Client) -> PersonRequest:
    given = {"reference": "2026-014", "kind": "erase", "received_on": "2026-06-01"}
    officer.post(reverse("protection:requests"), given)
    return PersonRequest.objects.get()


def ask(client: Client, made: PersonRequest, act: str, **given: object) -> str:
    answer = client.post(
        reverse("protection:request", args=[made.pk]), {"phrases": "zebulon tournesol", "act": act, **given}
    )
    assert answer.status_code == 200
    return answer.content.decode()


def chosen(client: Client, made: PersonRequest) -> list[str]:
    answer = client.post(reverse("protection:request", args=[made.pk]), {"phrases": "tournesol", "act": "search"})
    return [row["key"] for row in answer.context["found"]]


def test_a_person_is_looked_up_and_gets_a_file(officer: Client, made: PersonRequest) -> None:
    assert "12 entries found" in ask(officer, made, "search")
    keys = chosen(officer, made)
    file = json.loads(ask(officer, made, "json", chosen=keys[:3], hidden="Fait"))
    assert len(file["entries"]) == 3
    assert "Fait" not in json.dumps(file)
    readable = ask(officer, made, "html", chosen=keys[:2])
    assert readable.count("<section>") == 2
    assert "<script" not in readable
    assert "choose at least one entry" in ask(officer, made, "json")


def test_a_search_for_nothing_or_for_two_letters_is_refused(officer: Client, made: PersonRequest) -> None:
    assert "Say at least one name" in ask(officer, made, "search", phrases="")
    assert "Three letters at least" in ask(officer, made, "search", phrases="ab")


def test_a_restriction_and_its_end(officer: Client, made: PersonRequest, old: Store) -> None:
    keys = chosen(officer, made)
    page = ask(officer, made, "restrict", chosen=keys[:1], reason="contestation")
    assert "Restricted: kept, and shown to no one." in page
    assert "Préfecture" in page
    uid = keys[0].partition("|")[2]
    assert uid[:12] in said(officer, "requests")
    assert old.event(READER, uid)[0].sensitivity == "confidential"
    officer.post(reverse("protection:lift"), {"uid": [uid], "reason": "réglé"})
    assert old.event(READER, uid)[0].sensitivity == "internal"
    assert "say why" in officer.post(reverse("protection:lift"), {"uid": [uid]}, follow=True).content.decode()


def test_a_rectification_keeps_the_persons_words(officer: Client, made: PersonRequest, old: Store) -> None:
    key = chosen(officer, made)[0]
    page = ask(officer, made, "rectify", chosen=[key], reason="Pas chez moi", place_label="Rue du Port")
    assert "Rectified" in page
    fact = old.event(READER, key.partition("|")[2])[0]
    assert (fact.place_label, fact.flags) == ("Rue du Port", ("rectified",))


def test_an_erasure_shows_the_letters_and_the_request_is_closed(
    officer: Client, made: PersonRequest, old: Store
) -> None:
    keys = chosen(officer, made)
    assert "say why" in ask(officer, made, "erase", chosen=keys)
    assert old.query(READER, Filter()).num_rows == 24
    page = ask(officer, made, "erase", chosen=keys, reason="art. 17")
    assert "Préfecture" in page
    assert "12 enregistrement(s)" in page
    assert old.query(READER, Filter()).num_rows == 12
    assert "Nothing is kept about this person" in ask(officer, made, "search")
    officer.post(reverse("protection:close_request", args=[made.pk]), {"answer": "Effacé"})
    assert "Effacé" in said(officer, "request", made.pk)
    assert "Answered" in said(officer, "requests")


def test_a_reference_is_entered_once(officer: Client, made: PersonRequest) -> None:
    given = {"reference": "2026-014", "kind": "access", "received_on": "2026-06-02"}
    assert officer.post(reverse("protection:requests"), given).status_code == 200
    assert PersonRequest.objects.count() == 1


def test_a_breach_from_its_discovery_to_its_end(officer: Client) -> None:
    found_at = timezone.localtime() - timedelta(hours=80)
    given = {"title": "Clé perdue", "found_at": found_at.strftime("%Y-%m-%dT%H:%M"), "happened": "x", "risk": "unknown"}
    officer.post(reverse("protection:new_breach"), given)
    made = Breach.objects.get()
    assert "hours late" in said(officer, "breaches")
    assert "hours late" in said(officer, "home")
    more = {"concerned": "12", "data": "noms", "consequences": "y", "measures": "z", "risk": "risk"}
    officer.post(reverse("protection:breach", args=[made.pk]), {**given, **more})
    step = reverse("protection:breach_step", args=[made.pk, "cnil"])
    assert "say why the CNIL is told late" in officer.post(step, follow=True).content.decode()
    officer.post(step, {"late_reason": "enquête"})
    assert "CNIL told late" in said(officer, "breach", made.pk)
    assert "Motif du retard" not in said(officer, "notification", made.pk, "cnil")
    assert "enquête" in said(officer, "notification", made.pk, "cnil")
    officer.post(reverse("protection:breach_step", args=[made.pk, "close"]))
    made.refresh_from_db()
    assert made.closed_at is not None
    assert officer.post(reverse("protection:breach_step", args=[made.pk, "sing"])).status_code == 404
    assert officer.get(reverse("protection:notification", args=[made.pk, "x"])).status_code == 404
    text = officer.get(reverse("protection:notification", args=[made.pk, "persons"]), {"form": "md"})
    assert text["Content-Type"].startswith("text/markdown")
