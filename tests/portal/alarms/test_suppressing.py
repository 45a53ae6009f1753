"""Set aside by design: nothing of it rings, all of it is there to be seen, and it ends by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from tests.portal.alarms.conftest import Ring
from tests.portal.conftest import Lines, MakeUser, SignIn

from quietude.alarms.api import State
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.alarms import suppressing
from quietude.portal.alarms.models import Alarm, RuleOutage, Suppression

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
RULE = "noise_in_a_quarter"


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def chief(make_user: MakeUser) -> User:
    """Return who sets aside by design."""
    return make_user(Role.SUPERVISOR)


def state(at: datetime) -> State:
    return Alarm.objects.get().standing.state(at)


def planned(by: User, now: datetime, **fields: object) -> Suppression:
    said = {"reason": "Fête", "zones": ["quarter:port"], "begins_at": now - HOUR, "ends_at": now + HOUR}
    return suppressing.plan(by, Suppression(**(said | fields)), now)


@pytest.mark.parametrize("zones", [["quarter:port"], ["district:west"], []])
def test_what_is_raised_during_an_event_never_rings_and_comes_back_with_its_end(
    ring: Ring, chief: User, now: datetime, zones: list[str]
) -> None:
    planned(chief, now, zones=zones, rules=[RULE])
    watch = ring(now)
    assert state(now) is State.SUPPRESSED
    watch.once(now + HOUR - timedelta(seconds=1))
    assert state(now) is State.SUPPRESSED
    watch.once(now + HOUR)
    assert state(now + HOUR) is State.UNACKNOWLEDGED
    assert [step.what for step in Alarm.objects.get().steps.all()] == ["raised", "released"]


@pytest.mark.parametrize("fields", [{"zones": ["quarter:halles"]}, {"zones": [], "rules": ["other"]}])
def test_an_event_elsewhere_sets_nothing_aside(
    ring: Ring, chief: User, now: datetime, fields: dict[str, object]
) -> None:
    planned(chief, now, **fields)
    ring(now)
    assert state(now) is State.UNACKNOWLEDGED


def test_what_stands_already_is_set_aside_and_what_was_over_meanwhile_calls_for_nobody(
    ring: Ring, chief: User, now: datetime, lines: Lines
) -> None:
    watch = ring(now)
    made = planned(chief, now, ends_at=now + 5 * HOUR)
    assert state(now) is State.SUPPRESSED
    watch.once(now + 3 * HOUR)
    assert state(now) is State.SUPPRESSED
    suppressing.end_plan(chief, made, now + 4 * HOUR)
    assert state(now + 4 * HOUR) is State.NORMAL
    acts = [line.detail["act"] for line in lines() if "suppression" in line.detail.get("act", "")]
    assert acts == ["suppression_planned", "suppression_ended"]


def test_a_rule_out_of_service_rings_nothing_until_it_is_back(ring: Ring, chief: User, now: datetime) -> None:
    made = suppressing.take_out(chief, RuleOutage(rule=RULE, reason="capteur", ends_at=now + HOUR), now)
    ring(now)
    assert state(now) is State.OUT_OF_SERVICE
    with pytest.raises(ValidationError):
        suppressing.take_out(chief, RuleOutage(rule=RULE, reason="capteur", ends_at=now + HOUR), now)
    suppressing.put_back(chief, made, now + timedelta(minutes=1))
    assert state(now) is State.UNACKNOWLEDGED


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"zones": [], "rules": []}, id="on-everything"),
        pytest.param({"ends_at": datetime(2020, 1, 1, tzinfo=timezone.get_default_timezone())}, id="past"),
        pytest.param({"reason": ""}, id="without-a-reason"),
        pytest.param({"begins_at": datetime(2020, 1, 1, tzinfo=timezone.get_default_timezone())}, id="too-long"),
    ],
)
def test_what_makes_no_sense_is_refused(chief: User, now: datetime, fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        planned(chief, now, **fields)
    assert not Suppression.objects.exists()


def test_an_agent_sees_it_and_sets_nothing_aside_by_design(make_user: MakeUser, now: datetime, sign_in: SignIn) -> None:
    with pytest.raises(PermissionDenied):
        planned(make_user(Role.AGENT, "other"), now)
    agent = sign_in(Role.AGENT)
    assert "Ajouter un événement" not in agent.get("/alarms/suppression/").content.decode()
    assert agent.post("/alarms/suppression/plan/", {}).status_code == 403


def test_a_supervisor_does_it_from_the_page_and_all_see_it(ring: Ring, now: datetime, sign_in: SignIn) -> None:
    ring(now)
    chief = sign_in(Role.SUPERVISOR)
    local = timezone.localtime
    said = {
        "reason": "Fête du port", "zones": ["quarter:port"], "begins_at": f"{local(now) - 2 * HOUR:%Y-%m-%dT%H:%M}",
        "ends_at": f"{local(now) + 12 * HOUR:%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    assert "Choisissez des règles" in chief.post("/alarms/suppression/plan/", said | {"zones": []}).content.decode()
    shown = chief.post("/alarms/suppression/plan/", said, follow=True).content.decode()
    assert "Fête du port" in shown
    tray = chief.get("/alarms/?show=suppressed").content.decode()
    assert "Bruit répété" in tray
    assert "Fête du port" in tray
    assert "Rien ne sonne" in chief.get("/alarms/").content.decode()
    out = {"rule": RULE, "reason": "capteur en panne", "ends_at": said["ends_at"]}
    chief.post("/alarms/suppression/rules/", out)
    assert "1 règle est hors service" in chief.get("/alarms/").content.decode()
    chief.post(f"/alarms/suppression/rules/{RuleOutage.objects.get().pk}/end/")
    chief.post(f"/alarms/suppression/plan/{Suppression.objects.get().pk}/end/")
    shown = chief.get("/alarms/").content.decode()
    assert "hors service" not in shown
    assert "Bruit répété" in shown
