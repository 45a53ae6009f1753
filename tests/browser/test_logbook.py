"""The main courante with the pointer unplugged: from one key to a saved entry, radio, drafts, a conflict."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

import pytest
from playwright.sync_api import Dialog, Page, expect
from tests.browser.conftest import MakeVisitor, Visitor, axe, overflow_px

LOOKS = [
    pytest.param({"width": 1440, "theme": "light", "language": "fr"}, id="desk-light-fr"),
    pytest.param({"width": 390, "height": 844, "theme": "dark", "language": "fr"}, id="phone-dark-fr"),
    pytest.param({"width": 1440, "theme": "dark", "language": "en", "density": "compact"}, id="desk-dark-en"),
    pytest.param({"width": 390, "height": 844, "theme": "light", "language": "en"}, id="phone-light-en"),
]
KEYS_MAX = 20  # beside the words of the facts: at five a second of an unhurried hand, four of the fifteen seconds


class Hand:
    """Counts the keys that a hand presses."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.pressed += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text, delay=30)
        self.pressed += len(text)


def write(someone: Visitor, text: str) -> str:
    """Write an entry with keys, and return its number."""
    page = someone.go("/logbook/new/?logbook=patrols")
    page.locator("[name=text]").focus()
    page.keyboard.type(text)
    page.keyboard.press("Control+Enter")
    said = page.locator(".toast--success")
    expect(said).to_contain_text("est enregistrée")
    return said.inner_text().split()[0]


def test_an_entry_is_written_with_few_keys_and_the_hand_is_back_at_the_first_field(visitor: MakeVisitor) -> None:
    page = visitor("agent", language="fr").go("/")
    hand = Hand(page)
    hand.press("n")
    expect(page.locator("[name=when]")).to_be_focused()
    hand.press("Tab")
    hand.type("tapa")
    expect(page.get_by_role("option").first).to_contain_text("tapage nocturne")
    hand.press("Tab")
    expect(page.locator("input[type=hidden][name=category]")).to_have_value("noise.party")
    expect(page.locator("[name=category_shown]")).to_have_value("Bruit › Fête bruyante")
    expect(page.locator("[name=place]")).to_be_focused()
    hand.press("Tab")
    expect(page.locator("[name=text]")).to_have_value("Appel de … pour …")
    hand.press("Control+a")
    without_facts = hand.pressed
    hand.type("Musique forte au 3e étage")
    hand.pressed = without_facts
    hand.press("Control+Enter")
    expect(page.locator(".toast--success")).to_contain_text("est enregistrée")
    expect(page.locator("[name=when]")).to_be_focused()
    expect(page.locator("#last .entry-row").first).to_contain_text("Musique forte au 3e étage")
    expect(page.locator("[name=text]")).to_have_value("")
    assert hand.pressed <= KEYS_MAX


def test_the_text_suggests_a_category_that_one_key_takes(visitor: MakeVisitor) -> None:
    page = visitor("agent", language="fr").go("/logbook/new/?logbook=patrols")
    page.locator("[name=text]").focus()
    page.keyboard.type("stationnement gênant devant un garage")
    expect(page.locator(".entry__proposal")).to_have_count(3)
    first = page.locator(".entry__proposal").first.get_attribute("title") or ""
    page.keyboard.press("Alt+1")
    expect(page.locator("[name=category_shown]")).to_have_value(first.removesuffix(" (Alt+1)"))
    expect(page.locator("[name=text]")).to_be_focused()
    expect(page.locator("select[name=severity]")).not_to_have_value("")


def test_a_time_is_read_as_it_is_typed_and_own_fields_wait_for_their_category(visitor: MakeVisitor) -> None:
    page = visitor("agent", language="fr").go("/logbook/new/?logbook=patrols")
    expect(page.locator("[name=field_fines]")).to_be_hidden()
    page.keyboard.type("hier 23h")
    expect(page.locator("[data-read=when]")).to_have_text("→ hier 23:00")
    page.keyboard.press("Tab")
    page.keyboard.type("stationnement")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("[name=field_fines]")).to_be_visible()


def test_what_is_refused_is_said_at_its_field_and_nothing_is_lost(visitor: MakeVisitor) -> None:
    page = visitor("agent", language="fr").go("/logbook/new/?logbook=patrols")
    page.keyboard.type("minuit moins le quart")
    page.locator("[name=text]").fill("Texte à garder")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[name=when]")).to_be_focused()
    expect(page.locator("#id_when_refusal")).to_contain_text("minuit moins le quart")
    expect(page.locator("[name=text]")).to_have_value("Texte à garder")
    assert axe(page) == []


def test_a_draft_survives_a_reload_says_so_and_goes_with_the_entry(visitor: MakeVisitor) -> None:
    someone = visitor("agent", language="fr")
    page = someone.go("/logbook/new/?logbook=patrols")
    page.locator("[name=text]").fill("Rixe signalée, ")  # at once: what is kept first is all of it
    expect(page.locator("[data-draft-said]:visible")).to_contain_text("chiffré")
    page.reload()
    someone.ready()
    expect(page.locator("[name=text]")).to_have_value("Rixe signalée, ")
    expect(page.locator("[data-draft-said]")).to_contain_text("repris")
    page.locator("[name=text]").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast--success")).to_be_visible()
    page.reload()
    someone.ready()
    expect(page.locator("[name=text]")).to_have_value("")


def test_the_browser_asks_before_what_is_not_on_the_disk_yet_goes(visitor: MakeVisitor) -> None:
    someone = visitor("agent", language="fr")
    page = someone.go("/logbook/new/?logbook=patrols")
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.locator("[name=text]").focus()
    page.keyboard.type("Rixe signalée, ")
    page.evaluate(
        """() => {
          const text = document.querySelector("[name=text]");
          text.value += "place du Port";
          text.dispatchEvent(new Event("input", {bubbles: true}));
          location.reload();
        }"""
    )
    page.wait_for_event("load")
    assert asked == ["beforeunload"]
    someone.ready()
    page.locator("[name=text]").fill("Rixe finie")
    page.locator("[data-clears]").click()
    page.reload()
    someone.ready()
    assert asked == ["beforeunload"], "an empty form has nothing to lose"


def test_radio_is_one_line_a_message_and_enter_sends(visitor: MakeVisitor) -> None:
    page = visitor("agent", language="fr").go("/logbook/radio/")
    expect(page.locator("[name=sender]")).to_be_focused()
    page.locator("[name=text]").focus()
    page.keyboard.type("BAC 12 > CSU: attroupement")
    page.keyboard.press("Enter")
    newest = page.locator(".radio-line").first
    expect(newest).to_contain_text("attroupement")
    expect(page.locator("[name=text]")).to_be_focused()
    page.keyboard.type("reçu")
    page.keyboard.press("Enter")
    expect(newest).to_contain_text("reçu")
    expect(newest.locator("strong")).to_have_text(["BAC 12", "CSU"])


def test_two_who_correct_at_once_see_both_versions(visitor: MakeVisitor) -> None:
    one = visitor("agent", language="fr")
    label = write(one, "Version d'origine")
    other = visitor("agent", language="fr")
    first, second = (each.go(f"/logbook/patrols/{label}/correct/") for each in (one, other))
    for page, text in ((first, "Version de la première"), (second, "Version du second")):
        page.locator("[name=text]").fill(text)
        page.locator("[name=reason]").fill("précision")
    first.locator("[name=reason]").press("Control+Enter")
    expect(first).to_have_url(re.compile(f"/{label}/$"))
    second.locator("[name=reason]").press("Control+Enter")
    expect(second.locator("[role=alert]")).to_contain_text("Version de la première")
    expect(second.locator("[name=text]")).to_have_value("Version du second")
    assert axe(second) == []


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("path", ["/logbook/new/?logbook=patrols", "/logbook/radio/"])
def test_the_forms_have_no_barrier_no_overflow_and_no_error(
    visitor: MakeVisitor, path: str, look: dict[str, object]
) -> None:
    someone = visitor("agent", **look)
    page = someone.go(path)
    assert axe(page) == []
    assert overflow_px(page) == 0
    assert someone.complaints == []


@pytest.mark.parametrize("look", LOOKS)
def test_an_extract_is_asked_for_and_comes_as_a_file(visitor: MakeVisitor, look: dict[str, str]) -> None:
    label = write(visitor("agent"), "Bruit de moteur sur le quai.")
    someone = visitor("agent", **look)
    page = someone.go(f"/logbook/patrols/{label}/")
    assert axe(page) == []
    assert overflow_px(page) == 0
    page.locator("a[href$='/extract/']").press("Enter")
    someone.ready()
    assert axe(page) == []
    assert overflow_px(page) == 0
    page.locator("[name=to_whom]").focus()
    page.keyboard.type("Parquet de Valcombe")
    page.keyboard.press("Tab")
    page.keyboard.type("Réquisition 2026-118")
    with page.expect_download() as taken:
        page.keyboard.press("Enter")
    assert taken.value.suggested_filename == f"{label}.zip"
    assert someone.complaints == []


@pytest.mark.parametrize("look", LOOKS)
def test_what_should_not_stand_in_the_facts_is_marked_and_its_answer_goes_with_the_entry(
    visitor: MakeVisitor, look: dict[str, str]
) -> None:
    someone = visitor("agent", **look)
    page = someone.go("/logbook/new/?logbook=patrols")
    page.locator("[name=text]").focus()
    page.keyboard.type("Tapage au 3e. Individu schizophrène, rappel au 06 12 34 56 78.")
    items = page.locator(".guard__item")
    expect(items).to_have_count(2)
    assert axe(page) == []
    assert overflow_px(page) == 0
    page.reload()  # the draft comes back, and its marks with it
    someone.ready()
    expect(items).to_have_count(2)
    items.nth(1).locator("button").first.press("Enter")  # replaced by a neutral word
    expect(items).to_have_count(1)
    items.first.locator("button[aria-expanded]").press("Enter")
    items.first.locator(".guard__why button").first.press("Enter")
    expect(page.locator("[name=text]")).to_have_value(re.compile(r"rappel au \[téléphone\]\.$"))
    page.locator("[name=text]").focus()
    with page.expect_request("**/logbook/save/") as sent:
        page.keyboard.press("Control+Enter")
    expect(page.locator(".toast--success")).to_be_visible()
    assert '"kept"' in unquote_plus(sent.value.post_data or "")
    expect(items).to_have_count(0)  # the next entry begins clean
