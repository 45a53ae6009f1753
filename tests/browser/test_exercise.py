"""A past evening played as an exercise: an alarm rings, is taken, becomes a situation, and ends in its report."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pypdf
import pytest
from bench.logbook_agents import environ_of
from playwright.sync_api import Page, expect
from tests.browser.conftest import MakeVisitor, Portal
from tests.browser.test_alarms import PLACES

QUARTER = "Le Moulin"


def send_past_evening(page: Page, portal: Portal) -> datetime:
    """File three complaints of five days ago, and return when: too old to call anybody for them."""
    lon, lat = PLACES[QUARTER]
    then = (datetime.now(UTC) - timedelta(days=5)).replace(second=30, microsecond=0)
    records = [
        {"key": uuid4().hex, "at": (then + timedelta(minutes=number)).isoformat(), "lon": lon, "lat": lat}
        for number in range(3)
    ]
    address = f"{portal.address}/api/v1/sources/logbook/records"
    answer = page.request.post(address, data=records, headers={"Authorization": f"Bearer {portal.token}"})
    assert answer.json()["accepted"] == 3
    return then


@pytest.fixture
def replay(portal: Portal) -> Iterator[Callable[[datetime], None]]:
    """Return what plays an evening by the command, as the trainer of a shift would; cleared afterwards."""

    def run(*arguments: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "quietude.cli.main", "replay", *arguments],
            env=environ_of(portal.settings), cwd=portal.settings.var_dir, check=True, capture_output=True, timeout=120,
        )  # fmt: skip

    def play(then: datetime) -> None:
        local = then.astimezone(ZoneInfo("Europe/Paris"))
        since, until = local - timedelta(minutes=1), local + timedelta(minutes=4)
        period = ("--from", f"{since:%Y-%m-%dT%H:%M}", "--until", f"{until:%Y-%m-%dT%H:%M}")
        run("--source", "logbook", "--speed", "600", *period)

    yield play
    run("--clear")


def text_of(path: Path) -> str:
    """Return the words of a PDF."""
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(path.read_bytes())).pages)


def test_an_evening_is_played_handled_and_ends_in_its_report(
    visitor: MakeVisitor, portal: Portal, replay: Callable[[datetime], None]
) -> None:
    someone = visitor("agent", language="fr")
    page = someone.go("/alarms/")
    then = send_past_evening(page, portal)
    page.wait_for_timeout(1_500)  # filed, and judged as past
    replay(then)
    row = page.locator(".alarm", has_text=QUARTER).filter(has_text="exercice")
    expect(row).to_contain_text("sonne")
    row.locator(".alarm__what a").focus()
    page.keyboard.press("t")
    expect(page.locator(".toast")).to_contain_text("1 alarme prise en charge.")
    expect(row).to_contain_text("Camille Roux")
    row.locator(".alarm__what a").focus()
    page.keyboard.press("o")
    page.wait_for_url("**/situations/new/**")
    page.get_by_label("Type de situation").select_option(label="Tapage nocturne")
    page.get_by_role("button", name="Ouvrir", exact=True).click()
    page.wait_for_url(re.compile(r"/situations/\d{4}-\d{4}/"))
    someone.ready()
    expect(page.locator("main")).to_contain_text("exercice")
    page.locator(".reflex").get_by_role("button", name="Voie publique").click()
    page.locator(".reflex__step--now").get_by_role("button", name="Fait").click()
    page.get_by_role("button", name="Le bruit a cessé").click()
    page.locator("summary", has_text="Résoudre").click()
    page.locator("#outcome").fill("Musique coupée")
    page.get_by_role("button", name="Résoudre").click()
    page.get_by_role("button", name="Clore").click()
    expect(page.locator(".alarm__head").first).to_contain_text("close")
    with page.expect_download() as got:
        page.get_by_role("link", name="Retour d’expérience").click()
    assert "EXERCICE" in text_of(got.value.path())
    assert someone.complaints == []
