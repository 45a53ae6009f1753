"""The pages: a shift from opening to signature, and what each refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.portal.conftest import Lines, SignIn
from tests.portal.logbook.conftest import joined, service
from tests.portal.shifts.conftest import MORNING, NIGHT, Logged, OpenShift

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.shifts import instructions
from quietude.portal.shifts.models import Shift, Subscription

pytestmark = pytest.mark.django_db


def opened(client: Client, **fields: str) -> Shift:
    said = {"service": str(service("police").pk), "watch": "night", "begins": "", "ends": "", **fields}
    ends = timezone.localtime() + timedelta(hours=8)
    said["ends"] = said["ends"] or f"{ends:%d/%m/%Y %H:%M}"
    answer = client.post("/shifts/open/", said)
    assert answer.status_code == 302, answer.content.decode()
    return Shift.objects.latest("pk")


def test_an_open_shift_is_shown_at_the_head_of_every_page(on_duty: Client) -> None:
    assert "top__shift" not in on_duty.get("/").content.decode()
    shift = opened(on_duty, begins="21h", ends="05h")
    said = on_duty.get("/profile/").content.decode()
    assert f"/shifts/{shift.pk}/" in said
    assert "21:00–05:00" in said


def test_wrong_hours_are_explained_beside_their_field(on_duty: Client) -> None:
    answer = on_duty.post("/shifts/open/", {"service": service("police").pk, "watch": "night", "ends": "bientôt"})
    assert answer.status_code == 400
    assert "bientôt" in answer.content.decode()
    assert 'id="id_ends_error"' in answer.content.decode()
    assert not Shift.objects.exists()


def test_unread_instructions_stand_first_on_the_first_page_and_at_opening(
    on_duty: Client, supervisor: User, lines: Lines
) -> None:
    made = instructions.write(supervisor, service("police"), "Rodéos quai du Port")
    for path in ("/", "/shifts/open/", "/shifts/"):
        assert "Rodéos quai du Port" in on_duty.get(path).content.decode()
    assert "instructions_shown" in {line.detail.get("act") for line in lines()}
    answer = on_duty.post(f"/shifts/instructions/{made.pk}/read/", {"back": "/"})
    assert answer["Location"] == "/"
    assert "Rodéos quai du Port" not in on_duty.get("/").content.decode()
    assert "dora" in on_duty.get(f"/shifts/instructions/{made.pk}/").content.decode()


def test_the_way_back_never_leads_elsewhere(on_duty: Client, supervisor: User) -> None:
    made = instructions.write(supervisor, service("police"), "Rodéos")
    answer = on_duty.post(f"/shifts/instructions/{made.pk}/read/", {"back": "https://evil.example/"})
    assert answer["Location"] == "/shifts/instructions/"


def test_a_crew_goes_out_and_comes_back(on_duty: Client) -> None:
    shift = opened(on_duty)
    dora = User.objects.get(username="dora")
    on_duty.post(f"/shifts/{shift.pk}/", {"code": "A1", "vehicle": "VL 12", "people": [dora.pk]})
    crew = shift.crews.get()
    assert "VL 12" in on_duty.get(f"/shifts/{shift.pk}/").content.decode()
    answer = on_duty.post(f"/shifts/{shift.pk}/", {"code": "A2", "people": [dora.pk]})
    assert (answer.status_code, shift.crews.count()) == (400, 1)
    on_duty.post(f"/shifts/{shift.pk}/crews/{crew.pk}/back/")
    crew.refresh_from_db()
    assert crew.until is not None


def test_the_handover_is_before_one_s_eyes_when_closing(on_duty: Client, logged: Logged) -> None:
    shift = opened(on_duty)
    logged(now=timezone.now(), occurred_at=timezone.now() + timedelta(seconds=1), text="Vitre brisée")
    assert "Vitre brisée" in on_duty.get(f"/shifts/{shift.pk}/close/").content.decode()
    on_duty.post(f"/shifts/{shift.pk}/close/", {"word": "Rappeler la mairie"})
    shift.refresh_from_db()
    assert shift.word == "Rappeler la mairie"
    assert "Rappeler la mairie" in on_duty.get("/shifts/open/").content.decode()


def test_my_shift_filters_the_central_list(on_duty: Client, logged: Logged) -> None:
    logged(now=timezone.now(), occurred_at=timezone.now() - timedelta(hours=1), text="Avant la prise")
    assert "Avant la prise" not in on_duty.get("/logbook/?show=shift").content.decode()
    opened(on_duty)
    logged(now=timezone.now(), occurred_at=timezone.now() + timedelta(seconds=1), text="Pendant la vacation")
    said = on_duty.get("/logbook/?show=shift").content.decode()
    assert "Pendant la vacation" in said
    assert "Avant la prise" not in said


def test_shifts_of_other_services_do_not_exist(
    on_duty: Client, sign_in: SignIn, open_shift: OpenShift, chief: User
) -> None:
    shift = open_shift()
    other = sign_in(Role.SUPERVISOR, username="elsewhere")
    joined(User.objects.get(username="elsewhere"), "desk")
    paths = [f"/shifts/{shift.pk}/{end}" for end in ("", "close/", "sign/shift/")]
    assert {other.get(path).status_code for path in paths} == {404}
    assert {other.post(path).status_code for path in [*paths, f"/shifts/{shift.pk}/join/"]} == {404}
    assert on_duty.get(paths[1]).status_code == on_duty.get(paths[2]).status_code == 403
    assert on_duty.post(f"/shifts/{shift.pk}/", {"code": "A1", "people": [chief.pk]}).status_code == 403


def test_a_forgotten_shift_is_marked(on_duty: Client, open_shift: OpenShift) -> None:
    open_shift()
    said = on_duty.get("/shifts/").content.decode()
    assert "badge--warn" in said
    assert MORNING > NIGHT


def test_the_bulletin_is_subscribed_to_and_left(on_duty: Client) -> None:
    on_duty.post("/shifts/bulletin/", {"service": "police", "wanted": "yes"})
    on_duty.post("/shifts/bulletin/", {"service": "police", "wanted": "yes"})
    assert Subscription.objects.get().person.username == "dora"
    on_duty.post("/shifts/bulletin/", {"service": "police", "wanted": "no"})
    assert not Subscription.objects.exists()
    service("desk")
    assert on_duty.post("/shifts/bulletin/", {"service": "desk", "wanted": "yes"}).status_code == 404
