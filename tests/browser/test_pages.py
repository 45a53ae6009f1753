"""Every page, as people meet it: both themes, both languages, a telephone and a desk."""

from __future__ import annotations

import pytest
from tests.browser.conftest import MakeVisitor, Portal, axe, overflow_px

PAGES = [
    pytest.param(None, "/sign-in/", id="sign-in"),
    pytest.param(None, "/no-such-page/", id="not-found"),
    pytest.param("agent", "/", id="situation"),
    pytest.param("agent", "/?reality=fictional", id="situation-fictional"),
    pytest.param("elected", "/", id="situation-elected"),
    pytest.param("elected", "/explore/counts/", id="counts"),
    pytest.param("agent", "/profile/", id="profile"),
    pytest.param("agent", "/profile/password/", id="password"),
    pytest.param("agent", "/profile/second-factor/", id="second-factor"),
    pytest.param("agent", "/profile/sessions/", id="sessions"),
    pytest.param("agent", "/profile/tokens/", id="tokens"),
    pytest.param("elected", "/profile/tokens/", id="no-tokens"),
    pytest.param("agent", "/again/", id="again"),
    pytest.param("agent", "/users/", id="forbidden"),
    pytest.param("administrator", "/users/", id="accounts"),
    pytest.param("administrator", "/users/new/", id="new-account"),
    pytest.param("administrator", "/users/agent/", id="account"),
    pytest.param("administrator", "/users/agent/close/", id="close-account"),
    pytest.param("administrator", "/ui/", id="components"),
    pytest.param("data_manager", "/sources/", id="sources"),
    pytest.param("data_manager", "/sources/logbook/", id="source"),
    pytest.param("agent", "/facts/{event}/", id="fact"),
]
LOOKS = [
    pytest.param({"width": 1440, "theme": "light", "language": "fr"}, id="desk-light-fr"),
    pytest.param({"width": 390, "height": 844, "theme": "dark", "language": "fr"}, id="phone-dark-fr"),
    pytest.param({"width": 1440, "theme": "dark", "language": "en", "density": "compact"}, id="desk-dark-en"),
    pytest.param({"width": 390, "height": 844, "theme": "light", "language": "en"}, id="phone-light-en"),
]
REFUSED = ("/no-such-page/", "/users/")
"""Pages whose status the browser itself reports as an error."""


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(("role", "path"), PAGES)
def test_page_has_no_barrier_no_overflow_and_no_error(
    visitor: MakeVisitor, portal: Portal, role: str | None, path: str, look: dict[str, object]
) -> None:
    someone = visitor(role, **look)
    page = someone.go(path.format(event=portal.an_event))
    assert axe(page) == []
    assert overflow_px(page) == 0
    unexpected = [said for said in someone.complaints if "status of 40" not in said]
    assert unexpected == []


@pytest.mark.parametrize("path", ["/", "/profile/", "/sources/", "/explore/"])
def test_text_grown_to_200_percent_fits(visitor: MakeVisitor, path: str) -> None:
    page = visitor("agent", width=1280).go(path)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert overflow_px(page) == 0
    assert page.locator("h1").first.is_visible()


GROWN = [
    pytest.param(None, "/sign-in/", id="sign-in"),
    pytest.param(None, "/no-such-page/", id="not-found"),
    pytest.param("agent", "/", id="situation"),
    pytest.param("agent", "/explore/", id="explore"),
    pytest.param("agent", "/facts/{event}/", id="fact"),
    pytest.param("agent", "/profile/", id="profile"),
    pytest.param("data_manager", "/sources/", id="sources"),
    pytest.param("data_manager", "/sources/logbook/", id="source"),
    pytest.param("data_manager", "/sources/logbook/quarantine/", id="quarantine"),
    pytest.param("administrator", "/users/", id="accounts"),
    pytest.param("administrator", "/users/agent/", id="account"),
]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(("role", "path"), GROWN)
def test_the_text_that_a_browser_grows_to_200_percent_fits(
    grown_visitor: MakeVisitor, portal: Portal, role: str | None, path: str, width: int
) -> None:
    page = grown_visitor(role, width=width).go(path.format(event=portal.an_event))
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    assert overflow_px(page) == 0
    assert page.locator("h1").first.is_visible()


def test_text_grown_on_a_desk_gets_the_frame_of_a_telephone(grown_visitor: MakeVisitor) -> None:
    page = grown_visitor("agent", width=1280).go("/")
    assert page.locator(".bottom").is_visible()
    assert not page.locator(".rail").is_visible()


def test_accounts_on_a_telephone_show_every_column(visitor: MakeVisitor) -> None:
    page = visitor("administrator", width=390, height=844).go("/users/")
    last = page.locator("tbody tr").first.locator("td").last.bounding_box()
    assert last is not None
    assert last["x"] + last["width"] <= 390


@pytest.mark.parametrize("path", ["/", "/profile/", "/sources/"])
def test_pages_reflow_at_320_pixels(visitor: MakeVisitor, path: str) -> None:
    assert overflow_px(visitor("agent", width=320, height=640).go(path)) == 0


def test_a_wall_of_4k_is_used(visitor: MakeVisitor) -> None:
    page = visitor("agent", width=3840, height=2160).go("/")
    used = page.locator(".page").bounding_box()
    assert used is not None
    assert used["width"] > 1900


def test_the_sign_in_page_is_light_on_the_network(visitor: MakeVisitor) -> None:
    someone = visitor()
    sizes: list[int] = []
    someone.page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    someone.go("/sign-in/")
    assert 20_000 < sum(sizes) < 100_000


def test_nothing_is_asked_of_another_server(visitor: MakeVisitor, portal: Portal) -> None:
    someone = visitor("agent")
    asked: list[str] = []
    someone.page.on("request", lambda request: asked.append(request.url))
    someone.go("/")
    assert asked
    assert [url for url in asked if not url.startswith(portal.address)] == []
