"""The situation room in a browser: it follows by itself, nothing moves in use, keys do all of it, it never grows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect
from tests.browser.conftest import MakeVisitor, Portal, axe, overflow_px
from tests.browser.test_alarms import PLACES, ring

LOOKS = [
    {"language": "fr", "theme": "light", "width": 1440},
    {"language": "en", "theme": "dark", "width": 390},
    {"language": "fr", "theme": "dark", "width": 2560, "height": 1440},
]
LISTEN = """
globalThis.notes = 0;
const make = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () { globalThis.notes += 1; return make.call(this); };
"""
ROUNDS = 30
MESSAGE = 100
"""Records of one round: 6,000 in all are what a large town's logbooks and calls bring in twelve hours."""


def row(page: Page, where: str) -> Locator:
    """Return the row of the alarm of a quarter, alone or in its group."""
    return page.locator("[data-alarm]", has_text=where)


def test_an_alarm_appears_by_itself_and_is_taken_by_a_key(visitor: MakeVisitor, portal: Portal) -> None:
    someone = visitor("agent", language="fr")
    page = someone.go("/room/")
    expect(page.locator("[data-live]")).to_contain_text("En direct")
    ring(page, portal, "Le Plateau")
    expect(row(page, "Le Plateau")).to_be_visible()
    expect(page.locator("[data-lines] li").first).to_be_visible()
    for _ in range(page.locator("[data-alarm]").count()):
        page.keyboard.press("j")
        if page.locator(".room-alarm--chosen", has_text="Le Plateau").count():
            break
    expect(page.locator(".room-alarm--chosen")).to_contain_text("Le Plateau")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("a")
    expect(page.locator(".toast")).to_contain_text("1 alarme prise en charge.")
    expect(row(page, "Le Plateau")).to_contain_text("Camille Roux")
    expect(page.locator("[data-lines]")).to_contain_text("Camille Roux")
    page.locator(".toast").get_by_role("button", name="Annuler").click()
    expect(row(page, "Le Plateau").locator("[data-take]")).to_be_visible()
    assert someone.complaints == []


def test_an_alarm_is_set_aside_with_a_reason_by_keys_alone(visitor: MakeVisitor, portal: Portal) -> None:
    page = visitor("agent", language="fr").go("/room/")
    ring(page, portal, "Le Moulin")
    expect(row(page, "Le Moulin")).to_be_visible()
    row(page, "Le Moulin").locator("[data-around]").focus()
    page.keyboard.press("s")
    expect(page.locator("#room-aside")).to_be_visible()
    page.keyboard.type("fête déclarée")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("1 alarme mise de côté.")
    expect(row(page, "Le Moulin")).to_have_count(0)
    page.locator(".toast").get_by_role("button", name="Annuler").click()
    expect(row(page, "Le Moulin")).to_be_visible()


def test_nothing_jumps_under_the_pointer_and_the_news_waits(visitor: MakeVisitor, portal: Portal) -> None:
    page = visitor("agent", language="fr").go("/room/")
    lines = page.locator("[data-lines] li")
    ring(page, portal, "Le Port")
    expect(row(page, "Le Port")).to_be_visible()
    page.locator("[data-log-scroll]").evaluate("it => { it.scrollTop = 60; }")
    first = lines.nth(5).get_attribute("data-row")
    before = lines.nth(5).bounding_box()
    ring(page, portal, "Le Port")
    news = page.locator("[data-newer=log]")
    expect(news).to_be_visible()
    expect(news).to_contain_text("nouveaux")
    assert lines.nth(5).get_attribute("data-row") == first
    assert lines.nth(5).bounding_box() == before
    news.click()
    expect(news).to_be_hidden()
    assert lines.nth(5).get_attribute("data-row") != first


def test_what_else_happened_near_is_found_by_keys_with_its_reason(visitor: MakeVisitor, portal: Portal) -> None:
    someone = visitor("agent", language="fr")
    page = someone.go("/room/")
    for where in ("Le Port", "Les Halles"):
        ring(page, portal, where)
        expect(row(page, where)).to_be_visible()
    row(page, "Les Halles").locator("[data-around]").focus()
    page.keyboard.press("v")
    panel = page.locator("[data-near]")
    expect(panel).to_be_visible()
    radius = panel.locator("[data-near-radius]")
    expect(radius).to_be_focused()
    expect(radius).to_have_attribute("aria-valuetext", "500 m")
    page.keyboard.press("ArrowLeft")
    expect(radius).to_have_attribute("aria-valuetext", "300 m")
    page.keyboard.press("End")
    expect(radius).to_have_attribute("aria-valuetext", "5 km")
    expect(panel.locator("[data-near-said]")).to_contain_text("autres faits")
    expect(panel.locator("[data-near-list] li").first).to_contain_text("même nature")
    panel.locator("[data-near-look]").press("Enter")
    expect(panel.locator("table")).to_be_visible()
    assert axe(page) == []
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(row(page, "Les Halles").locator("[data-around]")).to_be_focused()
    assert someone.complaints == []


def test_one_key_starts_a_situation_from_the_chosen_alarm(visitor: MakeVisitor, portal: Portal) -> None:
    someone = visitor("agent", language="fr")
    page = someone.go("/room/")
    ring(page, portal, "Le Port")
    expect(row(page, "Le Port")).to_be_visible()
    before = page.locator("[data-situations] li").count()
    row(page, "Le Port").locator("[data-around]").focus()
    with page.context.expect_page() as opened:
        page.keyboard.press("n")
    asking = opened.value
    expect(asking.locator("main h1")).to_be_visible()
    asking.locator("main form button[type=submit]").last.click()
    expect(page.locator("[data-situations] li")).to_have_count(before + 1)
    expect(page.locator("[data-situations]")).to_contain_text("Le Port")
    assert axe(page) == []
    assert someone.complaints == []


def test_a_key_filters_and_the_address_keeps_it(visitor: MakeVisitor, portal: Portal) -> None:
    someone = visitor("agent", language="fr")
    page = someone.go("/room/")
    ring(page, portal, "Le Port")
    expect(row(page, "Le Port")).to_be_visible()
    page.keyboard.press("5")
    expect(page.locator("[data-no-alarm]")).to_be_visible()
    assert page.url.endswith("/room/?severity=5")
    page.reload()
    someone.ready()
    expect(page.locator("[name=severity]")).to_have_value("5")
    page.keyboard.press("1")
    expect(row(page, "Le Port")).to_be_visible()
    page.locator("[name=zone]").select_option(label="Les Halles")
    expect(row(page, "Le Port")).to_have_count(0)


def test_sound_is_off_until_a_press_repeats_and_can_be_muted(visitor: MakeVisitor, portal: Portal) -> None:
    someone = visitor("agent", language="fr")
    page = someone.page
    page.add_init_script(LISTEN)
    page.clock.install()
    someone.go("/room/")
    ring(page, portal, "Le Port")
    expect(row(page, "Le Port")).to_be_visible()
    page.clock.run_for(20_000)
    assert page.evaluate("notes") == 0
    page.keyboard.press("b")
    expect(page.locator("[data-muted]")).to_have_text("Son allumé")
    page.clock.run_for(1_000)
    once = page.evaluate("notes")
    assert once > 0
    page.clock.run_for(9_000)
    assert page.evaluate("notes") == 2 * once, "it comes again until the alarm is taken"
    page.keyboard.press("z")
    expect(page.locator("[data-muted]")).to_contain_text("Coupé encore")
    page.clock.run_for(60_000)
    assert page.evaluate("notes") == 2 * once
    expect(page.locator("[data-muted]")).to_contain_text("3:5")
    page.clock.run_for(250_000)
    assert page.evaluate("notes") > 2 * once, "the mute ends by itself"


def test_a_screen_that_hears_nothing_says_that_it_is_stale(visitor: MakeVisitor) -> None:
    someone = visitor("agent", language="fr")
    page = someone.page
    page.clock.install()
    page.route("**/room/stream/**", lambda route: route.abort())
    someone.go("/room/")
    page.clock.run_for(40_000)
    expect(page.locator("[data-live]")).to_contain_text("Périmé")
    expect(page.locator("body.room-body--stale")).to_be_attached()


def test_after_a_cut_only_what_is_missing_is_asked_for(visitor: MakeVisitor, portal: Portal) -> None:
    someone = visitor("agent", language="fr")
    asked: list[str] = []
    page = someone.page
    page.on("request", lambda request: asked.append(request.url) if "/room/stream/" in request.url else None)
    someone.go("/room/")
    ring(page, portal, "Le Port")
    expect(row(page, "Le Port")).to_be_visible()
    page.context.set_offline(True)
    expect(page.locator("[data-live]")).to_contain_text("Liaison coupée")
    page.context.set_offline(False)
    expect(page.locator("[data-live]")).to_contain_text("En direct")
    assert asked[0].endswith("last=")
    assert "last=alarms." in asked[-1]
    expect(row(page, "Le Port")).to_be_visible()


def test_a_wall_has_no_name_and_no_control(visitor: MakeVisitor, portal: Portal) -> None:
    someone = visitor("agent", language="fr", width=1920, height=1080)
    page = someone.go("/room/?wall=1")
    ring(page, portal, "Le Port")
    expect(row(page, "Le Port")).to_be_visible()
    assert (
        page.locator("main :is(a, button:visible, input, select)").count()
        == page.locator("main .maplibregl-ctrl a").count()
    )
    assert "Camille Roux" not in page.locator("body").inner_text()
    assert axe(page) == []
    assert someone.complaints == []


@pytest.mark.parametrize("pane", ["map", "tray", "log", "situations"])
def test_a_pane_opens_as_a_window_of_its_own(visitor: MakeVisitor, pane: str) -> None:
    page = visitor("agent").go(f"/room/?pane={pane}")
    shown = [each for each in ("map", "tray", "log", "situations") if page.locator(f"[data-pane={each}]").is_visible()]
    assert shown == [pane]


def test_panes_are_sized_by_keys_and_remembered(visitor: MakeVisitor) -> None:
    someone = visitor("agent")
    page = someone.go("/room/")
    for name, key in (("tray", "ArrowRight"), ("log", "ArrowLeft")):
        separator = page.locator(f"[data-resizes={name}]")
        before = page.locator(f"[data-pane={name}]").bounding_box()
        separator.press(key)
        after = page.locator(f"[data-pane={name}]").bounding_box()
        assert before is not None
        assert after is not None
        assert after["width"] > before["width"]
        size = separator.get_attribute("aria-valuenow")
        page.reload()
        someone.ready()
        expect(separator).to_have_attribute("aria-valuenow", size or "")


@pytest.mark.parametrize("look", LOOKS)
def test_the_room_has_no_barrier_no_overflow_and_no_error(
    visitor: MakeVisitor, portal: Portal, look: dict[str, Any]
) -> None:
    someone = visitor("agent", **look)
    page = someone.go("/room/")
    ring(page, portal, "Le Port")
    expect(row(page, "Le Port")).to_be_visible()
    page.keyboard.press("?")
    for keys in ("j", "a", "s", "v", "m", "u", "b", "z", "1", "5"):
        expect(page.locator("#shortcuts kbd", has_text=keys).first).to_be_visible()
    page.keyboard.press("Escape")
    assert axe(page) == []
    assert overflow_px(page) == 0
    assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight"), "a screen, not a page"
    assert someone.complaints == []


def size_of(session: CDPSession) -> dict[str, float]:
    """Return what the page holds once all that is free was collected."""
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    found = session.send("Performance.getMetrics")["metrics"]
    wanted = {"Nodes", "JSEventListeners", "JSHeapUsedSize"}
    return {each["name"]: each["value"] for each in found if each["name"] in wanted}


def send_round(page: Page, portal: Portal, number: int) -> str:
    """Send a hundred records, a second or so apart in the last minutes; return the mark of the newest."""
    lon, lat = PLACES["Le Port"]
    now = datetime.now(UTC)
    records = [
        {
            "key": uuid4().hex,
            "at": (now - timedelta(milliseconds=each)).isoformat(),
            "lon": lon + each / 1e5,
            "lat": lat,
        }
        for each in range(MESSAGE)
    ]
    address = f"{portal.address}/api/v1/sources/logbook/records"
    answer = page.request.post(address, data=records, headers={"Authorization": f"Bearer {portal.token}"})
    assert answer.json()["accepted"] == MESSAGE, number
    return now.isoformat()


def test_twelve_hours_of_events_leave_nothing_behind(visitor: MakeVisitor, portal: Portal) -> None:
    someone = visitor("agent", language="fr")
    page = someone.go("/room/")
    expect(page.locator("[data-map][data-mapped]")).to_be_attached()
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    sizes = []
    for number in range(ROUNDS):
        newest = send_round(page, portal, number)
        # Each round replaces the whole log: a hundred rows come, a hundred go.
        page.wait_for_function(
            "newest => Date.parse(document.querySelector('[data-lines] time')?.dateTime) >= Date.parse(newest) - 1",
            arg=newest,
        )
        if number % 10 == 9:
            for _ in range(5):
                page.evaluate("dispatchEvent(new Event('online'))")  # the stream is opened anew
            expect(page.locator("[data-live]")).to_contain_text("En direct")
            sizes.append(size_of(session))
    for _ in range(20):  # a stream that was let go may wait to be freed, with its ten listeners; a leak never goes
        if sizes[-1]["JSEventListeners"] <= sizes[1]["JSEventListeners"] + 5:
            break
        page.wait_for_timeout(500)
        sizes.append(size_of(session))
    settled, last = sizes[1], sizes[-1]
    assert last["Nodes"] <= settled["Nodes"] * 1.02 + 50, sizes
    assert last["JSEventListeners"] <= settled["JSEventListeners"] + 5, sizes
    assert last["JSHeapUsedSize"] <= settled["JSHeapUsedSize"] * 1.10 + 500_000, sizes
    assert someone.complaints == []
