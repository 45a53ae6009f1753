from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from tests.portal.conftest import Lines, MakeUser
from tests.portal.logbook.conftest import joined, service
from tests.portal.shifts.conftest import NIGHT, OpenShift

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.shifts import instructions
from quietude.portal.shifts.duty import unread_by
from quietude.portal.shifts.models import Acknowledgement, Instruction

pytestmark = pytest.mark.django_db


def told(by: User, text: str = "Rodéos quai du Port.", **said: object) -> Instruction:
    return instructions.write(by, service("police"), text, now=NIGHT, **said)  # type: ignore[arg-type]


def test_an_instruction_is_unread_until_it_is_acknowledged(supervisor: User, mate: User, lines: Lines) -> None:
    made = told(supervisor)
    assert (list(unread_by(mate, NIGHT)), list(unread_by(supervisor, NIGHT))) == ([made], [])
    instructions.acknowledge(mate, made, now=NIGHT)
    instructions.acknowledge(mate, made, now=NIGHT + timedelta(hours=1))
    assert not unread_by(mate, NIGHT)
    assert Acknowledgement.objects.get(person=mate).at == NIGHT
    assert [line.detail["act"] for line in lines()].count("instruction_read") == 1


def test_priority_ones_come_first(supervisor: User, mate: User) -> None:
    plain, urgent = told(supervisor), told(supervisor, "Personne disparue.", is_priority=True)
    assert list(unread_by(mate, NIGHT)) == [urgent, plain]


def test_who_has_read_and_who_has_not(supervisor: User, chief: User, mate: User) -> None:
    made = told(supervisor)
    instructions.acknowledge(mate, made, now=NIGHT)
    have, missing = instructions.readers(made, NIGHT)
    assert ([each.person for each in have], missing) == ([supervisor, mate], [chief])


def test_past_its_date_or_withdrawn_it_is_in_force_for_nobody(supervisor: User, mate: User) -> None:
    dated, dropped = told(supervisor, until=NIGHT + timedelta(hours=1)), told(supervisor)
    instructions.withdraw(supervisor, dropped, now=NIGHT)
    assert list(unread_by(mate, NIGHT)) == [dated]
    assert not unread_by(mate, NIGHT + timedelta(hours=1))
    with pytest.raises(PermissionDenied):
        instructions.acknowledge(mate, dropped, now=NIGHT)


def test_agents_give_none_but_the_chief_of_an_open_shift_does(open_shift: OpenShift, chief: User, mate: User) -> None:
    with pytest.raises(PermissionDenied):
        told(chief)
    open_shift()
    assert told(chief).written_by == chief
    with pytest.raises(PermissionDenied):
        told(mate)


def test_another_service_neither_gives_nor_reads_them(supervisor: User, make_user: MakeUser) -> None:
    made, stranger = told(supervisor), joined(make_user(Role.SUPERVISOR, "elsewhere"), "desk")
    assert not unread_by(stranger, NIGHT)
    with pytest.raises(PermissionDenied):
        instructions.acknowledge(stranger, made, now=NIGHT)
    with pytest.raises(PermissionDenied):
        instructions.withdraw(stranger, made, now=NIGHT)
    with pytest.raises(PermissionDenied):
        told(stranger)


def test_an_instruction_without_words_or_already_past_is_refused(supervisor: User) -> None:
    with pytest.raises(ValidationError):
        told(supervisor, "   ")
    with pytest.raises(ValidationError) as refusal:
        told(supervisor, until=NIGHT)
    assert list(refusal.value.message_dict) == ["until"]
    assert not Instruction.objects.exists()
