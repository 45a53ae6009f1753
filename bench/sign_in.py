"""From the click on "sign in" to the town's situation painted, with a million facts: password hashing and all."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench.explore import CHROMIUM, FLAGS, LISTED, PASSWORD, fill, serving, settings_in
from bench.figure import Figure
from quietude.sources.api import load_town

SIGN_IN_MS = 1000  # issue 3, speed
VISITS = 7


def sign_in_ms(browser: Browser, address: str) -> float:
    """Return the milliseconds from the click to the largest paint of the page one comes to."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}, locale="fr-FR").new_page()
    page.goto(f"{address}/sign-in/")
    page.fill("[name=login]", "bench")
    page.fill("[name=password]", PASSWORD)
    clicked = float(page.evaluate("performance.timeOrigin + performance.now()"))
    page.click("main button[type=submit]")
    page.wait_for_url(f"{address}/")
    painted = float(page.evaluate(LISTED)) + float(page.evaluate("performance.timeOrigin"))
    page.context.close()
    return painted - clicked


def main() -> int:
    """Measure and print."""
    kept = os.environ.get("QUIETUDE_BENCH_DIR")
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(kept, "explore") if kept else Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        settings = settings_in(folder)
        town = load_town(settings.town_dir, settings.data_dir)
        held = fill(settings, town)
        with serving(settings) as address:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            times = [sign_in_ms(browser, address) for _ in range(VISITS + 1)][1:]
            browser.close()
    Figure(
        name="sign-in to home",
        value=statistics.median(times),
        unit="ms",
        limit=SIGN_IN_MS,
        note=f"{held:,} facts, median of {VISITS}; argon2id included",
    ).show()
    return 0


if __name__ == "__main__":
    sys.exit(main())
