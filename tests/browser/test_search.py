"""The search in a browser: the box of every page with its suggestions, and the page that finds."""

from __future__ import annotations

import os
import re
from pathlib import Path

from playwright.sync_api import Page, expect
from tests.browser.conftest import MakeVisitor, axe, overflow_px

SHOTS = os.environ.get("QUIETUDE_SHOTS")
"""Folder for pictures of the pages, where somebody wants to look at them."""


def looked_at(page: Page, name: str) -> None:
    """Hold that a page has no barrier and fits."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"search-{name}.png")
    assert (axe(page), overflow_px(page)) == ([], 0)


def test_a_word_behind_the_key_is_found_and_marked(visitor: MakeVisitor) -> None:
    page = visitor("agent").go("/search/")
    page.locator("h1").click()
    page.keyboard.press("/")
    page.keyboard.type("fait")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=fait**")
    expect(page.locator("mark").first).to_have_text("Fait", ignore_case=True)
    looked_at(page, "wide")
    page.set_viewport_size({"width": 390, "height": 844})
    looked_at(page, "narrow")


def test_what_is_typed_is_found_while_it_is_typed(visitor: MakeVisitor) -> None:
    page = visitor("agent", theme="dark", language="en").go("/search/?from=43.30,5.40&category=noise")
    box = page.get_by_role("searchbox")
    box.press_sequentially("fait", delay=20)
    expect(page.locator("#found mark").first).to_have_text("Fait", ignore_case=True)
    page.wait_for_url("**q=fait**")
    looked_at(page, "near-dark")
    box.fill("zzyzx")
    expect(page.locator("#count")).to_contain_text("0")
    expect(page.locator("#found mark")).to_have_count(0)
    expect(box).to_be_focused()
    looked_at(page, "nothing-dark")


def test_the_box_of_every_page_completes_what_is_typed_without_a_pointer(visitor: MakeVisitor) -> None:
    page = visitor("agent").go("/shifts/")
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search everywhere").or_(
        page.get_by_role("combobox", name="Chercher partout")
    )
    expect(box).to_be_focused()
    box.press_sequentially("fai", delay=20)
    word = page.locator(".top__offer", has_text="fait")
    expect(word.first).to_be_visible()
    looked_at(page, "offers")
    while box.get_attribute("aria-activedescendant") != word.first.get_attribute("id"):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=fait")
    page.go_back()
    box.click()
    expect(page.locator(".top__offer").first).to_contain_text("fait")
    expect(page.locator(".top__offer").first.locator("use")).to_have_attribute("href", re.compile("history$"))
    page.keyboard.press("Escape")
    expect(page.locator(".top__offers")).to_be_hidden()


def test_on_a_telephone_an_icon_opens_the_box_and_pages_are_found_in_it(visitor: MakeVisitor) -> None:
    page = visitor("agent", width=390, height=844, theme="dark").go("/")
    page.locator("[data-search-opens]").click()
    box = page.locator("#search-box")
    expect(box).to_be_focused()
    box.press_sequentially("explor", delay=20)
    expect(page.locator(".top__offer").first).to_be_visible()
    looked_at(page, "offers-narrow-dark")
    page.locator(".top__offer", has=page.locator("[href$='#map']")).click()
    page.wait_for_url("**/explore/")


def test_a_page_with_a_box_of_its_own_keeps_the_key(visitor: MakeVisitor) -> None:
    page = visitor("agent").go("/explore/")
    page.keyboard.press("/")
    expect(page.locator("[data-bar-input]")).to_be_focused()
    page.locator("[data-bar-input]").blur()
    page.keyboard.press("?")
    said = page.locator("#shortcuts tbody tr", has=page.locator("kbd", has_text="/"))
    expect(said).to_have_count(1)


def test_without_scripts_the_box_is_a_form(visitor: MakeVisitor) -> None:
    someone = visitor("agent")
    found = someone.page.request.get(f"{someone.portal.address}/shifts/").text()
    assert 'role="search" method="get" action="/search/"' in found
    assert 'type="search" name="q" id="search-box"' in found


def test_a_document_that_is_added_is_found_by_a_word_in_it(visitor: MakeVisitor, tmp_path: Path) -> None:
    someone = visitor("agent", language="fr")
    page = someone.go("/documents/new/")
    letter = tmp_path / "courrier.txt"
    letter.write_text("Les hydrangeas de la place sont arrachés chaque nuit.", encoding="utf-8")
    page.locator("#files").set_input_files(letter)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile(r"/documents/(\d+/)?$"))
    for _ in range(60):  # it is read by a process of its own, then indexed
        someone.go("/search/?q=hydrangeas")
        if page.locator("#found mark").count():
            break
        page.wait_for_timeout(500)
    expect(page.locator("#found mark").first).to_have_text("hydrangeas")
    expect(page.locator("#count")).to_have_text("1 document trouvé")
    looked_at(page, "document")
    assert someone.complaints == []
