"""From an alarm to the after-action report in a browser, by keyboard; the pages of situations in two looks."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import MakeVisitor, Portal, axe, overflow_px
from tests.browser.test_alarms import LOOKS, ring


def opened(page: Page, portal: Portal, where: str) -> str:
    """Open a situation by one key from an alarm that rings, choose its kind, and return its key."""
    ring(page, portal, where)
    row = page.locator(".alarm", has_text=where)
    expect(row).to_contain_text("sonne")
    row.locator(".alarm__what a").focus()
    page.keyboard.press("o")
    page.wait_for_url("**/situations/new/**")
    page.get_by_label("Type de situation").select_option(label="Tapage nocturne")
    page.get_by_role("button", name="Ouvrir", exact=True).click()
    page.wait_for_url(re.compile(r"/situations/\d{4}-\d{4}/"))
    return page.url.rstrip("/").rsplit("/", 1)[1].partition("#")[0]


def test_an_alarm_becomes_a_situation_that_ends_in_its_report(visitor: MakeVisitor, portal: Portal) -> None:
    someone = visitor("agent", language="fr")
    page = someone.go("/alarms/")
    key = opened(page, portal, "Le Moulin")
    someone.ready()
    sheet = page.locator(".reflex")
    expect(sheet.locator(".reflex__step--now")).to_contain_text("Rappeler un requérant")
    sheet.get_by_role("button", name="Voie publique").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".reflex__step--now")).to_contain_text("Envoyer l'équipage le plus proche")
    expect(page.locator(".alarm__head").first).to_contain_text("en cours")
    page.locator(".reflex__step--now").get_by_role("button", name="Fait").click()
    page.get_by_role("button", name="Le bruit a cessé").click()
    page.locator("#note").fill("calme à notre arrivée")
    page.keyboard.press("Enter")
    expect(page.locator(".line")).to_contain_text("calme à notre arrivée")
    page.locator(".toast").get_by_role("button", name="Annuler").click()
    expect(page.locator(".situation-list", has_text="calme à notre arrivée")).to_have_count(0)
    page.locator("summary", has_text="Résoudre").click()
    page.locator("#outcome").fill("Musique coupée")
    page.get_by_role("button", name="Résoudre").click()
    page.get_by_role("button", name="Clore").click()
    expect(page.locator(".alarm__head").first).to_contain_text("close")
    with page.expect_download() as got:
        page.get_by_role("link", name="Retour d’expérience").click()
    assert got.value.suggested_filename == f"{key}-after.pdf"
    assert someone.complaints == []


def test_a_perimeter_is_drawn_by_clicks_and_by_metres(visitor: MakeVisitor) -> None:
    someone = visitor("agent", language="fr")
    page = someone.go("/situations/new/")
    page.get_by_label("Type de situation").select_option(label="Rixe")
    page.get_by_label("Où").fill("rue du Port")
    page.get_by_role("button", name="Ouvrir", exact=True).click()
    someone.ready()
    page.locator(".situation-map canvas").wait_for()
    page.get_by_role("button", name="Dessiner sur la carte").click()
    box = page.locator(".situation-map canvas").bounding_box()
    assert box is not None
    for x, y in ((0.3, 0.3), (0.6, 0.3), (0.5, 0.7)):
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.get_by_role("button", name="Garder le dessin").click()
    expect(page.locator("#map ~ .situation-list li")).to_have_count(1)
    assert someone.complaints == []


def test_another_one_who_looks_sees_it_by_itself(visitor: MakeVisitor) -> None:
    one, other = visitor("agent", language="fr"), visitor("supervisor", language="fr")
    page = one.go("/situations/new/")
    page.get_by_label("Type de situation").select_option(label="Rodéo motorisé")
    page.get_by_role("button", name="Ouvrir", exact=True).click()
    page.wait_for_url(re.compile(r"/situations/\d{4}-\d{4}/"))
    key = page.url.rstrip("/").rsplit("/", 1)[1].partition("#")[0]
    there = other.go(f"/situations/{key}/")
    one.ready()
    page.locator(".reflex__step--now summary").click()
    page.locator(".reflex__step--now [name=why]").fill("vu par la caméra")
    page.locator(".reflex__step--now").get_by_role("button", name="Passer").click()
    expect(there.locator(".line")).to_contain_text("vu par la caméra")
    listed = other.go("/situations/")
    expect(listed.locator(".situation-skips")).to_contain_text("vu par la caméra")
    listed.locator(".situation-skips li", has_text=key).get_by_role("button").click()
    expect(listed.locator(".situation-skips", has_text=key)).to_have_count(0)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look['language']}-{look['theme']}-{look['width']}")
def test_the_pages_are_accessible_and_fit(visitor: MakeVisitor, look: dict[str, str]) -> None:
    someone = visitor("supervisor", **look)
    page = someone.go("/situations/new/")
    page.locator("select[name=kind]").select_option("flood")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile(r"/situations/\d{4}-\d{4}/"))
    key = page.url.rstrip("/").rsplit("/", 1)[1].partition("#")[0]
    for address in (
        f"/situations/{key}/", "/situations/", "/situations/kinds/", "/situations/kinds/fight/",
        "/situations/units/", "/situations/figures/", "/situations/new/",
    ):  # fmt: skip
        page = someone.go(address)
        assert axe(page) == [], address
        assert overflow_px(page) == 0, address
    assert someone.complaints == []
