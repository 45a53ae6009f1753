"""Pages that rules name are pages of the portal, and lead only where the reader may go."""

from __future__ import annotations

import pytest
from tests.portal.conftest import MakeUser

from quietude.portal.accounts.roles import Role
from quietude.portal.rules.pages import address_for, patterns
from quietude.rulebook.api import absences, checkout, load_rulebook


@pytest.mark.parametrize(
    ("name", "pattern"),
    [("home", "/"), ("catalogue:source", "/sources/<name>/"), ("explore:tile", "/explore/tiles/<z>/<x>/<y>.mvt")],
)
def test_a_name_has_its_namespace_and_the_form_of_its_address(name: str, pattern: str) -> None:
    assert patterns()[name] == pattern


def test_whatever_the_delivered_rulebook_names_exists() -> None:
    assert absences(load_rulebook(), root=checkout(), pages=set(patterns())) == []


@pytest.mark.parametrize(
    ("name", "role", "address"),
    [
        pytest.param("users", Role.ADMINISTRATOR, "/users/", id="with-the-right"),
        pytest.param("users", Role.AGENT, None, id="without-the-right"),
        pytest.param("account_login", Role.AGENT, "/sign-in/", id="open-to-all"),
        pytest.param("catalogue:source", Role.DATA_MANAGER, None, id="needs-more-than-its-name"),
    ],
)
def test_a_page_has_an_address_for_those_who_may_open_it(
    make_user: MakeUser, name: str, role: Role, address: str | None
) -> None:
    assert address_for(name, make_user(role)) == address
