"""Schemathesis: every described address, asked with what suits its description and with what does not.

QUIETUDE_API_EXAMPLES says how many of each (`make security` asks for more than the tests do).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.urls import Resolver404, resolve
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from tests.portal.conftest import SignIn
from tests.portal.logbook.conftest import joined

from quietude.portal.accounts.models import Scope, User
from quietude.portal.accounts.roles import RIGHTS, Right, Role
from quietude.portal.accounts.tokens import RIGHT_OF, make_token
from quietude.portal.openapi.document import document

EXAMPLES = int(os.environ.get("QUIETUDE_API_EXAMPLES", "6"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    unsupported_method,
]
DOCUMENT = document()
DESCRIBED = [
    (path, method) for path, methods in DOCUMENT["paths"].items() for method in methods if path != "/readyz"
]  # whether a portal is ready is not for its caller to break
CLOSED = [(path, method) for path, method in DESCRIBED if DOCUMENT["paths"][path][method]["security"]]
FORM_TOKEN = "a" * 32
TAKES_NOTHING = {"/healthz", "/manifest.webmanifest", "/worker.js"}
"""Not even a session: whatever is sent suits them."""
TRIED = [
    (path, method, mode)
    for path, method in DESCRIBED
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    if path not in TAKES_NOTHING or mode is not GenerationMode.NEGATIVE
]
QUICKLY = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
Ask = Callable[[str, str, GenerationMode, dict[str, str], dict[str, str]], set[int]]


@pytest.fixture
def ask() -> Ask:
    """Return what asks one address in many ways, checks every answer, and returns the statuses met.

    What does not suit a description may be that a token is left out, the form's or a program's: such a request has to
    be refused, and its status is not among those returned.
    """
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    application = get_wsgi_application()
    schema.app = lambda environ, start: application({"REMOTE_ADDR": "127.0.0.1", **environ}, start)
    schema.config.update(base_url="http://testserver")

    def asked(
        path: str, method: str, mode: GenerationMode, cookies: dict[str, str], headers: dict[str, str]
    ) -> set[int]:
        statuses: set[int] = set()
        forged: set[int] = set()
        operation = schema[path][method.upper()]

        @QUICKLY
        @given(case=operation.as_strategy(generation_mode=mode))
        def every(case: Any) -> None:
            case.cookies, sent = {}, {**case.headers, **headers}
            answer = case.call(cookies=cookies, headers=sent)
            case.validate_response(answer, checks=CHECKS if leads_somewhere(case) else [not_a_server_error])
            sent_on = answer.request.headers
            is_forged = method == "post" and any(sent_on.get(name) != value for name, value in headers.items())
            if holds_nought(answer.request) and answer.status_code == 400:
                return  # a nought in an address or a form is refused before anybody looks who asks
            if leads_somewhere(case):
                (forged if is_forged else statuses).add(answer.status_code)

        every()
        assert forged <= {400, 401, 403}  # 400: refused before anybody looks for a token
        return statuses

    return asked


def holds_nought(request: Any) -> bool:
    body = request.body or b""
    sent = body.encode() if isinstance(body, str) else bytes(body)
    return "%00" in request.url or b"%00" in sent or b"\0" in sent


def leads_somewhere(case: Any) -> bool:
    """Tell whether the address of a case is one of ours: parts of the wrong type make it another."""
    try:
        return bool(resolve(unquote(case.formatted_path)))
    except Resolver404:
        return False


def cookies_of(client: Client) -> dict[str, str]:
    return {"session": client.cookies["session"].value, "csrf": FORM_TOKEN}


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(("path", "method", "mode"), TRIED, ids=lambda part: str(getattr(part, "value", part)))
def test_signed_in_every_answer_is_as_described(
    path: str, method: str, mode: GenerationMode, ask: Ask, sign_in: SignIn
) -> None:
    right = DOCUMENT["paths"][path][method]["x-right"]
    role = next((role for role in Role if right in RIGHTS[role]), Role.AGENT)
    client = sign_in(role)
    user = User.objects.get(username=role.value.replace("_", "-"))
    joined(user)  # of a service, so that there is a logbook to write
    headers = {"X-CSRFToken": FORM_TOKEN}
    if {"token": []} in DOCUMENT["paths"][path][method]["security"]:
        _, text = make_token(user, "test", [scope for scope in Scope if RIGHT_OF[scope] == right], timedelta(days=1))
        headers["Authorization"] = f"Bearer {text}"
    statuses = ask(path, method, mode, cookies_of(client), headers)
    assert statuses or mode is GenerationMode.NEGATIVE  # an address without parts has nothing else that cannot suit
    assert not statuses & {401, 403}


@pytest.mark.parametrize(("path", "method"), CLOSED, ids=lambda part: part)
def test_strangers_and_made_up_tokens_get_nothing(path: str, method: str, ask: Ask, db: None) -> None:
    made_up = {"Authorization": f"Bearer qt_{'A' * 43}", "X-CSRFToken": FORM_TOKEN}
    assert ask(path, method, GenerationMode.POSITIVE, {"csrf": FORM_TOKEN}, made_up) == {401}


@pytest.mark.usefixtures("store")
def test_a_request_refused_early_is_told_in_the_form_of_its_address(sign_in: SignIn) -> None:
    client = sign_in(Role.AGENT)
    refused = client.get("/explore/answer", {"q": "a\x00b"})
    assert (refused.status_code, list(refused.json())) == (400, ["error"])
    assert client.get("/explore/", {"q": "a\x00b"}).headers["Content-Type"].startswith("text/html")


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("name", ["at", "resolution", "page"])
def test_a_number_of_ten_thousand_digits_breaks_nothing(name: str, sign_in: SignIn) -> None:
    sent = {"q": "bruit", "view": "5.3,43.2,5.5,43.4", name: "9" * 10_000}  # Python reads 4300 digits at most
    answers = [sign_in(Role.AGENT).get(f"/explore/{path}", sent) for path in ("suggest",)]
    client = sign_in(Role.ANALYST)
    answers += [client.get(f"/explore/{path}", sent) for path in ("hexes.json", "answer")]
    assert all(answer.status_code < 500 for answer in answers)


def test_every_right_of_data_has_a_role() -> None:
    rights = {DOCUMENT["paths"][path][method]["x-right"] for path, method in CLOSED}
    assert {Right.EXPLORE, Right.EXPORT, Right.PROTECT_DATA} <= rights
