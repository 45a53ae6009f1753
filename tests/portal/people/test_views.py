"""The list of accounts: all of them, or those of a service, a role, a name."""

from __future__ import annotations

from datetime import date

import pytest
from tests.portal.conftest import MakeUser, SignIn

from quietude.portal.accounts.roles import Role
from quietude.portal.services.models import Membership, Service


@pytest.fixture
def peopled(make_user: MakeUser) -> Service:
    """Return a service with a part; one agent belongs to the part, an analyst to neither."""
    top = Service.objects.create(code="pm", title_fr="Police", kind="municipal_police", opened_on=date(2020, 1, 1))
    part = Service.objects.create(
        code="pm-nuit", title_fr="Nuit", kind="municipal_police", opened_on=date(2020, 1, 1), parent=top
    )
    agent = make_user(Role.AGENT, full_name="Camille Roux")
    make_user(Role.ANALYST, full_name="Dominique Blanc")
    Membership.objects.create(person=agent, service=part, since=date(2026, 1, 1))
    return top


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("", {"administrator", "agent", "analyst"}, id="all"),
        pytest.param("service=pm", {"agent"}, id="part-of-the-service"),
        pytest.param("service=pm-nuit", {"agent"}, id="service"),
        pytest.param("service=unknown", {"administrator", "agent", "analyst"}, id="unknown-service"),
        pytest.param("role=analyst", {"analyst"}, id="role"),
        pytest.param("role=emperor", {"administrator", "agent", "analyst"}, id="unknown-role"),
        pytest.param("who=blanc", {"analyst"}, id="name"),
        pytest.param("who=blanc&service=pm", set(), id="none"),
        pytest.param("who=%00", set(), id="nought"),
    ],
)
def test_the_list_shows_whom_it_was_asked_for(sign_in: SignIn, peopled: Service, query: str, found: set[str]) -> None:
    answer = sign_in(Role.ADMINISTRATOR).get(f"/users/?{query}")
    rows = answer.context["rows"] if answer.status_code == 200 else []
    assert {person.username for person, _services in rows} == found


def test_the_list_names_the_services(sign_in: SignIn, peopled: Service) -> None:
    page = sign_in(Role.ADMINISTRATOR).get("/users/").content.decode()
    assert "<div>Nuit</div>" in page
