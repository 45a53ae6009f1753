"""The guard on free text as a writer meets it: marks, remedies, and the choices that go with the form."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import MakeVisitor, axe, overflow_px

LOOKS = [
    pytest.param({"width": 1440, "theme": "light", "language": "fr"}, id="desk-light-fr"),
    pytest.param({"width": 390, "height": 844, "theme": "dark", "language": "en"}, id="phone-dark-en"),
]
AREA = "textarea[data-guard]"


def marks(page: Page) -> list[str]:
    return page.locator(".guard__mark").all_inner_texts()


def choices(page: Page) -> list[dict[str, str]]:
    """Return what the form would carry."""
    said = page.evaluate(
        """() => new FormData(document.querySelector("textarea[data-guard]").form).get("facts_guard")"""
    )
    found: list[dict[str, str]] = json.loads(said or "[]")
    return found


@pytest.mark.parametrize("look", LOOKS)
def test_the_marks_have_no_barrier_no_overflow_and_no_error(visitor: MakeVisitor, look: dict[str, object]) -> None:
    someone = visitor("administrator", **look)
    page = someone.go("/ui/")
    expect(page.locator(".guard__mark")).not_to_have_count(0)
    page.locator(".guard__item [aria-expanded]").first.click()
    assert axe(page) == []
    assert overflow_px(page) == 0
    assert someone.complaints == []


def test_words_are_marked_as_they_are_typed_with_the_remedy(visitor: MakeVisitor) -> None:
    page = visitor("administrator").go("/ui/")
    page.locator(AREA).fill("")
    expect(page.locator(".guard__mark")).to_have_count(0)
    page.locator(AREA).press_sequentially("Auteur de type maghrébin en fuite rue de la Mosquée")
    expect(page.locator(".guard__mark")).to_have_text(["de type maghrébin"])
    expect(page.locator(".guard__item")).to_contain_text(
        "Décrivez le vêtement et la direction de fuite, pas l’origine."
    )
    expect(page.locator(".guard__said")).to_have_text("1 passage à revoir : origine")


def test_marks_lie_under_their_words(visitor: MakeVisitor) -> None:
    page = visitor("administrator", width=390).go("/ui/")
    page.locator(AREA).fill("Patrouille pédestre dans le secteur, rien à signaler. " * 6 + "\n\nAuteur alcoolique")
    expect(page.locator(".guard__mark")).to_have_text(["alcoolique"])
    sizes = page.evaluate(
        """() => {
          const area = document.querySelector("textarea[data-guard]"), words = document.querySelector(".guard__words");
          const [one, other] = [area, words].map((each) => getComputedStyle(each));
          const alike = ["fontFamily", "fontSize", "lineHeight", "letterSpacing",
                         "paddingLeft", "paddingTop", "whiteSpace"];
          area.scrollTop = area.scrollHeight;
          return {height: area.scrollHeight - words.offsetHeight, width: area.clientWidth - words.offsetWidth,
                  other: alike.filter((name) => one[name] !== other[name])};
        }"""
    )
    assert sizes == {"height": 0, "width": 0, "other": []}


def test_an_identity_is_replaced_by_a_neutral_word(visitor: MakeVisitor) -> None:
    page = visitor("administrator").go("/ui/")
    page.locator(AREA).fill("Rappeler Mme Lombardo au 06 39 98 14 27")
    page.get_by_role("button", name="Remplacer « 06 39 98 14 27 »").click()
    expect(page.locator(AREA)).to_have_value("Rappeler Mme Lombardo au [téléphone]")
    assert marks(page) == ["Mme Lombardo"]
    assert {"kind": "telephone", "choice": "changed"} in choices(page)


def test_an_identity_is_replaced_where_it_stands_now(visitor: MakeVisitor) -> None:
    page = visitor("administrator").go("/ui/")
    page.locator(AREA).fill("Rappeler Mme Lombardo au 06 39 98 14 27")
    button = page.get_by_role("button", name="Remplacer « 06 39 98 14 27 »")
    expect(button).to_be_visible()
    page.locator(AREA).press("Control+Home")
    page.keyboard.type("À 14h, ")  # the passages stay the same, their places do not
    page.evaluate(
        """() => {
          const area = document.querySelector("textarea[data-guard]");
          area.setRangeText("demain, ", 0, 0, "end");  // and again, before anything had time to look
          document.querySelector("[aria-label='Remplacer «\u00a006 39 98 14 27\u00a0»']").click();
        }"""
    )
    expect(page.locator(AREA)).to_have_value("demain, À 14h, Rappeler Mme Lombardo au [téléphone]")


def test_what_is_kept_says_why_and_carries_no_word_of_the_text(visitor: MakeVisitor) -> None:
    page = visitor("administrator").go("/ui/")
    page.locator(AREA).fill("Homme en dépression, propos décousus")
    page.get_by_role("button", name="Garder… « en dépression »").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".guard__item")).to_contain_text("Gardé : élément de l’infraction")
    expect(page.get_by_role("button", name="Revoir")).to_be_focused()
    assert {"kind": "health", "choice": "kept", "reason": "offence"} in choices(page)
    assert {key for choice in choices(page) for key in choice} == {"kind", "choice", "reason"}
