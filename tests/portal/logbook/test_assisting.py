"""What the form asks while somebody writes, and the quick save."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from tests.portal.conftest import SignIn
from tests.portal.logbook.conftest import patrols

from quietude.portal.accounts.roles import Role
from quietude.portal.logbook.assisting import template_of
from quietude.portal.logbook.models import Entry

pytestmark = pytest.mark.django_db


def form(**fields: str) -> dict[str, str]:
    return {"logbook": "patrols", "key": str(uuid4()), "text": "Musique forte.", "category": "noise.party"} | fields


def test_a_quick_save_says_the_number_and_gives_the_next_key(at_work: Client) -> None:
    answer = at_work.post("/logbook/save/", form())
    entry = Entry.objects.get()
    assert entry.label in answer.json()["said"]
    assert answer.json()["next_key"] != str(entry.key)


def test_the_same_form_sent_twice_is_one_entry(at_work: Client) -> None:
    said = form()
    labels = {at_work.post("/logbook/save/", said).json()["label"] for _ in range(2)}
    assert labels == {Entry.objects.get().label}


def test_a_refusal_is_told_field_by_field_and_nothing_is_written(at_work: Client) -> None:
    answer = at_work.post("/logbook/save/", form(when="minuit moins douze", category="zzz"))
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"when", "category"}
    assert not Entry.objects.exists()


def test_the_services_own_word_is_kept_beside_the_code(at_work: Client) -> None:
    at_work.post("/logbook/save/", form(words="tapage nocturne"))
    at_work.post("/logbook/save/", form(words="rien de tel"))
    words = [entry.versions.get().content["words"] for entry in Entry.objects.order_by("number")]
    assert words == ["tapage nocturne", ""]


def test_a_category_says_what_goes_with_it(at_work: Client) -> None:
    (found, *_) = at_work.get("/logbook/categories/?logbook=patrols&q=tapage n").json()["categories"]
    assert found["code"] == "noise.party"
    assert found["words"] == "tapage nocturne"
    assert found["template"] == "Appel de … pour …"
    assert found["regime"] == "RGPD"
    assert found["fields"] == []


def test_the_template_is_that_of_the_nearest_category_above() -> None:
    assert template_of(patrols(), "noise.party") == "Appel de … pour …"
    assert template_of(patrols(), "parking") == ""


def test_own_fields_go_with_their_categories(at_work: Client) -> None:
    found = at_work.get("/logbook/categories/?logbook=patrols&q=stationnement").json()["categories"]
    assert {"fines"} in [set(each["fields"]) for each in found if each["code"].startswith("parking")]


@pytest.mark.parametrize(
    ("typed", "said", "is_wrong"),
    [
        pytest.param("-1", "aujourd’hui", False, id="a-minute-ago-or-yesterday"),
        pytest.param("midi et quart passé", "comprise", True, id="no-time"),
        pytest.param("24/12/2190 18:30", "à venir", True, id="yet-to-come"),
        pytest.param("01/02/2026 08:15", "01/02/2026 08:15", False, id="a-date"),
    ],
)
def test_a_time_is_read_back(at_work: Client, typed: str, said: str, is_wrong: bool) -> None:
    local = timezone.now().astimezone(timezone.get_default_timezone())
    expected = said if typed != "-1" or (local - timedelta(minutes=1)).date() == local.date() else "hier"
    answer = at_work.get("/logbook/moment/", {"q": typed}, headers={"Accept-Language": "fr"}).json()
    assert expected in answer["said"].replace("'", "’")
    assert answer["is_wrong"] is is_wrong


def test_a_point_knows_its_zones_and_one_outside_has_none(at_work: Client) -> None:
    assert at_work.get("/logbook/point/?lon=5.38&lat=43.29").json()["zones"]
    assert at_work.get("/logbook/point/?lon=0&lat=0").json()["zones"] == []


@pytest.mark.parametrize("query", ["lon=a&lat=b", "lon=500&lat=2", "lon=nan&lat=1", ""])
def test_a_point_that_is_none_is_refused(at_work: Client, query: str) -> None:
    assert at_work.get(f"/logbook/point/?{query}").status_code == 400


def test_a_text_suggests_categories_of_ones_own_logbooks_only(at_work: Client) -> None:
    text = "fête bruyante chez un voisin"
    proposed = {
        name: at_work.post("/logbook/suggestions/", {"text": text, "logbook": name}).json()["categories"]
        for name in ("patrols", "desk")
    }
    assert "noise.party" in [each["code"] for each in proposed["patrols"]]
    assert proposed["desk"] == []


def test_the_last_entries_are_a_piece_of_the_page(at_work: Client) -> None:
    at_work.post("/logbook/save/", form(text="Fête au 3e étage."))
    shown = at_work.get("/logbook/last/?logbook=patrols").content.decode()
    assert "Fête au 3e étage." in shown
    assert "<html" not in shown


def test_whoever_writes_in_no_logbook_saves_nothing(sign_in: SignIn) -> None:
    assert sign_in(Role.AGENT).post("/logbook/save/", form()).status_code == 403
