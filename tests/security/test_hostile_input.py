"""Every address and every parameter it reads, against what attackers send: no failure of ours, nothing shown raw.

An address meets a third of the kinds, the next one another third, in its query or as a form; with QUIETUDE_HOSTILE=all
(`make security`) each meets all of them, both ways.
"""

from __future__ import annotations

import ast
import os
import re
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.portal.conftest import SignIn
from tests.portal.test_access import ROUTES
from tests.security.conftest import Walk
from tests.security.pages import ROLES, address_of, role_for
from tests.test_architecture import parsed, python_files

from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.store.api import Store

ALL = os.environ.get("QUIETUDE_HOSTILE") == "all"
SHARES = 2
"""Into how many tests a role's addresses are parted."""
MARKUP = "\"'><svg onload=alert(1)>"
HOSTILE = {
    "markup": MARKUP,
    "sql": "' OR '1'='1' --",
    "a second statement of sql": "1); DROP TABLE accounts_user; --",
    "sql in a filter": "nature:bruit' UNION SELECT password FROM accounts_user --",
    "template": "{{ 7191 * 7193 }}{% debug %}${7191*7193}",
    "path": "../../../../etc/passwd",
    "header": "x\r\nSet-Cookie: a=b",
    "nought": "a\x00b",
    "large number": "9" * 400,
    "infinity": "-1e309",
    "long": "a" * 5000,
    "unicode": "\ud7ff\u202e\ufdfd\U0001f4a3",
}
COMPUTED = str(7191 * 7193)


def parameters() -> list[str]:
    """Return the names of all parameters that the code reads from addresses and forms."""
    names = {"q", "page", "next", "filter"}
    for path in python_files("src/quietude/portal"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and re.search(r"\b(GET|POST)\.(get|getlist)\(", ast.unparse(node)):
                names |= {str(part.value) for part in node.args[:1] if isinstance(part, ast.Constant)}
    return sorted(names)


PARAMETERS = parameters()


def test_the_parameters_are_read_from_the_code() -> None:
    assert {"view", "next"} <= set(PARAMETERS)
    assert len(PARAMETERS) > 8


def fault(answer: Any) -> str:
    """Return what is wrong with an answer to hostile input, "" when nothing is."""
    shown = answer.content.decode() if answer.headers.get("Content-Type", "").startswith("text/html") else ""
    if answer.status_code >= 500:
        return f"status {answer.status_code}"
    if "a" in answer.cookies:
        return "a header was planted"
    return next((f"shows {word}" for word in ("<svg onload", COMPUTED, "root:x:0") if word in shown), "")


@pytest.mark.parametrize("turn", range(SHARES))
@pytest.mark.parametrize("role", ROLES)
def test_no_parameter_breaks_an_address(role: Role | None, turn: int, event: str, walk: Walk) -> None:
    accounts = User.objects.count
    faults = {}
    for number, (route, client) in enumerate(walk(role)):
        if route.name == "ready" or number % SHARES != turn:
            continue
        there = accounts()
        for place, (kind, hostile) in enumerate(HOSTILE.items(), start=number):
            if place % (1 if ALL else 3):
                continue
            sent = dict.fromkeys(PARAMETERS, hostile)
            methods = (client.get, client.post) if ALL else (client.get if place // 3 % 2 else client.post,)
            faults[route.name, kind] = [fault(method(address_of(route, event), sent)) for method in methods]
        assert accounts() == there, route
    assert {name: found for name, found in faults.items() if any(found)} == {}


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("role", ROLES)
def test_no_part_of_an_address_breaks_it(role: Role | None, walk: Walk) -> None:
    for route, client in walk(role):
        if "<" not in route.pattern:
            continue
        faults = {
            kind: fault(client.get(re.sub(r"<[^>]*>", lambda _: quote(hostile, safe=""), route.pattern)))  # noqa: B023  # called at once
            for kind, hostile in HOSTILE.items()
        }
        assert {kind: found for kind, found in faults.items() if found} == {}, route


@pytest.fixture
def analyst(sign_in: SignIn) -> Client:
    """Return a client that may explore."""
    client = sign_in(Role.ANALYST)
    client.raise_request_exception = False
    return client


@pytest.mark.usefixtures("store")
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=80))
def test_any_text_of_a_filter_is_understood_or_refused(analyst: Client, text: str) -> None:
    for name in ("q", "filter", "text"):
        assert analyst.get("/explore/answer", {name: text}).status_code < 500
        assert analyst.get("/explore/suggest", {name: text}).status_code < 500


def test_the_store_is_whole_after_all_that(store: Store) -> None:
    assert store.query(Viewer.system("test"), Filter(), columns=("id",), limit=1).num_rows == 1
    assert role_for(ROUTES[0]) is None or role_for(ROUTES[0]) in set(Role)
