"""What a device may keep: pages without a name, parts that it seals, a key of each account and device."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone
from tests.portal.conftest import SignIn
from tests.portal.logbook.conftest import Write, service

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.offline.kept import key_of
from quietude.portal.services.models import Service
from quietude.portal.shifts import instructions
from quietude.portal.shifts.models import Acknowledgement, Instruction

pytestmark = pytest.mark.django_db
DEVICE = UUID("7d444840-9dc0-11d1-b245-5ffdce74fad2")


def told(text: str, by: User, to: Service) -> Instruction:
    made = Instruction.objects.create(service=to, text=text, written_at=timezone.now(), written_by=by)
    Acknowledgement.objects.create(instruction=made, person=by, at=timezone.now())
    return made


def test_the_key_is_of_one_account_on_one_device(at_work: Client) -> None:
    first = at_work.get("/offline/key/", {"device": str(DEVICE)}).json()
    again = at_work.get("/offline/key/", {"device": str(DEVICE)}).json()
    other = at_work.get("/offline/key/", {"device": str(uuid4())}).json()
    assert first["key"] == again["key"] != other["key"]
    assert first["account"] == User.objects.get(username="bruno").pk
    assert len(base64.b64decode(first["key"])) == 32
    assert key_of(first["account"] + 1, DEVICE) != key_of(first["account"], DEVICE)
    assert first["token"]


@pytest.mark.parametrize("device", ["", "x", "../../etc"])
def test_who_names_no_device_gets_no_key(at_work: Client, device: str) -> None:
    assert at_work.get("/offline/key/", {"device": device}).status_code == 400


def test_the_key_is_in_no_cache_and_strangers_get_none(at_work: Client) -> None:
    assert at_work.get("/offline/key/", {"device": str(DEVICE)})["Cache-Control"] == "no-store"
    assert Client().get("/offline/key/", {"device": str(DEVICE)}).status_code == 401


@pytest.mark.parametrize("address", ["/offline/new/?logbook=patrols", "/offline/waiting/", "/offline/other/"])
def test_pages_that_are_kept_hold_no_name_no_entry_no_message_and_no_token(
    at_work: Client, write: Write, address: str
) -> None:
    user = User.objects.get(username="bruno")
    user.full_name = "Bruno Lemaire"
    user.save()
    write(text="Zanzibar chez Mme Untel")
    page = at_work.get(address).content.decode()
    assert "<form" in page or "data-island" in page
    assert [word for word in ("Lemaire", "bruno", "Zanzibar", "csrf", "toast--") if word in page] == []


def test_the_form_of_each_own_logbook_is_kept_with_its_categories(at_work: Client) -> None:
    said = at_work.get("/offline/kept/").json()
    assert {"/offline/new/", "/offline/new/?logbook=patrols", "/offline/words/?logbook=patrols"} <= set(
        said["addresses"]
    )
    assert not [address for address in said["addresses"] if "desk" in address]
    assert [at_work.get(address).status_code for address in said["addresses"]] == [200] * len(said["addresses"])
    assert {part["name"] for part in said["parts"]} == {"shift", "instructions"}


def test_what_is_kept_ends_with_the_session(at_work: Client) -> None:
    until = datetime.fromisoformat(at_work.get("/offline/kept/").json()["until"])
    assert timedelta(hours=11, minutes=59) < until - timezone.now() <= timedelta(hours=12)


def test_instructions_are_kept_unread_ones_first_and_their_reading_is_noted(at_work: Client) -> None:
    user, to = User.objects.get(username="bruno"), service("police")
    told("Consigne lue", user, to)
    chief = User.objects.create(username="chief", role=Role.SUPERVISOR)
    told("Consigne nouvelle", chief, to)
    html = next(
        part["html"] for part in at_work.get("/offline/kept/").json()["parts"] if part["name"] == "instructions"
    )
    assert html.index("Consigne nouvelle") < html.index("Consigne lue")
    assert instructions.readers(Instruction.objects.get(text="Consigne nouvelle"), timezone.now())[0][0].person == chief


def test_words_of_a_logbook_are_for_who_writes_in_it(at_work: Client, sign_in: SignIn) -> None:
    found = at_work.get("/offline/words/", {"logbook": "patrols"}).json()["categories"]
    party = next(each for each in found if each["code"] == "noise.party")
    assert "tapage nocturne" in [word.casefold() for word in party["own"]]
    assert party["names"]
    assert at_work.get("/offline/words/", {"logbook": "desk"}).status_code == 404
    assert sign_in(Role.SUPERVISOR, username="far").get("/offline/words/", {"logbook": "patrols"}).status_code == 404


def test_names_of_places_come_without_their_points(at_work: Client) -> None:
    assert set(at_work.get("/offline/places/").json()) == {"names"}
