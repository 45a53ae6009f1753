"""Pages without network: the form with its lists, dictation, no barrier."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect
from tests.browser.conftest import MakeVisitor, axe, overflow_px
from tests.browser.field import FORM, WAITS, in_the_field, write


def test_dictation_writes_where_the_hand_is(visitor: MakeVisitor) -> None:
    someone = visitor("agent", language="fr")
    page = someone.page
    page.add_init_script(
        """window.SpeechRecognition = class extends EventTarget {
          start() { window.heard = this; }
          stop() { this.dispatchEvent(new Event("end")); }
        };"""
    )
    part = (
        '<div class="dictation" data-island="dictation" data-for="id_text" hidden>'
        '<button class="button" type="button" aria-pressed="false">Dicter</button>'
        '<p data-heard role="status"></p></div>'
    )

    def allowed(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('<div class="entry__proposed"', part + "<div ", 1))

    page.route("**/logbook/new/?logbook=patrols", allowed)
    someone.go(FORM)
    page.locator("[name=text]").fill("Vu:")
    button = page.get_by_role("button", name="Dicter")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("window.heard.lang") == "fr-FR"
    page.evaluate(
        """() => window.heard.dispatchEvent(Object.assign(new Event("result"), {
          resultIndex: 0, results: [Object.assign([{ transcript: " un véhicule en feu" }], { isFinal: true })] }))"""
    )
    expect(page.locator("[name=text]")).to_have_value("Vu: un véhicule en feu")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")


LOOKS = [
    pytest.param({"width": 1440, "theme": "dark"}, id="desk-dark"),
    pytest.param({"width": 390, "height": 844, "theme": "light"}, id="phone-light"),
]


@pytest.mark.parametrize("look", LOOKS)
def test_form_shift_instructions_and_the_rest_have_no_barrier_without_network(
    visitor: MakeVisitor, look: dict[str, object]
) -> None:
    someone = in_the_field(visitor, "agent", **look)
    page = someone.page
    page.context.set_offline(True)
    write(page, "Treize: pour la liste")
    said = {
        FORM: "fonctionne sans réseau",
        "/shifts/": "aucune vacation",
        "/shifts/instructions/": "Aucune consigne",
        "/explore/": "a besoin du réseau",
        "/logbook/waiting/": "Treize: pour la liste",
    }
    for path, words in said.items():
        someone.go(path)
        expect(page.locator("main")).to_contain_text(words)
        assert axe(page) == []
        assert overflow_px(page) == 0
    page.locator(WAITS).get_by_role("button", name="Supprimer").click()
    page.get_by_role("button", name="Supprimer pour de bon").click()
    expect(page.locator(".notice--good")).to_be_visible()


def test_a_network_by_hearsay_does_not_undo_a_visit_and_a_real_one_brings_the_page(visitor: MakeVisitor) -> None:
    someone = in_the_field(visitor)
    page = someone.page
    page.context.set_offline(True)
    someone.go("/explore/")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    someone.go("/shifts/")
    expect(page).to_have_url(f"{someone.portal.address}/shifts/")
    someone.go("/explore/")
    expect(page.locator("main")).to_contain_text("a besoin du réseau")
    page.context.set_offline(False)
    expect(page.locator("#explore-list, [data-island=explore]").first).to_be_attached()


def test_categories_and_places_are_offered_without_network_and_the_night_is_one_tap(visitor: MakeVisitor) -> None:
    someone = in_the_field(visitor)
    page = someone.page
    page.context.set_offline(True)
    page.reload()
    someone.ready()
    page.locator("[name=category_shown]").press_sequentially("tapa")
    expect(page.get_by_role("option").first).to_contain_text("tapage nocturne")
    page.keyboard.press("Tab")
    expect(page.locator("input[type=hidden][name=category]")).to_have_value("noise.party")
    night = page.get_by_role("button", name="Mode nuit").first
    night.click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(night).to_have_attribute("aria-pressed", "true")
