"""Services are made, changed, closed, reopened; persons join and leave: each by right, each with its line."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.portal.conftest import Lines, MakeUser
from tests.portal.services.conftest import OPENED, MakeService

from quietude.journal.api import operator
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.services import actions
from quietude.portal.services.api import main_service_of, services_of
from quietude.portal.services.models import Membership, Service
from quietude.portal.town import town_day

TODAY = town_day(timezone.now())
YESTERDAY = TODAY - timedelta(days=1)


def joined(person: User, service: Service, *, since: date = OPENED, **fields: object) -> Membership:
    return actions.join(None, Membership(person=person, service=service, since=since, **fields))


def codes(person: User) -> list[str]:
    return [service.code for service in services_of(person, timezone.now())]


@pytest.mark.parametrize("code", ["", "New code", "new", "-x", "Été", "x/y", "x" * 41])
def test_a_code_that_addresses_could_not_hold_is_refused(make_service: MakeService, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        make_service(code)
    assert "code" in refused.value.message_dict


def test_a_service_cannot_be_part_of_itself_even_from_afar(make_service: MakeService) -> None:
    police = make_service("pm")
    night = make_service("pm-night", make_service("pm-centre", police))
    police.parent = night
    with pytest.raises(ValidationError):
        actions.keep_service(None, police)


def test_only_whoever_manages_accounts_keeps_services(make_user: MakeUser, make_service: MakeService) -> None:
    service, agent, other = make_service("pm"), make_user(Role.AGENT), make_user(Role.ANALYST)
    membership = joined(other, service)
    acts = (
        lambda: actions.keep_service(agent, service),
        lambda: actions.close_service(agent, service, TODAY),
        lambda: actions.reopen_service(agent, service),
        lambda: actions.join(agent, Membership(person=agent, service=service, since=TODAY)),
        lambda: actions.leave(agent, membership, TODAY),
        lambda: actions.make_main(agent, membership),
    )
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()
    assert codes(other) == ["pm"]


def test_every_act_leaves_its_line(make_user: MakeUser, make_service: MakeService, lines: Lines) -> None:
    keeper, agent = make_user(Role.ADMINISTRATOR), make_user(Role.AGENT)
    before = len(lines())
    service = make_service("pm")
    actions.keep_service(keeper, service)
    membership = actions.join(keeper, Membership(person=agent, service=service, since=TODAY))
    actions.make_main(keeper, membership)
    actions.leave(keeper, membership, TODAY)
    actions.close_service(keeper, service, TODAY)
    actions.reopen_service(keeper, service)
    written = lines()[before:]
    said = [line.detail["act"] for line in written]
    assert said == ["made", "changed", "joined", "main", "left", "closed", "reopened"]
    assert [line.to_whom for line in written][2:5] == [f"user:{agent.pk}"] * 3
    assert {line.who for line in written} == {operator(), f"user:{keeper.pk}"}


def test_a_service_closes_after_its_parts_and_reopens_before_them(make_service: MakeService) -> None:
    police = make_service("pm")
    centre = make_service("pm-centre", police)
    with pytest.raises(ValidationError, match="pm-centre"):
        actions.close_service(None, police, YESTERDAY)
    actions.close_service(None, centre, YESTERDAY)
    actions.close_service(None, police, YESTERDAY)
    centre.refresh_from_db()
    with pytest.raises(ValidationError, match="pm"):
        actions.reopen_service(None, centre)


def test_a_closed_service_has_no_members_and_gets_them_back(make_user: MakeUser, make_service: MakeService) -> None:
    agent, service = make_user(Role.AGENT), make_service("pm")
    joined(agent, service)
    actions.close_service(None, service, YESTERDAY)
    assert codes(agent) == []
    with pytest.raises(ValidationError):
        joined(make_user(Role.ANALYST), service)
    actions.reopen_service(None, service)
    assert codes(agent) == ["pm"]


def test_a_service_cannot_close_before_it_opened(make_service: MakeService) -> None:
    service = make_service("pm")
    with pytest.raises(ValidationError):
        actions.close_service(None, service, OPENED - timedelta(days=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Service.objects.filter(pk=service.pk).update(closed_on=OPENED - timedelta(days=1))


def test_the_first_service_is_the_main_one_and_there_is_only_one(
    make_user: MakeUser, make_service: MakeService
) -> None:
    agent = make_user(Role.AGENT)
    first = joined(agent, make_service("video"))
    joined(agent, make_service("pm"))
    assert codes(agent) == ["video", "pm"]
    joined(agent, make_service("desk"), is_main=True)
    assert codes(agent)[0] == "desk"
    actions.make_main(None, first)
    assert codes(agent)[0] == "video"
    assert Membership.objects.filter(person=agent, is_main=True).count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(person=agent).update(is_main=True)


def test_without_a_main_service_the_one_joined_first_stands_for_it(
    make_user: MakeUser, make_service: MakeService
) -> None:
    agent = make_user(Role.AGENT)
    main = joined(agent, make_service("video"))
    joined(agent, make_service("pm"), since=date(2021, 1, 1))
    joined(agent, make_service("desk"), since=date(2022, 1, 1))
    actions.leave(None, main, YESTERDAY)
    found = main_service_of(agent, timezone.now())
    assert found is not None
    assert found.code == "pm"


@pytest.mark.parametrize(
    ("since", "until", "named"),
    [
        pytest.param(date(2026, 2, 1), date(2026, 1, 1), "until", id="upside-down"),
        pytest.param(OPENED - timedelta(days=1), None, "since", id="before-the-service"),
        pytest.param(date(2021, 6, 1), None, "service", id="twice"),
        pytest.param(date(2020, 6, 1), date(2021, 1, 1), "service", id="twice-on-the-edge"),
    ],
)
def test_days_that_cannot_be_are_refused(
    make_user: MakeUser, make_service: MakeService, since: date, until: date | None, named: str
) -> None:
    agent, service = make_user(Role.AGENT), make_service("pm")
    joined(agent, service, since=date(2021, 1, 1))
    with pytest.raises(ValidationError) as refused:
        joined(agent, service, since=since, until=until)
    assert named in refused.value.message_dict


def test_whoever_left_may_come_back(make_user: MakeUser, make_service: MakeService) -> None:
    agent, service = make_user(Role.AGENT), make_service("pm")
    actions.leave(None, joined(agent, service), YESTERDAY)
    assert codes(agent) == []
    joined(agent, service, since=TODAY)
    assert codes(agent) == ["pm"]


def test_a_membership_to_come_is_cancelled_and_never_holds(make_user: MakeUser, make_service: MakeService) -> None:
    agent = make_user(Role.AGENT)
    membership = joined(agent, make_service("pm"), since=TODAY + timedelta(days=30))
    actions.leave(None, membership, TODAY)
    assert services_of(agent, timezone.now() + timedelta(days=31)) == ()
    with pytest.raises(ValidationError):
        actions.leave(None, membership, TODAY)


def test_nobody_decides_their_own_services(make_user: MakeUser, make_service: MakeService) -> None:
    keeper, service = make_user(Role.ADMINISTRATOR), make_service("pm")
    with pytest.raises(ValidationError):
        actions.join(keeper, Membership(person=keeper, service=service, since=TODAY))
    assert codes(keeper) == []


def test_a_closed_account_joins_nothing(make_user: MakeUser, make_service: MakeService) -> None:
    agent, service = make_user(Role.AGENT, is_active=False), make_service("pm")
    with pytest.raises(ValidationError):
        joined(agent, service)
