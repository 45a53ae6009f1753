"""With the pointer unplugged."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from tests.browser.conftest import PASSWORD, MakeVisitor


def focused(page: Page) -> str:
    said: str = page.evaluate("document.activeElement.textContent.trim() || document.activeElement.name || ''")
    return said


def test_signing_in_needs_no_pointer(visitor: MakeVisitor) -> None:
    page = visitor().go("/sign-in/")
    expect(page.locator("[name=login]")).to_be_focused()
    page.keyboard.type("agent")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Situation")


def test_the_first_stop_skips_to_the_content(visitor: MakeVisitor) -> None:
    page = visitor("agent").go("/")
    page.keyboard.press("Tab")
    assert focused(page) == "Aller au contenu"
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_the_stops_follow_the_eye_and_each_is_visible(visitor: MakeVisitor) -> None:
    page = visitor("agent").go("/profile/")
    stops = []
    for _ in range(12):
        page.keyboard.press("Tab")
        stops.append(focused(page))
        outline = page.evaluate(
            """() => { const it = document.activeElement; const label = it.closest("label");
              return [it, label ?? it].some((one) => getComputedStyle(one).outlineStyle !== "none"); }"""
        )
        assert outline, f"no visible focus on {stops[-1]!r}"
    assert stops[1:7] == ["Quiétude", "Situation", "Alarmes", "Situations", "Main courante", "Vacations"]


def test_g_then_a_letter_goes_places(visitor: MakeVisitor) -> None:
    page = visitor("agent").go("/profile/")
    page.keyboard.press("g")
    page.keyboard.press("s")
    expect(page.locator("h1")).to_have_text("Situation")


def test_the_question_mark_lists_the_keys_and_escape_closes(visitor: MakeVisitor) -> None:
    page = visitor("agent").go("/")
    page.keyboard.press("?")
    dialog = page.locator("#shortcuts")
    expect(dialog).to_be_visible()
    expect(dialog.locator("tbody tr").first).to_contain_text("Situation")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_keys_typed_in_a_field_stay_in_the_field(visitor: MakeVisitor) -> None:
    page = visitor("agent").go("/profile/")
    name = page.locator("[name=full_name]")
    name.fill("")
    name.press_sequentially("gs?")
    expect(name).to_have_value("gs?")
    expect(page.locator("#shortcuts")).to_be_hidden()


def test_whoever_turned_the_keys_off_has_none(visitor: MakeVisitor) -> None:
    someone = visitor("elected")
    page = someone.go("/profile/")
    page.locator("[name=has_keys]").uncheck()
    page.locator("main form button[type=submit]").click()
    expect(page.locator("body[data-keys]")).to_be_attached()
    someone.ready()
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_hidden()
    page.locator("[name=has_keys]").check()
    page.locator("main form button[type=submit]").click()
    expect(page.locator("body:not([data-keys])")).to_be_attached()
    someone.ready()
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()


def test_theme_and_density_change_at_once_and_stay(visitor: MakeVisitor) -> None:
    someone = visitor("agent", theme="light", density="comfortable")
    page = someone.go("/")
    page.locator("summary[aria-label='Apparence']").press("Enter")
    with page.expect_response("**/preferences/"):
        page.locator("[name=header-theme][value=dark]").press("Space")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    someone.go("/profile/")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_language_changes_from_the_header(visitor: MakeVisitor) -> None:
    page = visitor("data_manager", language="fr").go("/")
    page.locator("summary[aria-label='Apparence']").press("Enter")
    page.locator(".top [name=language][value=en]").press("Space")
    expect(page.locator(".card__title").first).to_have_text("By family, 7 days")


def test_tabs_answer_to_arrows(visitor: MakeVisitor) -> None:
    page = visitor("administrator").go("/ui/")
    page.locator("#tab-1").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-2")).to_be_focused()
    expect(page.locator("#panel-2")).to_be_visible()
    expect(page.locator("#panel-1")).to_be_hidden()


def test_a_message_offers_the_way_back(visitor: MakeVisitor) -> None:
    page = visitor("administrator", language="fr").go("/ui/")
    page.locator("[data-island=sample-toast]").press("Enter")
    page.locator(".toast button", has_text="Annuler").press("Enter")
    expect(page.locator(".toast--success")).to_contain_text("revenue")


def test_a_table_sorts_by_its_head(visitor: MakeVisitor) -> None:
    page = visitor("administrator", language="fr").go("/ui/")
    table = page.locator("table[data-island=sortable]")
    head = table.locator("th", has_text="Faits")
    head.locator("button").press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    first = table.locator("tbody tr").first.inner_text()
    head.locator("button").press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    assert table.locator("tbody tr").last.inner_text() == first


def test_the_page_says_that_the_network_is_gone(visitor: MakeVisitor) -> None:
    page = visitor("analyst").go("/")  # who writes entries has a line of their own for it, in the head
    expect(page.locator("#offline")).to_be_hidden()
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#offline")).to_be_hidden()


def test_on_a_telephone_the_bar_leads_everywhere_the_rail_does(visitor: MakeVisitor) -> None:
    page = visitor("administrator", width=390, height=844).go("/")
    page.locator(".bottom button").press("Enter")
    sheet = page.locator("#more")
    expect(sheet).to_be_visible()
    sheet.get_by_role("link", name="Comptes").press("Enter")
    expect(page.locator("h1")).to_have_text("Comptes")
