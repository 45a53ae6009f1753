"""Two real registers brought in by the wizard, as they were published: 12,833 and 153,946 lines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import MakeVisitor
from tests.browser.test_wizard import WAIT_MS, described, press

SAID = 30
"""Values whose first proposal is taken with Enter, one after the other, from the most frequent on."""
LONG_MS = 3 * WAIT_MS
FILES = [
    pytest.param("ucpd_chicago_incidents_2010_2019/ucpd_incidents.csv.gz", 12_833, 0.90, id="university"),
    pytest.param("laguna_beach_police_register_2018_2021/events.csv.gz", 153_946, 1.0, id="laguna"),
]


def open_values(page: Page) -> int:
    return int(page.locator("[data-island=wizard]").get_attribute("data-open") or -1)


def figure(page: Page, row: str) -> int:
    """Return the number of records in a row of the report."""
    cell = page.locator("tr", has=page.get_by_role("rowheader", name=re.compile(f"^{row}"))).locator("td").first
    return int(re.sub(r"\D", "", cell.inner_text()))


@pytest.mark.parametrize(("name", "rows", "share"), FILES)
def test_a_published_register_comes_in(
    visitor: MakeVisitor, data_dir: Path, name: str, rows: int, share: float
) -> None:
    path = data_dir / "incidents" / name
    someone = visitor("data_manager", width=1440)
    someone.page.set_default_timeout(WAIT_MS)
    page = described(someone, path, path.parent.name.split("_")[0].upper(), [], history="open")
    expect(page.locator("[data-island=wizard]")).to_have_attribute("data-open", re.compile(r"[1-9]"))
    there = open_values(page)
    page.get_by_role("button", name="Accepter toutes les propositions sûres").click()
    expect(page.locator("[data-island=wizard]")).not_to_have_attribute("data-open", str(there))
    left = open_values(page)
    page.get_by_role("button", name="Encore ouverts").click()
    page.locator(".words__row input:visible").first.focus()
    for _ in range(SAID):
        page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")
    assert open_values(page) == left - SAID
    press(page, "main form > .form__actions .button--main", "**/preview/")
    press(page, "form[action$='/trial/'] button", "**/trial/")
    expect(page.locator("form[action$='/import/'] button")).to_be_visible(timeout=LONG_MS)
    press(page, "form[action$='/import/'] button", "**/done/")
    expect(page.locator("form[action$='/undo/'] button")).to_be_visible(timeout=LONG_MS)
    filed = figure(page, "Classés")
    assert figure(page, "Lus") == rows == filed + figure(page, "En quarantaine")
    assert filed >= share * rows
    press(page, "form[action$='/undo/'] button", "**/file/")
    assert someone.complaints == []
