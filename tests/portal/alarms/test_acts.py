"""Acts on alarms: who may, what they change, what they leave, the way back; each with its line in the journal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from tests.portal.alarms.conftest import Ring
from tests.portal.conftest import Lines, MakeUser

from quietude.alarms.api import State
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.alarms import acts
from quietude.portal.alarms.models import Alarm
from quietude.portal.alarms.pulse import stamp

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def alarm(ring: Ring) -> Alarm:
    """Return an alarm that rings."""
    ring(timezone.now())
    return Alarm.objects.get()


@pytest.fixture
def agent(make_user: MakeUser) -> User:
    """Return who takes alarms."""
    return make_user(Role.AGENT)


def state(alarm: Alarm) -> State:
    alarm.refresh_from_db()
    return alarm.standing.state(timezone.now())


def test_who_takes_an_alarm_is_named_and_screens_hear_of_it(alarm: Alarm, agent: User, lines: Lines) -> None:
    before = stamp()
    done = acts.acknowledge(agent, [alarm.key], timezone.now(), said=" je  m'en occupe ")
    assert [each.key for each in done.changed] == [alarm.key]
    assert state(alarm) is State.ACKNOWLEDGED
    assert alarm.taken_by == agent
    assert [(step.what, step.by, step.said) for step in alarm.steps.all()][-1] == (
        "acknowledged", agent, "je m'en occupe",
    )  # fmt: skip
    (line,) = [line for line in lines() if line.detail.get("act") == "alarm_acknowledged"]
    assert line.detail["alarms"] == alarm.key
    assert stamp() != before


def test_the_second_who_takes_it_is_told_and_changes_nothing(alarm: Alarm, agent: User, make_user: MakeUser) -> None:
    other = make_user(Role.AGENT, username="other")
    acts.acknowledge(agent, [alarm.key], timezone.now())
    done = acts.acknowledge(other, [alarm.key], timezone.now())
    assert (done.changed, [each.key for each in done.refused]) == ((), [alarm.key])
    alarm.refresh_from_db()
    assert alarm.taken_by == agent


def test_what_is_set_aside_comes_back_by_itself(alarm: Alarm, agent: User) -> None:
    now = timezone.now()
    acts.shelve(agent, [alarm.key], now, until=now + HOUR, said="fête du quartier")
    assert state(alarm) is State.SHELVED
    assert alarm.standing.state(now + HOUR) is State.UNACKNOWLEDGED
    acts.unshelve(agent, [alarm.key], timezone.now())
    assert state(alarm) is State.UNACKNOWLEDGED


def test_setting_aside_needs_a_reason_and_an_end_within_a_day(alarm: Alarm, agent: User) -> None:
    now = timezone.now()
    with pytest.raises(ValidationError):
        acts.shelve(agent, [alarm.key], now, until=now + HOUR, said=" ")
    done = acts.shelve(agent, [alarm.key], now, until=now + 25 * HOUR, said="travaux")
    assert (len(done.changed), len(done.refused)) == (0, 1)


def test_an_act_is_undone_by_who_did_it_while_nothing_else_became_of_it(
    alarm: Alarm, agent: User, make_user: MakeUser
) -> None:
    other = make_user(Role.AGENT, username="other")
    done = acts.acknowledge(agent, [alarm.key], timezone.now())
    with pytest.raises(PermissionDenied):
        acts.undo(other, done.act, timezone.now())
    assert acts.undo(agent, done.act, timezone.now()) == 1
    assert state(alarm) is State.UNACKNOWLEDGED
    assert alarm.taken_by is None
    assert acts.undo(agent, done.act, timezone.now()) == 0, "once"
    done = acts.acknowledge(agent, [alarm.key], timezone.now())
    acts.comment(other, [alarm.key], timezone.now(), said="vu")
    assert acts.undo(agent, done.act, timezone.now()) == 0
    assert state(alarm) is State.ACKNOWLEDGED


def test_an_old_act_is_not_undone(alarm: Alarm, agent: User) -> None:
    done = acts.acknowledge(agent, [alarm.key], timezone.now())
    assert acts.undo(agent, done.act, timezone.now() + timedelta(minutes=11)) == 0


def test_whoever_only_looks_takes_nothing(alarm: Alarm, make_user: MakeUser) -> None:
    with pytest.raises(PermissionDenied):
        acts.acknowledge(make_user(Role.ANALYST), [alarm.key], timezone.now())
    assert state(alarm) is State.UNACKNOWLEDGED


def test_a_late_fact_rings_again_what_was_taken_and_over(ring: Ring, agent: User) -> None:
    now = timezone.now()
    watch = ring(now - 3 * HOUR + timedelta(minutes=130))
    alarm = Alarm.objects.get()
    acts.acknowledge(agent, [alarm.key], now)
    watch.once(now + 2 * HOUR)
    assert state(alarm) is State.NORMAL
