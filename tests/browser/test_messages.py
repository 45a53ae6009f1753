"""Rosters, channels, quiet hours and suppression in a browser: made by their forms, without barrier or overflow."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import MakeVisitor, axe, overflow_px

LOOKS = [
    {"language": "fr", "theme": "light", "width": 1440},
    {"language": "en", "theme": "dark", "width": 390},
]
SHOTS = os.environ.get("QUIETUDE_SHOTS")
"""Folder for pictures of the pages, where somebody wants to look at them."""


def looked_at(page: Page, name: str) -> None:
    """Hold that a page has no barrier and fits."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
    assert axe(page) == []
    assert overflow_px(page) == 0


def a_roster(page: Page, code: str) -> None:
    """Make a roster by its form, with nights that leave the days open."""
    page.fill("[name=code]", code)
    page.fill("[name=title_fr]", "Astreinte de nuit")
    page.fill("[name=title_en]", "Night duty")
    page.select_option("[name=service]", index=1)
    page.get_by_role("button", name="Save").or_(page.get_by_role("button", name="Enregistrer")).click()
    page.wait_for_url(f"**/rosters/{code}/")
    form = page.locator("form[action$='/turns/']")
    form.locator("[name=person]").select_option(index=1)
    for box in form.locator("[name=days]").all():
        box.check()
    form.locator("[name=begins]").fill("20:00")
    form.locator("[name=ends]").fill("06:00")
    form.locator("button[type=submit]").click()


@pytest.mark.parametrize("look", LOOKS, ids=["fr", "en"])
def test_a_roster_is_made_and_read_by_week_and_month_with_keys(visitor: MakeVisitor, look: dict[str, object]) -> None:
    tongue = str(look["language"])
    someone = visitor("supervisor", **look)
    page = someone.go("/rosters/new/")
    looked_at(page, f"roster-new-{tongue}")
    a_roster(page, f"night-{tongue}")
    someone.ready()
    expect(page.locator(".roster__piece--gap").first).to_be_visible()
    page.locator("summary", has_text="remplacement" if tongue == "fr" else "replacement").click()
    looked_at(page, f"roster-week-{tongue}")
    week = page.url
    page.locator("h1").click()
    page.keyboard.press("]")
    page.wait_for_url("**day=**")
    someone.ready()
    page.keyboard.press("v")
    page.wait_for_url("**view=month**")
    someone.ready()
    looked_at(page, f"roster-month-{tongue}")
    assert page.url != week
    someone.go("/rosters/")
    looked_at(page, f"rosters-{tongue}")
    assert someone.complaints == []


@pytest.mark.parametrize("look", LOOKS, ids=["fr", "en"])
def test_channels_are_kept_and_tested_by_administrators_only(visitor: MakeVisitor, look: dict[str, object]) -> None:
    tongue = str(look["language"])
    someone = visitor(**look)
    someone.sign_in("administrator")  # a channel is kept by whoever proved just now who they are
    someone.prefer(**{name: str(said) for name, said in look.items() if name in {"language", "theme"}})
    page = someone.go("/notifications/channels/new/")
    looked_at(page, f"channel-new-{tongue}")
    page.fill("[name=code]", f"mail-{tongue}")
    page.fill("[name=title_fr]", "Courriel de la ville")
    page.fill("[name=title_en]", "Mail of the town")
    page.fill("[name=address]", "mailtos://quietude:geheim@mail.valcombe.example?from=q@valcombe.example&to={to}")
    page.locator("form[data-once]").get_by_role("button", name="Save").or_(
        page.get_by_role("button", name="Enregistrer")
    ).click()
    page.wait_for_url(f"**/channels/mail-{tongue}/")
    someone.ready()
    assert "geheim" not in page.content()
    looked_at(page, f"channel-{tongue}")
    someone.go("/notifications/channels/")
    looked_at(page, f"channels-{tongue}")
    someone.go("/notifications/mine/")
    looked_at(page, f"mine-{tongue}")
    assert someone.complaints == []


@pytest.mark.parametrize("look", LOOKS, ids=["fr", "en"])
def test_an_event_is_planned_and_ended(visitor: MakeVisitor, look: dict[str, object]) -> None:
    tongue = str(look["language"])
    someone = visitor("supervisor", **look)
    page = someone.go("/alarms/suppression/")
    page.locator("summary", has_text="événement" if tongue == "fr" else "event").click()
    looked_at(page, f"suppression-new-{tongue}")
    form = page.locator("form[action$='/plan/']")
    form.locator("[name=reason]").fill(f"Fête {tongue}")
    form.locator("[name=zones]").select_option("quarter:halles")
    form.locator("[name=begins_at]").fill("2099-06-17T20:00")
    form.locator("[name=ends_at]").fill("2099-06-18T02:00")
    form.locator("button[type=submit]").click()
    someone.ready()
    expect(page.locator(".roster__changes")).to_contain_text(f"Fête {tongue}")
    looked_at(page, f"suppression-{tongue}")
    page.get_by_role("button", name=f"Fête {tongue}").click()
    someone.ready()
    expect(page.locator("main")).not_to_contain_text(f"Fête {tongue}")
    for tab in ("mine", "suppressed"):
        someone.go(f"/alarms/?show={tab}")
        looked_at(page, f"tray-{tab}-{tongue}")
    assert someone.complaints == []
