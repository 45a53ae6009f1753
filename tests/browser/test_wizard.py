"""An old logbook brought in by keyboard, from the file to the facts and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import MakeVisitor, Visitor, axe, overflow_px
from tests.portal.wizard.logbook import logbook

WAIT_MS = 60_000  # the work is a process of its own, which has the town to load


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a logbook's file, as an old program writes it."""
    path = tmp_path / "registre.csv"
    path.write_text(logbook(), encoding="cp1252")
    return path


def barriers(page: Page) -> list[str]:
    expect(page.locator("html[data-ready]")).to_be_attached()
    return [*axe(page), *([f"{overflow_px(page)} px too wide"] if overflow_px(page) else [])]


def press(page: Page, button: str, until: str) -> None:
    """Press a button by keyboard and wait for the page it leads to."""
    page.locator(button).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(until, timeout=WAIT_MS)


def described(someone: Visitor, file: Path, title: str, met: list[str], *, history: str = "") -> Page:
    """Go through the first three steps, noting the barriers met; `history`: what becomes of older facts."""
    page = someone.go("/sources/new/")
    page.set_input_files("#file", file)
    press(page, "main .card .button--main", "**/file/")
    met += barriers(page)
    press(page, "button[name=next]", "**/source/")
    for name, words in {"title_fr": title, "title_en": title, "owner": "Police municipale"}.items():
        page.locator(f"[name={name}]").focus()
        page.keyboard.type(words)
    page.locator("[name=history]").select_option(history)
    met += barriers(page)
    press(page, "main .form__actions .button--main", "**/columns/")
    met += barriers(page)
    press(page, "main form > .form__actions .button--main", "**/values/")
    return page


@pytest.mark.parametrize(
    "look", [{"width": 1440, "theme": "dark"}, {"width": 390, "height": 844}], ids=["wide", "narrow"]
)
def test_a_logbook_comes_in_by_keyboard_and_is_taken_back(
    visitor: MakeVisitor, file: Path, look: dict[str, object]
) -> None:
    someone = visitor("data_manager", **look)
    met: list[str] = []
    page = described(someone, file, f"Registre {look['width']}", met)
    words = page.locator("[data-island=wizard]")
    expect(words).to_have_attribute("data-open", "4")
    met += barriers(page)
    page.locator(".words__row input").first.focus()
    expect(page.locator(".words__options:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.type("degrad")
    page.keyboard.press("Enter")
    expect(words).to_have_attribute("data-open", "1")
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")  # the last choice: nothing fits
    with page.expect_response("**/values.json"):
        page.keyboard.press("Enter")
    expect(words).to_have_attribute("data-open", "0")
    page.wait_for_load_state("networkidle")
    press(page, "main form > .form__actions .button--main", "**/preview/")
    expect(page.locator("mark").first).to_have_text("29/02/2025 16h15")
    met += barriers(page)
    press(page, "form[action$='/trial/'] button", "**/trial/")
    page.reload()
    expect(page.locator("form[action$='/import/'] button")).to_be_visible(timeout=WAIT_MS)
    met += barriers(page)
    press(page, "form[action$='/import/'] button", "**/done/")
    expect(page.locator("form[action$='/undo/'] button")).to_be_visible(timeout=WAIT_MS)
    met += barriers(page)
    press(page, "form[action$='/undo/'] button", "**/file/")
    expect(page.locator("body")).to_contain_text("40")
    assert (met, someone.complaints) == ([], [])
