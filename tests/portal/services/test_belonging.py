"""Who belongs to which service at a moment: what logbooks, shifts and follow-ups ask."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.portal.conftest import MakeUser
from tests.portal.services.conftest import MakeService

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.services import actions
from quietude.portal.services.api import belongs, members_of, open_services, services_of
from quietude.portal.services.belonging import names_by_person, parts_of
from quietude.portal.services.models import Membership, Service

NOON = datetime(2026, 6, 17, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "held"),
    [
        pytest.param(datetime(2026, 6, 9, 21, 59, tzinfo=UTC), False, id="minute-before-midnight-there"),
        pytest.param(datetime(2026, 6, 9, 22, 0, tzinfo=UTC), True, id="midnight-there"),
        pytest.param(datetime(2026, 6, 20, 21, 59, tzinfo=UTC), True, id="last-minute-of-the-last-day"),
        pytest.param(datetime(2026, 6, 20, 22, 0, tzinfo=UTC), False, id="day-after"),
    ],
)
def test_days_are_those_of_the_town(make_user: MakeUser, make_service: MakeService, at: datetime, held: bool) -> None:
    agent, service = make_user(Role.AGENT), make_service("pm")
    days = {"since": date(2026, 6, 10), "until": date(2026, 6, 20)}
    actions.join(None, Membership(person=agent, service=service, **days))
    assert services_of(agent, at) == ((service,) if held else ())
    assert list(members_of(service, at)) == ([agent] if held else [])


@pytest.fixture
def police(make_user: MakeUser, make_service: MakeService) -> tuple[Service, Service, User]:
    """Return a service, a part of a part of it, and a person who belongs to the latter."""
    top = make_service("pm")
    night = make_service("pm-night", make_service("pm-centre", top))
    agent = make_user(Role.AGENT)
    actions.join(None, Membership(person=agent, service=night, since=date(2026, 1, 1)))
    return top, night, agent


def test_members_of_the_parts_are_found_where_asked(police: tuple[Service, Service, User]) -> None:
    top, night, agent = police
    assert list(members_of(top, NOON)) == []
    assert list(members_of(top, NOON, within=True)) == [agent]
    assert (belongs(agent, night, NOON), belongs(agent, top, NOON), belongs(agent, top, NOON, within=True)) == (
        True, False, True,
    )  # fmt: skip


def test_a_closed_account_is_a_member_only_of_what_was(police: tuple[Service, Service, User]) -> None:
    _top, night, agent = police
    agent.is_active = False
    agent.save()
    assert list(members_of(night, NOON)) == []
    assert services_of(agent, NOON) == ()
    assert list(members_of(night, NOON, closed_too=True)) == [agent]


def test_a_closed_service_is_open_in_the_past(make_service: MakeService) -> None:
    service = make_service("pm")
    actions.close_service(None, service, date(2026, 6, 16))
    assert list(open_services(NOON)) == []
    assert list(open_services(datetime(2026, 6, 16, 12, tzinfo=UTC))) == [service]


def test_a_whole_list_is_named_by_one_question(
    make_user: MakeUser, make_service: MakeService, django_assert_num_queries: object
) -> None:
    people = [make_user(Role.AGENT, username=f"a{number}") for number in range(4)]
    first, second = make_service("pm"), make_service("video")
    for person in people:
        for service in (first, second):
            actions.join(None, Membership(person=person, service=service, since=date(2026, 1, 1)))
    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's own
        names = names_by_person(people, NOON, "fr")
    assert names == {person.pk: ["Service pm", "Service video"] for person in people}


@pytest.mark.django_db
@settings(max_examples=25)
@given(parents=st.lists(st.integers(-1, 5), min_size=6, max_size=6))
def test_the_parts_of_a_service_are_those_that_lead_up_to_it(parents: list[int]) -> None:
    Service.objects.update(parent=None)
    Service.objects.all().delete()
    made: list[Service] = []
    for number, parent in enumerate(parents):
        above = made[parent] if 0 <= parent < number else None
        made.append(Service.objects.create(code=f"s{number}", kind="desk", parent=above, opened_on=date(2020, 1, 1)))

    def leads_to(service: Service | None, top: Service) -> bool:
        return service is not None and (service.pk == top.pk or leads_to(service.parent, top))

    for top in made:
        assert parts_of(top) == {each.pk for each in made if leads_to(each.parent, top)}
