from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.portal.conftest import MakeUser
from tests.portal.logbook.conftest import desk, joined, said, service
from tests.portal.shifts.conftest import MORNING, NIGHT, Logged, OpenShift

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.logbook import acts as entries
from quietude.portal.logbook import following
from quietude.portal.logbook.models import Entry, State
from quietude.portal.logbook.reading import Reader, reader_of
from quietude.portal.rights.standing import standing_of
from quietude.portal.shifts import acts, instructions
from quietude.portal.shifts.handover import handover_of, taken_over

pytestmark = pytest.mark.django_db


def reader(user: User) -> Reader:
    return reader_of(user, standing_of(user))


def test_entries_of_the_shift_that_nothing_followed_are_listed(
    open_shift: OpenShift, logged: Logged, chief: User
) -> None:
    shift = open_shift()
    forgotten, closed, asked = logged(), logged(60), logged(90)
    before, after = logged(-30), logged(11 * 60)
    entries.settle(chief, closed, State.CLOSED)
    following.follow_up(chief, asked, "Repasser")
    entries.strike(chief, logged(95), reason="doublon")
    found = handover_of(shift, reader(chief), MORNING)
    assert list(found.forgotten) == [forgotten]
    assert before.state == after.state == State.OPEN


def test_follow_ups_are_listed_when_their_time_comes(open_shift: OpenShift, logged: Logged, chief: User) -> None:
    shift, entry = open_shift(), logged()
    late = following.follow_up(chief, entry, "Rappeler", due_at=MORNING - timedelta(hours=1), now=NIGHT)
    soon = following.follow_up(chief, entry, "Repasser", due_at=MORNING + timedelta(hours=6), now=NIGHT)
    following.follow_up(chief, entry, "Revoir", due_at=MORNING + timedelta(days=3), now=NIGHT)
    done = following.follow_up(chief, entry, "Vu", due_at=MORNING, now=NIGHT)
    following.finish(chief, done, outcome="fait", now=NIGHT)
    found = handover_of(shift, reader(chief), MORNING)
    assert [(each.follow_up, each.is_overdue) for each in found.due] == [(late, True), (soon, False)]


def test_what_another_logbook_asks_of_the_service_is_handed_over_without_its_entry(
    open_shift: OpenShift, chief: User, make_user: MakeUser
) -> None:
    clerk = joined(make_user(Role.AGENT, "clerk"), "desk")
    content = said(occurred_at=NIGHT, fields={"channel": "accueil"})
    entry = entries.write(clerk, desk(), content, key=uuid4(), now=NIGHT)
    Entry.objects.update(sensitivity="restricted")
    soon = following.follow_up(clerk, entry, "Passer", service="police", due_at=MORNING, now=NIGHT)
    far = MORNING + timedelta(days=3)
    told = [NIGHT + timedelta(hours=1)]
    later = following.follow_up(clerk, entry, "Revoir", service="police", due_at=far, remind_at=told, now=NIGHT)
    following.follow_up(clerk, entry, "Écrire", service="desk", due_at=MORNING, now=NIGHT)
    found = handover_of(open_shift(), reader(chief), MORNING)
    assert [each.follow_up for each in found.due] == [soon, later]
    assert not reader(chief).entries().filter(pk=entry.pk).exists()


def test_the_next_shift_finds_what_was_left(
    open_shift: OpenShift, logged: Logged, chief: User, supervisor: User, mate: User
) -> None:
    shift, entry = open_shift(), logged()
    told = instructions.write(supervisor, service("police"), "Rodéos", now=NIGHT)
    acts.close_shift(chief, shift, word="Voir le quai.", now=MORNING)
    found = taken_over(service("police"), reader(mate), MORNING)
    assert (found.before, list(found.forgotten), list(found.instructions)) == (shift, [entry], [told])
    assert found.before is not None
    assert found.before.word == "Voir le quai."


def test_shifts_that_nobody_closed_are_named(open_shift: OpenShift, chief: User, mate: User) -> None:
    forgotten = open_shift()
    next_one = open_shift(by=mate, begins=NIGHT + timedelta(days=1), ends=MORNING + timedelta(days=1))
    found = handover_of(next_one, reader(chief), MORNING + timedelta(days=1))
    assert list(found.unclosed) == [forgotten]


def test_a_reader_of_another_service_is_handed_no_entry(
    open_shift: OpenShift, logged: Logged, make_user: MakeUser
) -> None:
    shift = open_shift()
    logged(regime="TITRE_III", category="violence.assault")
    stranger = joined(make_user(Role.AGENT, "elsewhere"), "desk")
    assert handover_of(shift, reader(stranger), MORNING).forgotten == ()


def test_nothing_open_is_said_so(open_shift: OpenShift, chief: User) -> None:
    assert handover_of(open_shift(), reader(chief), MORNING).is_empty
