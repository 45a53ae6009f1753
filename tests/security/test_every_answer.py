"""Every address of the portal, generated from its URLs: headers, no code in pages, errors that tell nothing."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.portal.conftest import SignIn
from tests.portal.test_access import METHODS, ROUTES
from tests.security.conftest import Walk
from tests.security.pages import ROLES, address_of, own_code, role_for

from quietude.portal.accounts.roles import Role
from quietude.portal.policies import file_policy

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}
KEPT_BY_READS = r'(INTO|UPDATE|FROM) "?(django_session|usersessions_\w+|journal_\w+|protection_protectionact)\b'
"""Tables that reading writes to: the session's clock, and the lines of what was read or handed over."""
PAGES_THAT_ANSWER = 15
"""Fewer pages than this answering 200 means that the walk meets closed doors only."""


def nonce_of(answer: HttpResponseBase) -> str:
    found = re.search(r"'nonce-([\w-]+)'", answer.headers["Content-Security-Policy"])
    return "" if found is None else found[1]


def faults(answer: HttpResponseBase) -> list[str]:
    """Return what an answer lacks."""
    lacking = [f"{name}: {answer.headers.get(name)!r}" for name, right in HEADERS.items() if answer.get(name) != right]
    policy = answer.headers.get("Content-Security-Policy", "")
    is_file = policy == file_policy(None)  # the worker: scripts of this origin only, and no code of its own to name
    is_named = is_file or len(nonce_of(answer)) >= 22  # 22 characters of base64 hold 128 bits
    if "unsafe" in policy or "*" in policy or not is_named:
        lacking.append(f"Content-Security-Policy: {policy!r}")
    lacking += [
        f"Content-Security-Policy has no {part}"
        for part in ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'")
        if part not in policy
    ]
    if "microphone=()" not in answer.headers.get("Permissions-Policy", ""):
        lacking.append("Permissions-Policy")
    if answer.headers.get("Access-Control-Allow-Origin") is not None:
        lacking.append("Access-Control-Allow-Origin is there")
    if not {"no-store", "private"} & set(re.split(r"[,\s]+", answer.headers.get("Cache-Control", ""))):
        lacking.append(f"Cache-Control: {answer.headers.get('Cache-Control')!r}")
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith("text/") and "charset=utf-8" not in kind:
        lacking.append(f"Content-Type: {kind!r}")
    told = [name for name in ("Server", "X-Powered-By", "X-AspNet-Version") if name in answer.headers]
    return lacking + told


def asked(client: Client, method: str, address: str) -> HttpResponseBase:
    """Ask as a browser reads and sends forms, and with the other methods as a program does."""
    form = "text/html" if method in {"get", "head", "post"} else "application/json"
    answer: HttpResponseBase = getattr(client, method)(address, headers={"accept": form})
    return answer


def test_every_answer_to_a_stranger_has_the_headers(db: None) -> None:
    for route in ROUTES:
        answers = {method: asked(Client(), method, route.address) for method in (*METHODS, "head", "options", "trace")}
        lacking = {method: found for method, answer in answers.items() if (found := faults(answer))}
        assert lacking == {}, route


@pytest.mark.parametrize("role", ROLES)
def test_every_answer_to_whoever_has_the_right_has_the_headers(role: Role | None, event: str, walk: Walk) -> None:
    for route, client in walk(role):
        for method in ("head", "get", "post", "put", "patch", "delete", "options", "trace"):
            answer = asked(client, method, address_of(route, event))
            assert faults(answer) == [], (route, method)
            assert answer.status_code < 500 or route.name == "ready", (route, method)


@pytest.mark.parametrize("role", ROLES)
def test_no_page_has_code_or_style_of_its_own_and_none_changes_anything_by_a_safe_method(
    role: Role | None, event: str, walk: Walk
) -> None:
    for route, client in walk(role):
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address_of(route, event))
        assert changes([query["sql"] for query in asked]) == [], route
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        assert own_code(answer.content.decode() if is_page else "", nonce_of(answer)) == [], route


def test_the_walk_meets_pages_and_not_closed_doors_only(event: str, sign_in: SignIn) -> None:
    clients: dict[Role | None, Client] = {role: sign_in(role) for role in Role}
    clients[None] = Client()
    answers = {route.name: clients[role_for(route)].get(address_of(route, event)) for route in ROUTES}
    statuses = [answer.status_code for answer in answers.values()]
    assert statuses.count(200) >= PAGES_THAT_ANSWER
    assert statuses.count(404) < len(ROUTES) / 4


def test_each_answer_has_a_nonce_of_its_own(db: None) -> None:
    assert len({nonce_of(Client().get("/sign-in/")) for _ in range(20)}) == 20


def changes(asked: list[str]) -> list[str]:
    """Return the statements that change more than a reader's own session and the account of what was read."""
    return [
        sql
        for sql in asked
        if re.match(r"\s*(INSERT|UPDATE|DELETE|REPLACE|ALTER|DROP|CREATE)\b", sql) and not re.search(KEPT_BY_READS, sql)
    ]


def test_a_change_by_a_read_is_found() -> None:
    assert changes(['UPDATE "accounts_user" SET "role" = 1', 'INSERT INTO "django_session" VALUES (1)']) == [
        'UPDATE "accounts_user" SET "role" = 1'
    ]


def test_trace_is_answered_nowhere(db: None) -> None:
    for route in ROUTES:
        answer = Client().trace(route.address, headers={"X-Canary": "canary"})
        assert answer.status_code in {302, 401, 405}, route
        assert b"canary" not in answer.content, route


def test_a_refusal_leaves_a_line_in_the_log(sign_in: SignIn, caplog: pytest.LogCaptureFixture) -> None:
    sign_in(Role.AGENT).get("/users/")
    assert re.search("Forbidden.*: /users/", caplog.text)
    caplog.clear()
    Client(enforce_csrf_checks=True).post("/preferences/", {"theme": "dark"})
    assert "Forbidden" in caplog.text


PLANTED = [
    pytest.param('<p onclick="go()">', id="handler"),
    pytest.param('<p style="color: red">', id="style-attribute"),
    pytest.param("<style>p { color: red }</style>", id="style-element"),
    pytest.param("<script>go()</script>", id="inline-script"),
    pytest.param('<script src="/static/dist/main.js"></script>', id="script-without-nonce"),
    pytest.param('<script nonce="other" src="/static/dist/main.js"></script>', id="wrong-nonce"),
    pytest.param('<a href=" JavaScript:go()">', id="script-address"),
    pytest.param('<a href="data:text/html,x">', id="data-address"),
    pytest.param('<script src="data:text/javascript,x">', id="data-script"),
    pytest.param('<iframe src="/"></iframe>', id="frame"),
    pytest.param('<link rel="modulepreload" href="/static/dist/main.js">', id="preload-without-nonce"),
    pytest.param('<base href="https://elsewhere.example/">', id="base"),
]


@pytest.mark.parametrize("planted", PLANTED)
def test_planted_code_is_found(planted: str) -> None:
    assert own_code(f"<!doctype html><html><body>{planted}</body></html>", "right")


def test_data_and_marked_scripts_are_no_fault() -> None:
    page = '<script id="a" type="application/json">{}</script><script nonce="right" src="/static/x.js"></script>'
    assert own_code(page, "right") == []
