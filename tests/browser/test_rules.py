"""The rulebook in a browser: both themes, both languages, a telephone, a desk and paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import MakeVisitor, axe, overflow_px

LOOKS = [
    pytest.param({"width": 1440, "theme": "light", "language": "fr"}, id="desk-light-fr"),
    pytest.param({"width": 390, "height": 844, "theme": "dark", "language": "fr"}, id="phone-dark-fr"),
    pytest.param({"width": 1440, "theme": "dark", "language": "en", "density": "compact"}, id="desk-dark-en"),
    pytest.param({"width": 390, "height": 844, "theme": "light", "language": "en"}, id="phone-light-en"),
]
PAGES = [
    pytest.param("/rules/", id="list"),
    pytest.param("/rules/?q=zanzibar", id="nothing-found"),
    pytest.param("/rules/?at=tomorrow", id="a-day-that-is-none"),
    pytest.param("/rules/R13/", id="rule"),
    pytest.param("/rules/print/?status=partly", id="paper"),
]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("path", PAGES)
def test_the_rulebook_has_no_barrier_no_overflow_and_no_error(
    visitor: MakeVisitor, path: str, look: dict[str, object]
) -> None:
    someone = visitor("agent", **look)
    page = someone.go(path)
    assert axe(page) == []
    assert overflow_px(page) == 0
    assert someone.complaints == []


@pytest.mark.parametrize("path", ["/rules/", "/rules/R13/"])
def test_the_rulebook_reflows_at_320_pixels(visitor: MakeVisitor, path: str) -> None:
    assert overflow_px(visitor("agent", width=320, height=640).go(path)) == 0


def test_a_rule_is_found_and_opened_by_keys_alone(visitor: MakeVisitor) -> None:
    someone = visitor("agent", language="fr")
    page = someone.go("/")
    page.keyboard.press("g")
    page.keyboard.press("l")
    expect(page.locator("h1")).to_have_text("Règles")
    page.locator("#content [name=q]").focus()
    page.keyboard.type("plaques masquees")
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]", has_text="sur 48")).to_contain_text("règle")
    page.locator("a", has_text="La lecture de plaques").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("R7")


def test_the_print_button_prints(visitor: MakeVisitor) -> None:
    page = visitor("agent", language="fr").go("/rules/print/")
    page.evaluate("window.print = () => { document.documentElement.dataset.printed = '' }")
    page.locator("[data-island=print]").press("Enter")
    expect(page.locator("html[data-printed]")).to_be_attached()


def test_paper_holds_the_rules_and_no_button(visitor: MakeVisitor) -> None:
    page = visitor("agent", language="fr").go("/rules/print/")
    page.emulate_media(media="print")
    expect(page.locator("article", has_text="R13")).to_be_visible()
    expect(page.locator("[data-island=print]")).to_be_hidden()
    expect(page.locator(".rail")).to_be_hidden()
