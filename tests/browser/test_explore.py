"""Explore in a browser: three linked views of one selection, by pointer and by keys alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from tests.browser.conftest import MakeVisitor, Visitor, axe, overflow_px

DRAWN_MS = 40_000  # a busy machine draws maps in software
COUNT = "[data-summary] strong"
LOOKS = [
    pytest.param({"width": 1440, "theme": "light", "language": "fr"}, id="desk-light-fr"),
    pytest.param({"width": 1440, "theme": "dark", "language": "en", "density": "compact"}, id="desk-dark-en"),
    pytest.param({"width": 390, "height": 844, "theme": "dark", "language": "fr"}, id="phone-dark-fr"),
    pytest.param({"width": 2560, "height": 1300, "theme": "light", "language": "en"}, id="wall-light-en"),
]


@pytest.fixture
def someone(visitor: MakeVisitor) -> Visitor:
    """Return an agent at a desk."""
    return visitor("agent")


def drawn(page: Page, answers: int = 0) -> None:
    """Wait until the map has drawn the answer number `answers`."""
    root = page.locator(".explore")
    expect(root).to_have_attribute("data-answered", str(answers), timeout=DRAWN_MS)
    expect(root).to_have_attribute("data-mapped", str(answers), timeout=DRAWN_MS)
    expect(root).to_have_attribute("data-charted", str(answers), timeout=DRAWN_MS)


def total(page: Page) -> int:
    """Return the number of facts that the counter says."""
    return int(re.sub(r"\D", "", page.locator(COUNT).inner_text()))


def explore(someone: Visitor, query: str = "") -> Page:
    page = someone.go(f"/explore/{query}")
    drawn(page)
    return page


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("query", ["", "?map=zones&stack=1&since=2026-01-01", "?q=nothing-like-it&severity-from=2"])
def test_explore_has_no_barrier_no_overflow_and_no_error(
    visitor: MakeVisitor, look: dict[str, object], query: str
) -> None:
    someone = visitor("agent", **look)
    page = explore(someone, query)
    assert axe(page) == []
    assert overflow_px(page) == 0
    assert someone.complaints == []


def test_a_brush_on_the_time_line_changes_list_counter_chips_and_address(someone: Visitor) -> None:
    page = explore(someone)
    before = total(page)
    box = page.locator("[data-brush]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 40)
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 40)
    page.mouse.up()
    drawn(page, 1)
    assert 0 < total(page) < before
    expect(page).to_have_url(re.compile(r"since=\d{4}-\d\d-\d\d&until="))
    expect(page.locator("[data-chips] .chip__edit")).to_have_count(1)
    page.go_back()
    drawn(page, 2)
    assert total(page) == before
    page.go_forward()
    drawn(page, 3)
    assert total(page) < before


def test_a_click_on_a_zone_chooses_it_and_another_click_gives_it_up(someone: Visitor) -> None:
    page = explore(someone, "?map=zones&level=district")
    before = total(page)
    canvas = page.locator("[data-map]").bounding_box()
    assert canvas is not None
    west = (canvas["x"] + canvas["width"] * 0.42, canvas["y"] + canvas["height"] * 0.5)
    page.mouse.click(*west)
    drawn(page, 1)
    expect(page).to_have_url(re.compile("zone=district:west"))
    assert 0 < total(page) < before
    page.mouse.click(*west)
    drawn(page, 2)
    assert total(page) == before


def test_a_drawn_outline_keeps_what_lies_in_it(someone: Visitor) -> None:
    page = explore(someone)
    before = total(page)
    canvas = page.locator("[data-map]").bounding_box()
    assert canvas is not None
    page.get_by_role("button", name="Tracer un contour").click()
    middle = (canvas["x"] + canvas["width"] / 2, canvas["y"] + canvas["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    for east, south in ((80, 0), (80, 60), (0, 90), (-60, 40)):
        page.mouse.move(middle[0] + east, middle[1] + south, steps=4)
    page.mouse.up()
    drawn(page, 1)
    assert 0 < total(page) < before
    corners = re.findall(r"[\d.]+,[\d.]+", page.url.partition("outline=")[2])
    assert 3 <= len(corners) <= 64
    page.get_by_role("link", name="Retirer dans le contour tracé").click()
    drawn(page, 2)
    assert total(page) == before


def test_a_box_by_escape_is_given_up(someone: Visitor) -> None:
    page = explore(someone)
    button = page.get_by_role("button", name="Tracer un cadre")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".map-sheet")).to_have_count(0)


def test_a_point_tells_its_fact_by_the_same_card(someone: Visitor) -> None:
    page = explore(someone)
    rows = page.evaluate("JSON.parse(document.getElementById('explore-answer').textContent).rows")
    fact = next(row for row in rows if row["lat"] is not None)  # an entry just written may have no place
    page = explore(someone, f"?id={fact['id']}&at={fact['lat']},{fact['lon']},17")
    canvas = page.locator("[data-map]").bounding_box()
    assert canvas is not None
    page.mouse.click(canvas["x"] + canvas["width"] / 2, canvas["y"] + canvas["height"] / 2)
    card = page.locator(f".map-card .fact-card[data-fact='{fact['id']}']")
    expect(card).to_be_visible()
    assert axe(page) == []
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)


def test_a_row_lights_its_bar(someone: Visitor) -> None:
    page = explore(someone)
    mark = page.locator("[data-brush-mark]")
    expect(mark).to_be_hidden()
    page.locator("[data-list] [data-fact]").nth(2).hover()
    expect(mark).to_be_visible()
    page.locator("h1").hover(force=True)
    page.mouse.move(700, 5)
    expect(mark).to_be_hidden()


def test_the_whole_path_by_keys_alone(someone: Visitor) -> None:
    page = explore(someone)
    before = total(page)
    page.keyboard.press("/")
    expect(page.locator("[data-bar-input]")).to_be_focused()
    page.keyboard.type("brui")
    page.keyboard.press("ArrowDown")  # at once: the list it walks must answer the whole word, not an earlier text
    expect(page.locator("[data-bar-input]")).to_have_attribute("aria-activedescendant", "explore-suggestion-0")
    page.keyboard.press("Enter")
    drawn(page, 1)
    noisy = total(page)
    assert 0 < noisy < before
    page.get_by_role("slider", name="Début de la période").focus()
    page.keyboard.press("PageUp")
    page.keyboard.press("Enter")
    drawn(page, 2)
    assert total(page) < noisy
    page.locator("[data-list] [data-fact]").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-list] [data-fact]").nth(1)).to_be_focused()
    expect(page.locator("[data-brush-mark]")).to_be_visible()
    page.keyboard.press("t")
    expect(page.locator("[data-text-input]")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("gravité>=4")
    page.keyboard.press("Enter")
    drawn(page, 3)
    expect(page).to_have_url(re.compile(r"\?severity-from=4$"))
    page.keyboard.press("Escape")
    page.keyboard.press("Backspace")
    drawn(page, 4)
    assert total(page) == before


def test_a_separator_moves_by_keys_and_remembers(someone: Visitor) -> None:
    page = explore(someone)
    separator = page.get_by_role("separator", name="Largeur de la liste")
    separator.focus()
    page.keyboard.press("ArrowRight")
    expect(separator).to_have_attribute("aria-valuenow", "42")
    page = explore(someone)
    expect(page.get_by_role("separator", name="Largeur de la liste")).to_have_attribute("aria-valuenow", "42")


def test_what_cannot_be_read_is_pointed_at(someone: Visitor) -> None:
    page = explore(someone)
    field = page.locator("[data-bar-input]")
    field.fill("gravité>=3 zone:Zorglub")
    field.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Zorglub")).to_be_visible()
    expect(field).to_have_attribute("aria-invalid", "true")
    assert field.evaluate("(field) => field.selectionStart") == len("gravité>=3 zone:")
    assert page.locator(".trouble__text mark").inner_text() == "Z"
    field.fill("gravité>=3")
    expect(page.locator("[data-bar-trouble]")).to_be_hidden()


def test_a_chip_can_be_changed_in_place(someone: Visitor) -> None:
    page = explore(someone, "?severity-from=4&category=noise")
    page.get_by_role("button", name="Gravité 4 à 5").click()
    field = page.locator("[data-bar-input]")
    expect(field).to_have_value("gravité>=4")
    field.fill("gravité>=2")
    field.press("Enter")
    drawn(page, 1)
    expect(page).to_have_url(re.compile(r"\?category=noise&severity-from=2$"))


def test_tables_say_what_the_pictures_draw(someone: Visitor) -> None:
    page = explore(someone, "?map=zones")
    for name in ("timeline", "map"):
        page.locator(f"[data-table-toggle={name}]").click()
        numbers = page.locator(f"[data-table={name}] tbody td:nth-child(2)")
        expect(numbers.first).to_be_visible()
        assert sum(int(re.sub(r"\D", "", said)) for said in numbers.all_inner_texts()) == total(page)
    assert axe(page) == []
    page.locator("[data-table=map] tbody a").first.click()
    expect(page).to_have_url(re.compile("zone=quarter:"))


def test_a_view_is_saved_opened_and_its_deletion_undone(someone: Visitor) -> None:
    page = explore(someone, "?category=noise&map=zones")
    page.locator("summary", has_text="Vues").click()
    page.get_by_label("Enregistrer cette sélection sous").fill("Nuits bruyantes")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator("[data-open-view]", has_text="Nuits bruyantes")).to_be_visible()
    page = explore(someone)
    page.locator("summary", has_text="Vues").click()
    page.locator("[data-open-view]", has_text="Nuits bruyantes").click()
    expect(page).to_have_url(re.compile(r"\?category=noise&map=zones$"))
    page.locator("summary", has_text="Vues").click()
    page.get_by_role("button", name="Supprimer Nuits bruyantes").click()
    expect(page.locator("[data-open-view]")).to_have_count(0)
    page.get_by_role("status").get_by_role("button", name="Annuler").click()
    page.locator("summary", has_text="Vues").click()
    expect(page.locator("[data-open-view]", has_text="Nuits bruyantes")).to_be_visible()


def test_an_export_is_what_the_list_says(someone: Visitor, tmp_path: Path) -> None:
    page = explore(someone, "?category=noise")
    page.locator("summary", has_text="Exporter").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    saved = tmp_path / "export.csv"
    download.value.save_as(saved)
    assert len(saved.read_text(encoding="utf-8").splitlines()) == total(page) + 1
    assert "nature-Bruit" in download.value.suggested_filename


def test_a_failing_portal_is_said_and_asked_again(someone: Visitor) -> None:
    page = explore(someone)
    page.route("**/explore/answer?*", lambda route: route.abort())
    page.locator("select[data-sort]").select_option("oldest")
    alert = page.locator(".explore__problem")
    expect(alert).to_be_visible()
    page.unroute("**/explore/answer?*")
    page.get_by_role("button", name="Réessayer").click()
    drawn(page, 1)
    expect(alert).to_be_hidden()
    expect(page).to_have_url(re.compile("sort=oldest"))


def test_a_late_answer_never_takes_the_place_of_a_newer_one(someone: Visitor) -> None:
    page = explore(someone)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/explore/answer?*sort=oldest*", hold)
    page.locator("select[data-sort]").select_option("oldest")
    expect(page.locator(".explore")).to_have_class(re.compile("is-slow"))
    page.locator("select[data-sort]").select_option("severity")
    drawn(page, 1)
    page.unroute_all(behavior="ignoreErrors")
    expect(page).to_have_url(re.compile("sort=severity"))
    expect(page.locator("select[data-sort]")).to_have_value("severity")


def test_on_a_phone_one_view_shows_at_a_time(visitor: MakeVisitor) -> None:
    page = explore(visitor("agent", width=390, height=844))
    for shown, name in (("list", "Liste"), ("timeline", "Chronologie"), ("map", "Carte")):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.locator("[data-list]")).to_be_visible(visible=shown == "list")
        expect(page.locator("[data-chart]")).to_be_visible(visible=shown == "timeline")
        expect(page.locator("[data-map]")).to_be_visible(visible=shown == "map")
        assert overflow_px(page) == 0


def test_who_sees_no_exact_place_gets_zones_and_their_table(visitor: MakeVisitor) -> None:
    page = explore(visitor("elected"))
    expect(page.locator("[data-tool=lasso]")).to_have_count(0)
    expect(page.locator("[data-legend]")).to_contain_text("Faits par zone")
    assert page.locator("summary", has_text="Exporter").count() == 0


def test_the_legend_filters_severities(someone: Visitor) -> None:
    page = explore(someone)
    page.locator("[data-legend]").get_by_role("button", name="5 · Critique").click()
    drawn(page, 1)
    expect(page).to_have_url(re.compile("severity-from=5$"))
    page.locator("[data-legend]").get_by_role("button", name="5 · Critique").click()
    drawn(page, 2)
    expect(page).to_have_url(re.compile(r"/explore/$"))


def test_deep_pages_of_the_list_are_reached_and_shareable(someone: Visitor) -> None:
    page = explore(someone)
    page.get_by_role("link", name="Dernière page").click()
    drawn(page, 1)
    expect(page).to_have_url(re.compile(r"page=\d+"))
    last = page.locator("[data-list] [data-fact]").last.get_attribute("data-fact")
    again = explore(someone, page.url.partition("/explore/")[2])
    assert again.locator("[data-list] [data-fact]").last.get_attribute("data-fact") == last
