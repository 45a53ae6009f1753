"""The tray of alarms in a browser: it follows by itself, nothing moves in use, an alarm is taken and given back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import MakeVisitor, Portal, axe, overflow_px

PLACES = {
    "Le Port": (5.38, 43.29),
    "Les Halles": (5.42, 43.29),
    "Le Moulin": (5.38, 43.31),
    "Le Plateau": (5.42, 43.31),
}
LOOKS = [
    {"language": "fr", "theme": "light", "width": 1440},
    {"language": "en", "theme": "dark", "width": 390},
]


def ring(page: Page, portal: Portal, where: str) -> None:
    """Send three complaints of noise in a quarter."""
    lon, lat = PLACES[where]
    now = datetime.now(UTC)
    records = [
        {"key": uuid4().hex, "at": (now - timedelta(minutes=number)).isoformat(), "lon": lon, "lat": lat}
        for number in range(3)
    ]
    address = f"{portal.address}/api/v1/sources/logbook/records"
    answer = page.request.post(address, data=records, headers={"Authorization": f"Bearer {portal.token}"})
    assert answer.json()["accepted"] == 3


def test_an_alarm_appears_by_itself_is_taken_by_keyboard_and_given_back(visitor: MakeVisitor, portal: Portal) -> None:
    someone = visitor("agent", language="fr")
    page = someone.go("/alarms/")
    expect(page.locator("[data-live]")).to_contain_text("En direct")
    ring(page, portal, "Le Plateau")
    row = page.locator(".alarm", has_text="Le Plateau")
    expect(row).to_contain_text("sonne")
    row.locator(".alarm__what a").focus()
    page.keyboard.press("t")
    expect(page.locator(".toast")).to_contain_text("1 alarme prise en charge.")
    expect(row).to_contain_text("Camille Roux")
    expect(row.get_by_role("button", name="Prendre en charge")).to_have_count(0)
    page.locator(".toast").get_by_role("button", name="Annuler").click()
    expect(row.get_by_role("button", name="Prendre en charge")).to_be_visible()
    assert someone.complaints == []


def test_nothing_moves_while_something_is_written_and_the_news_is_one_click_away(
    visitor: MakeVisitor, portal: Portal
) -> None:
    someone = visitor("agent", language="fr")
    page = someone.go("/alarms/")
    ring(page, portal, "Le Port")
    first = page.locator(".alarm", has_text="Le Port")
    expect(first).to_be_visible()
    first.locator("summary", has_text="Mettre de côté").click()
    first.locator("[name=said]").fill("fête")
    ring(page, portal, "Les Halles")
    expect(page.locator("[data-newer]")).to_be_visible()
    expect(first.locator("[name=said]")).to_have_value("fête")
    expect(page.locator(".alarm", has_text="Les Halles")).to_have_count(0)
    page.locator("[data-newer]").click()
    expect(page.locator(".alarm", has_text="Les Halles")).to_be_visible()


def test_a_page_that_hears_nothing_says_that_it_is_stale(visitor: MakeVisitor) -> None:
    someone = visitor("agent", language="fr")
    page = someone.page
    page.clock.install()
    page.route("**/alarms/stream/", lambda route: route.abort())
    someone.go("/alarms/")
    page.clock.run_for(40_000)
    expect(page.locator("[data-live]")).to_contain_text("Périmé")


@pytest.mark.parametrize("look", LOOKS)
def test_tray_and_alarm_have_no_barrier_no_overflow_and_no_error(
    visitor: MakeVisitor, portal: Portal, look: dict[str, object]
) -> None:
    someone = visitor("agent", **look)
    page = someone.go("/alarms/")
    ring(page, portal, "Le Moulin")
    row = page.locator(".alarm", has_text="Le Moulin")
    expect(row).to_be_visible()
    row.locator("summary").first.click()
    assert axe(page) == []
    assert overflow_px(page) == 0
    row.locator(".alarm__what a").click()
    someone.ready()
    assert axe(page) == []
    assert overflow_px(page) == 0
    assert someone.complaints == []
