"""Every address of the portal, against every role and method: whoever lacks the right is refused. Generated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter
from tests.portal.conftest import MakeUser

from quietude.portal.accounts.access import Access
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import RIGHTS, Right, Role

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Route:
    """One address with made-up arguments, and the view behind it."""

    name: str
    pattern: str
    address: str
    view: Any


def routes(resolver: URLResolver | None = None, start: str = "/", names: str = "") -> Iterator[Route]:
    """Yield every route of the portal."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            namespace = f"{names}{entry.namespace}:" if entry.namespace else names
            yield from routes(entry, start + str(entry.pattern), namespace)
        elif isinstance(entry, URLPattern):
            pattern = address = start + str(entry.pattern)
            for name, converter in entry.pattern.converters.items():
                value = "1" if isinstance(converter, IntConverter) else "x"
                address = address.replace(f"<{type_of(entry, name)}{name}>", value)
            yield Route(f"{names}{entry.name}", pattern, address, entry.callback)


def type_of(entry: URLPattern, name: str) -> str:
    """Return "int:" of "<int:z>", or "" of "<z>"."""
    return str(entry.pattern).split(f"{name}>")[0].rpartition("<")[2]


ROUTES = sorted(routes(), key=lambda route: route.name)


def access_of(route: Route) -> Access:
    found: Access = route.view.access
    return found


CLOSED = [route for route in ROUTES if getattr(route.view, "access", None) and route.view.access.right is not None]


def test_there_are_routes_and_their_addresses_lead_to_them() -> None:
    assert len(ROUTES) > 15
    assert not [route for route in ROUTES if "<" in route.address]
    assert not [route for route in ROUTES if get_resolver().resolve(route.address).func is not route.view]


def test_every_view_declares_the_right_it_needs() -> None:
    for route in ROUTES:
        access = getattr(route.view, "access", None)
        assert isinstance(access, Access), f"{route.address}: decorate the view with @requires or @open_to_all"
        assert access.right is not None or len(access.reason) > 10, f"{route.address}: say why it is open to all"


def test_only_these_are_open_to_all() -> None:
    open_routes = {route.name for route in ROUTES if access_of(route).right is None}
    assert open_routes == {
        "accessibility",
        "video_gate:public",
        "situations:invited",
        "situations:shared",
        "offline:manifest",
        "offline:worker",
        "account_login",
        "mfa_authenticate",
        "account_logout",
        "preferences",
        "alive",
        "ready",
        "oidc:start",
        "oidc:callback",
        "oidc:ended",
        "flows:webhook",
    }


PAGES = [route for route in CLOSED if access_of(route).answers == "page"]
DATA = [route for route in CLOSED if access_of(route).answers == "data"]


def answers_of(client: Client, route: Route) -> set[int]:
    """Return the statuses with which an address answers each method: a page is asked for once, as a reader would."""
    forms = ("text/html", *["application/json"] * (len(METHODS) - 1))
    return {
        getattr(client, method)(route.address, headers={"accept": form}).status_code
        for method, form in zip(METHODS, forms, strict=True)
    }


@pytest.mark.django_db
def test_strangers_are_sent_to_sign_in_whatever_the_method() -> None:
    for route in PAGES:
        answers = [getattr(Client(), method)(route.address) for method in METHODS]
        assert {answer.status_code for answer in answers} in ({302}, {302, 405}), route
        sent = [answer["Location"] for answer in answers if answer.status_code == 302]
        assert all(address.startswith("/sign-in/?next=") for address in sent), route


@pytest.mark.django_db
def test_strangers_get_no_data_whatever_the_method() -> None:
    for route in DATA:
        answers = [getattr(Client(), method)(route.address) for method in METHODS]
        assert {answer.status_code for answer in answers} in ({401}, {401, 405}), route
        assert all("error" in answer.json() for answer in answers if answer.status_code == 401), route


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_whoever_lacks_the_right_is_refused_whatever_the_method(role: Role, make_user: MakeUser) -> None:
    """One account of each role asks for all that it may not: a thousand accounts would be refused no better."""
    client = Client()
    client.force_login(make_user(role))
    lacking = [route for route in CLOSED if access_of(route).right not in RIGHTS[role]]
    assert lacking
    told = {route.name: answers_of(client, route) for route in lacking}
    assert {name: answers for name, answers in told.items() if answers not in ({403}, {403, 405})} == {}


@pytest.mark.django_db
def test_a_closed_account_is_a_stranger(make_user: MakeUser) -> None:
    user = make_user(Role.DATA_MANAGER)
    for route in CLOSED:
        User.objects.filter(pk=user.pk).update(is_active=True)
        client = Client()
        client.force_login(user)
        User.objects.filter(pk=user.pk).update(is_active=False)
        assert answers_of(client, route) <= {302, 401, 405}, route


def documented() -> dict[str, str]:
    """Return the addresses of docs/portal.md, arguments without their names, with the right that the page states."""
    page = (Path(__file__).parents[2] / "docs" / "portal.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`/.*?) \| (.*?) \|", page, flags=re.MULTILINE)
    return {re.sub(r"<\w+>", "<>", address): right for cell, right in rows for address in re.findall(r"`(.*?)`", cell)}


def test_every_address_is_documented_with_its_right() -> None:
    stated = documented()
    true = {re.sub(r"<[^>]*>", "<>", route.pattern): access_of(route).right or "open to all" for route in ROUTES}
    assert stated == true


def test_every_right_is_needed_somewhere_and_every_role_has_some() -> None:
    needed = {access_of(route).right for route in CLOSED}
    assert needed >= set(Right) - {Right.EXPORT}
    assert all(RIGHTS[role] for role in Role)


def test_no_role_both_runs_accounts_and_reads_single_facts() -> None:
    assert not [role for role in Role if {Right.MANAGE_USERS, Right.READ_FACT} <= RIGHTS[role]]


def test_scripts_are_refused_without_a_page() -> None:
    route = next(route for route in CLOSED if access_of(route).answers == "page")
    request = RequestFactory().get(route.address, HTTP_HX_REQUEST="true")
    request.user = AnonymousUser()
    assert route.view(request).status_code == 401
