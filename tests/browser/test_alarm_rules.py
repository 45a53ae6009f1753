"""The editor of rules in a browser: a rule is written by keyboard, tried and proposed; no page has a barrier."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import MakeVisitor, axe, overflow_px

FILE = "noise_in_a_quarter"
LOOKS = [
    {"language": "fr", "theme": "light", "width": 1440},
    {"language": "en", "theme": "dark", "width": 390},
    {"language": "fr", "theme": "dark", "width": 390},
    {"language": "en", "theme": "light", "width": 1440},
]
TRIAL_MS = 60_000
NAMES = iter(range(1, 100))


def test_a_rule_is_written_by_keyboard_tried_and_proposed(visitor: MakeVisitor) -> None:
    someone = visitor("supervisor", language="fr")
    page = someone.go("/alarms/rules/")
    page.keyboard.press("r")
    page.wait_for_url("**/rules/new/")
    someone.ready()
    page.locator("#name").focus()
    page.keyboard.type(f"written_{next(NAMES)}")
    for text in ("Bruit du soir", "Evening noise"):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    scope = page.locator("#scope")
    scope.focus()
    page.keyboard.type("nature:noi")
    expect(page.locator("#scope-options [role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(scope).to_have_value(re.compile(r"^nature:Bruit ?$"))
    page.locator("[id='w.f.within']").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("PT12H")
    page.get_by_role("button", name="L’essayer sur les 12 derniers mois").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#says")).to_be_visible(timeout=TRIAL_MS)
    assert axe(page) == []
    page.locator("#reason").focus()
    page.keyboard.type("demandé par la salle")
    page.keyboard.press("Enter")
    expect(page.locator("#waiting")).to_contain_text("attend d’être relue")
    assert axe(page) == []
    assert someone.complaints == []


def test_a_kind_that_is_chosen_shows_its_fields_at_once(visitor: MakeVisitor) -> None:
    someone = visitor("supervisor", language="en")
    page = someone.go(f"/alarms/rules/{FILE}/edit/")
    page.locator("[id='w.kind']").select_option("all")
    page.get_by_role("button", name="One more condition w").click()
    page.locator("[id='w.1.kind']").select_option("silence")
    expect(page.locator("[id='w.1.f.lasts']")).to_be_visible()
    page.locator("[id='w.1.f.lasts']").fill("soon")
    page.get_by_role("button", name="Check").last.click()
    expect(page.locator("[id='w.1.f.lasts_error']")).to_contain_text("'soon' is not a duration")
    assert axe(page) == []
    page.get_by_role("button", name="As text").click()
    assert "lasts: soon" in page.locator("#text").input_value()
    assert axe(page) == []


@pytest.mark.parametrize("look", LOOKS)
def test_no_page_of_the_editor_has_a_barrier_or_overflow(visitor: MakeVisitor, look: dict[str, object]) -> None:
    someone = visitor("supervisor", **look)
    for address in (
        "/alarms/rules/", f"/alarms/rules/{FILE}/", f"/alarms/rules/{FILE}/edit/",
        f"/alarms/rules/{FILE}/edit/?as=text", "/alarms/load/?days=7&advice=1", "/video/", "/video/new/",
    ):  # fmt: skip
        page = someone.go(address)
        assert axe(page) == [], address
        assert overflow_px(page) == 0, address
    assert someone.complaints == []
