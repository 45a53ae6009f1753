"""Acts on shifts and crews: who may, what is refused, and that each has its line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from tests.portal.conftest import Lines, MakeUser
from tests.portal.logbook.conftest import joined, service
from tests.portal.shifts.conftest import MORNING, NIGHT, OpenShift

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.journal import recording
from quietude.portal.shifts import acts
from quietude.portal.shifts.duty import own_shift
from quietude.portal.shifts.models import Crew, Shift, Watch

pytestmark = pytest.mark.django_db


def test_opening_a_shift_puts_its_opener_on_it_with_a_line(open_shift: OpenShift, chief: User, lines: Lines) -> None:
    shift = open_shift()
    assert (own_shift(chief), shift.chief) == (shift, chief)
    detail = next(line.detail for line in lines() if line.detail.get("act") == "shift_opened")
    assert (detail["service"], detail["shift"]) == ("police", str(shift.pk))


def test_without_its_line_no_shift_is_opened(open_shift: OpenShift, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise recording.JournalUnavailableError("full")

    monkeypatch.setattr(acts, "note", broken)
    with pytest.raises(recording.JournalUnavailableError):
        open_shift()
    assert not Shift.objects.exists()


def test_a_person_is_on_one_open_shift_at_a_time(open_shift: OpenShift, chief: User) -> None:
    first = open_shift()
    with pytest.raises(ValidationError, match=r"already|déjà"):
        open_shift(now=NIGHT + timedelta(hours=1))
    assert (own_shift(chief), Shift.objects.count()) == (first, 1)


def test_after_a_shift_that_nobody_closed_the_next_one_opens(open_shift: OpenShift, chief: User) -> None:
    forgotten = open_shift()
    later = open_shift(begins=NIGHT + timedelta(days=1), ends=MORNING + timedelta(days=1))
    assert own_shift(chief) == later
    assert forgotten.attendances.get().until == NIGHT + timedelta(days=1)
    assert Shift.objects.get(pk=forgotten.pk).is_open


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        pytest.param(NIGHT, NIGHT, id="no length"),
        pytest.param(NIGHT, NIGHT - timedelta(hours=1), id="backwards"),
        pytest.param(NIGHT, NIGHT + timedelta(hours=27), id="longer than a day's duty"),
    ],
)
def test_a_shift_of_wrong_hours_is_refused(open_shift: OpenShift, begins: datetime, ends: datetime) -> None:
    with pytest.raises(ValidationError) as refusal:
        open_shift(begins=begins, ends=ends)
    assert list(refusal.value.message_dict) == ["ends"]


@pytest.mark.parametrize(
    ("begins", "ends", "hours"),
    [
        pytest.param((2026, 3, 28, 20), (2026, 3, 29, 3), 7, id="spring: an hour less"),
        pytest.param((2026, 10, 24, 19), (2026, 10, 25, 4), 9, id="autumn: an hour more"),
        pytest.param((2026, 12, 31, 20), (2027, 1, 1, 4), 8, id="new year"),
    ],
)
def test_a_night_lasts_the_hours_that_pass(
    open_shift: OpenShift, begins: tuple[int, int, int, int], ends: tuple[int, int, int, int], hours: int
) -> None:
    shift = open_shift(begins=datetime(*begins, tzinfo=UTC), ends=datetime(*ends, tzinfo=UTC))  # 21:00-05:00 local
    assert shift.length == timedelta(hours=hours)


def test_only_members_who_write_open_shifts(make_user: MakeUser, open_shift: OpenShift) -> None:
    with pytest.raises(PermissionDenied):
        open_shift(by=joined(make_user(Role.AGENT, "elsewhere"), "desk"))
    with pytest.raises(PermissionDenied):
        open_shift(by=joined(make_user(Role.ANALYST, "reader")))


def test_the_chief_is_of_the_service(make_user: MakeUser, open_shift: OpenShift) -> None:
    with pytest.raises(ValidationError) as refusal:
        open_shift(chief=joined(make_user(Role.AGENT, "elsewhere"), "desk"))
    assert list(refusal.value.message_dict) == ["chief"]


def test_closing_frees_people_and_brings_crews_back(open_shift: OpenShift, chief: User, mate: User) -> None:
    shift = open_shift()
    acts.join(mate, shift, now=NIGHT)
    crew = acts.send_out(chief, shift, "A1", [mate], vehicle="VL 12", now=NIGHT)
    closed = acts.close_shift(chief, shift, word="Surveiller le quai.", now=MORNING)
    crew.refresh_from_db()
    assert (closed.closed_by, closed.word, crew.until) == (chief, "Surveiller le quai.", MORNING)
    assert own_shift(mate) is own_shift(chief) is None


def test_of_two_who_close_at_once_the_second_is_told(open_shift: OpenShift, chief: User, supervisor: User) -> None:
    shift = open_shift()
    acts.close_shift(chief, shift, now=MORNING)
    with pytest.raises(ValidationError, match="anne"):
        acts.close_shift(supervisor, shift, reason="oubliée", now=MORNING)
    assert Shift.objects.get().closed_by == chief


def test_a_supervisor_closes_a_forgotten_shift_with_a_reason(open_shift: OpenShift, supervisor: User) -> None:
    shift = open_shift()
    with pytest.raises(ValidationError) as refusal:
        acts.close_shift(supervisor, shift, now=MORNING)
    assert list(refusal.value.message_dict) == ["reason"]
    closed = acts.close_shift(supervisor, shift, reason="chef rentré malade", now=MORNING + timedelta(days=2))
    assert closed.reason == "chef rentré malade"
    assert closed.until == MORNING + timedelta(hours=2)  # what later shifts wrote is not its own


def test_others_do_not_close_it(open_shift: OpenShift, mate: User, make_user: MakeUser) -> None:
    shift = open_shift()
    with pytest.raises(PermissionDenied):
        acts.close_shift(mate, shift, reason="je peux ?", now=MORNING)
    elsewhere = joined(make_user(Role.SUPERVISOR, "elsewhere"), "desk")
    with pytest.raises(PermissionDenied):
        acts.close_shift(elsewhere, shift, reason="je peux ?", now=MORNING)


def test_a_person_is_in_one_crew_at_a_time(open_shift: OpenShift, chief: User, mate: User) -> None:
    shift = open_shift()
    first = acts.send_out(chief, shift, "A1", [mate], now=NIGHT)
    later = NIGHT + timedelta(hours=1)
    with pytest.raises(ValidationError, match=r"bruno.*A1"):
        acts.send_out(chief, shift, "A2", [mate, chief], now=later)
    acts.bring_back(chief, first, now=later)
    acts.send_out(chief, shift, "A2", [mate, chief], now=later)
    assert [crew.code for crew in Crew.objects.filter(until=None)] == ["A2"]


def test_crews_that_follow_each_other_may_share_people(open_shift: OpenShift, chief: User, mate: User) -> None:
    shift = open_shift()
    eleven = NIGHT + timedelta(hours=2)
    acts.send_out(chief, shift, "A1", [mate], until=eleven, now=NIGHT)
    acts.send_out(chief, shift, "A2", [mate], since=eleven, now=NIGHT)
    assert Crew.objects.count() == 2


def test_a_crew_is_refused_with_its_reason(open_shift: OpenShift, chief: User, mate: User, make_user: MakeUser) -> None:
    shift = open_shift()
    acts.send_out(chief, shift, "A1", [mate], now=NIGHT)
    stranger = joined(make_user(Role.AGENT, "elsewhere"), "desk")
    for code, people, field in (("a1", [chief], "code"), ("A2", [], "people"), ("A2", [stranger], "people")):
        with pytest.raises(ValidationError) as refusal:
            acts.send_out(chief, shift, code, people, now=NIGHT)
        assert list(refusal.value.message_dict) == [field]
    with pytest.raises(ValidationError) as refusal:
        acts.send_out(chief, shift, "A2", [chief], until=NIGHT - timedelta(minutes=1), now=NIGHT)
    assert list(refusal.value.message_dict) == ["until"]


def test_who_is_not_on_the_shift_sends_no_crew(open_shift: OpenShift, mate: User) -> None:
    with pytest.raises(PermissionDenied):
        acts.send_out(mate, open_shift(), "A1", [mate], now=NIGHT)


def test_nobody_joins_a_closed_shift(open_shift: OpenShift, chief: User, mate: User) -> None:
    shift = open_shift()
    acts.close_shift(chief, shift, now=MORNING)
    with pytest.raises(ValidationError):
        acts.join(mate, shift, now=MORNING)
    assert own_shift(mate) is None


def test_joining_twice_is_once(open_shift: OpenShift, mate: User) -> None:
    shift = open_shift()
    assert acts.join(mate, shift, now=NIGHT) == acts.join(mate, shift, now=NIGHT)


def test_two_services_have_their_shifts_at_once(open_shift: OpenShift, make_user: MakeUser) -> None:
    desk = acts.open_shift(
        joined(make_user(Role.AGENT, "elsewhere"), "desk"), service("desk"), Watch.DAY, NIGHT, MORNING, now=NIGHT
    )
    assert open_shift().service != desk.service
