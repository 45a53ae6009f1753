"""Every page of the portal, found by its URL configuration: no barrier that a tool can find, whatever page is added."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page
from tests.browser.conftest import ROLES, MakeVisitor, Portal, Visitor, axe, overflow_px, refused, watched
from tests.portal.test_access import ROUTES, Route, access_of

from quietude.portal.accounts.roles import RIGHTS, Role

NOT_PAGES = {405, 404}
"""What answers so to a plain GET is no page: it is posted to, or is there in developers' mode only."""
WITH_ARGUMENTS = [
    pytest.param(Role.DATA_MANAGER, "/sources/logbook/", id="source"),
    pytest.param(Role.DATA_MANAGER, "/sources/logbook/imports/", id="imports"),
    pytest.param(Role.DATA_MANAGER, "/sources/logbook/quarantine/", id="quarantine"),
    pytest.param(Role.ADMINISTRATOR, "/users/agent/", id="account"),
    pytest.param(Role.ADMINISTRATOR, "/users/agent/services/", id="services of a person"),
    pytest.param(Role.ADMINISTRATOR, "/services/pm/", id="service"),
    pytest.param(Role.AGENT, "/facts/{event}/", id="fact"),
    pytest.param(Role.AGENT, "/rules/R39/", id="rule"),
    pytest.param(Role.ADMINISTRATOR, "/rights/register/operations/", id="purpose"),
    pytest.param(Role.ADMINISTRATOR, "/rights/grants/?who=agent", id="grants-of-one"),
    pytest.param(Role.ADMINISTRATOR, "/rights/grants/new/?who=agent&replace=1", id="grant-in-place"),
    pytest.param(Role.AGENT, "/rights/opening/?kind=break_glass", id="broken-glass"),
    pytest.param(Role.DPO, "/journal/?who=agent", id="journal-of-one"),
    pytest.param(Role.ADMINISTRATOR, "/users/agent/password/", id="password"),
    pytest.param(Role.ADMINISTRATOR, "/users/agent/sessions/", id="sessions"),
    pytest.param(Role.ADMINISTRATOR, "/users/agent/close/", id="close-account"),
    pytest.param(Role.AGENT, "/accessibility/", id="accessibility"),
    pytest.param(Role.AGENT, "/logbook/patrols/{entry}/", id="entry"),
    pytest.param(Role.AGENT, "/logbook/patrols/{entry}/correct/", id="correct-entry"),
    pytest.param(Role.AGENT, "/logbook/patrols/{entry}/strike/", id="strike-entry"),
    pytest.param(Role.AGENT, "/logbook/?show=late", id="late"),
    pytest.param(Role.AGENT, "/logbook/follow-ups/?show=service", id="follow-ups-of-service"),
    pytest.param(Role.AGENT, "/shifts/1/", id="shift"),
    pytest.param(Role.AGENT, "/shifts/1/close/", id="close-shift"),
    pytest.param(Role.AGENT, "/shifts/1/sign/shift/", id="sign-report"),
    pytest.param(Role.AGENT, "/shifts/1/sign/statement/?about={entry}", id="sign-statement"),
    pytest.param(Role.AGENT, "/shifts/reports/1/", id="report"),
    pytest.param(Role.AGENT, "/shifts/reports/1/replace/", id="replace-report"),
]
"""Pages whose address needs more than its name, with made-up arguments: a new one is to be added here."""
SPACING = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }
"""
"""Spacing that a reader may ask for. Source: WCAG 2.2, 1.4.12."""
TAB_STOPS_MAX = 400


def reader_of(route: Route) -> Role | None:
    """Return the first role, of those with an account in the portal under test, that may open the page."""
    right = access_of(route).right
    return next((role for role in map(Role, ROLES) if right in RIGHTS[role]), None)


PLAIN = [
    pytest.param(role, route.address, id=route.name)
    for route in ROUTES
    if "<" not in route.pattern and access_of(route).answers == "page" and (role := reader_of(route)) is not None
]


def test_every_right_to_a_page_has_a_reader_here() -> None:
    unread = {route.name for route in ROUTES if access_of(route).right is not None and reader_of(route) is None}
    assert unread == set()


def test_the_pages_of_the_rail_are_among_them() -> None:
    assert {"/", "/explore/", "/sources/", "/rules/", "/users/", "/profile/"} <= {
        str(param.values[1]) for param in PLAIN
    }


PAGES: dict[Role, list[str]] = {}
for _param in (*PLAIN, *WITH_ARGUMENTS):
    PAGES.setdefault(Role(str(_param.values[0])), []).append(str(_param.values[1]))


@pytest.mark.parametrize("role", list(PAGES))
def test_no_page_has_a_barrier_that_axe_finds(visitor: MakeVisitor, portal: Portal, role: Role) -> None:
    someone = watched(visitor(role.value, width=1440, theme="dark"))
    found = {
        path: faults
        for path in PAGES[role]
        if (faults := faults_of(someone, path.format(event=portal.an_event, entry=portal.an_entry)))
    }
    assert found == {}
    assert refused(someone) == []


def faults_of(someone: Visitor, path: str) -> list[str]:
    """Open a page at 1440 px in the dark, then make it 390 px wide and light; return what axe finds in both looks."""
    page = someone.page
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="dark")
    try:
        answer = page.goto(someone.portal.address + path)
    except PlaywrightError as error:
        if "Download is starting" in str(error):
            return []  # sent to be kept, not to be read here
        raise
    assert answer is not None
    if answer.status in NOT_PAGES or not answer.headers.get("content-type", "").startswith("text/html"):
        return []
    someone.ready()
    found = barriers(page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="light")
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    page.evaluate("Promise.allSettled(document.getAnimations().map(({ finished }) => finished))")  # colours fade
    found += barriers(page)
    return found if page.evaluate("crossOriginIsolated") is True else [*found, "not isolated from other origins"]


def barriers(page: Page) -> list[str]:
    """Return what axe finds, and whether the page is wider than its window."""
    return [*axe(page), *([f"{overflow_px(page)} px too wide"] if overflow_px(page) else [])]


@pytest.mark.parametrize("path", ["/", "/sources/", "/rules/R39/", "/profile/"])
def test_text_spaced_out_by_its_reader_fits(visitor: MakeVisitor, path: str) -> None:
    page = visitor("agent", width=1280).go(path)
    page.evaluate(
        """(rules) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(rules);
          document.adoptedStyleSheets = [sheet]; }""",
        SPACING,
    )
    assert page.evaluate("getComputedStyle(document.querySelector('main p')).wordSpacing") != "0px"
    assert overflow_px(page) == 0


@pytest.mark.parametrize("path", ["/", "/explore/", "/sources/", "/rules/", "/profile/"])
def test_no_page_holds_the_keyboard(visitor: MakeVisitor, path: str) -> None:
    """Tab leads through the page and out of it again, to where it began."""
    page = visitor("agent", width=1440).go(path)
    page.evaluate("document.activeElement.blur()")
    stops = 0
    while stops < TAB_STOPS_MAX:
        page.keyboard.press("Tab")
        stops += 1
        if stops > 1 and page.evaluate("document.activeElement === document.querySelector('.skip')"):
            break
    assert 5 < stops < TAB_STOPS_MAX


@pytest.mark.parametrize("path", ["/", "/explore/", "/sources/", "/rules/", "/profile/"])
def test_a_telephone_may_be_held_either_way(visitor: MakeVisitor, path: str) -> None:
    page = visitor("agent", width=844, height=390).go(path)
    assert overflow_px(page) == 0
    assert page.locator("h1").first.is_visible()
