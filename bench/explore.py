"""Explore with a million facts in Chromium: how long until list and map are drawn, and until a change of the filter is.

The portal serves from a process of its own, over the loopback; Chromium draws without a graphics card. The store is
made once and kept in the folder that QUIETUDE_BENCH_DIR names (else a temporary one).
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.explore_facts import make_facts
from bench.figure import Figure
from quietude.config import Settings
from quietude.model.vocabulary import load_vocabulary
from quietude.sources.api import Town, load_town
from quietude.store.api import Store

ROOT = Path(__file__).resolve().parent.parent
FACTS = 1_000_000
FIRST_PAINT_MS = 1000
FILTER_CHANGE_MS = 300
VISITS = 7
LOOK_MS = 2000  # a person looks before they change anything; names of streets are laid meanwhile
PASSWORD = "la mer est calme ce soir"  # of an account that lives as long as the measurement
PROGRAMS = ("/usr/bin/chromium", "/usr/bin/chromium-headless-shell")
CHROMIUM = os.environ.get("QUIETUDE_CHROMIUM") or next((name for name in PROGRAMS if Path(name).is_file()), PROGRAMS[0])
FLAGS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking"]
ADD_USER = """
import os, sys
from pathlib import Path
from quietude.config import read_settings
from quietude.portal.api import add_user
add_user(read_settings(os.environ, working_dir=Path.cwd()), "bench", "agent", password=sys.argv[1])
"""
DRAWN = """() => {
  const state = document.querySelector(".explore").dataset;
  return state.answered !== undefined && state.mapped === state.answered && state.charted === state.answered;
}"""
PAINTED = """() => Math.max(...["explore:charted", "explore:mapped"].map(
  (name) => performance.getEntriesByName(name).at(-1).startTime))"""
LISTED = """() => new Promise((resolve) => new PerformanceObserver(
  (list) => resolve(list.getEntries().at(-1).startTime))
  .observe({type: "largest-contentful-paint", buffered: true}))"""
CHANGED = """() => {
  const at = (name) => performance.getEntriesByName(name).at(-1).startTime;
  const asked = at("explore:asked");
  return {list: at("explore:answered") - asked, all: Math.max(at("explore:charted"), at("explore:mapped")) - asked};
}"""
CHANGE = """(change) => {
  const button = document.createElement("button");
  button.dataset.change = change;
  document.querySelector("[data-list]").append(button);
  performance.clearMarks();
  button.click();
}"""
CHANGES = (
    "severity:4-5",
    "severity:3-3",
    "category:noise",
    "period:2022-03-01..2022-05-31",
    "severity:1-2",
    "period:2021-06-01..2021-06-30",
)
"""Each asked of all facts, for the first time: nothing is remembered."""


def settings_in(folder: Path) -> Settings:
    """Return the installation that is measured: Marseille where its files are, else the made-up town of the tests."""
    data_dir = Path(os.environ.get("QUIETUDE_DATA_DIR", ROOT.parent / "shared" / "data"))
    if data_dir.is_dir():
        return Settings(town="marseille", towns_dir=ROOT / "towns", data_dir=data_dir, var_dir=folder)
    return Settings(town="valcombe", towns_dir=ROOT / "tests" / "portal" / "towns", data_dir=folder, var_dir=folder)


def fill(settings: Settings, town: Town) -> int:
    """Lay the store where there is none yet; return how many facts it holds."""
    store = Store.open(settings.facts_dir, levels=town.territory.level_names, timezone=town.timezone)
    held = store.info()[0].rows
    if held == 0:
        first, last = date(2019, 1, 1), date(2023, 12, 31)
        held = store.append(make_facts(town.territory, load_vocabulary(), FACTS, seed=1, first=first, last=last)).filed
        store.maintain()
    return held


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """Serve the portal; yield its address."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("QUIETUDE_", "DJANGO_"))} | {
        "QUIETUDE_TOWN": settings.town,
        "QUIETUDE_TOWNS_DIR": str(settings.towns_dir),
        "QUIETUDE_DATA_DIR": str(settings.data_dir),
        "QUIETUDE_VAR_DIR": str(settings.var_dir),
        "QUIETUDE_SECOND_FACTOR": "demo",
        "PYTHONPATH": str(ROOT / "src"),
    }
    subprocess.run(
        [sys.executable, "-c", ADD_USER, PASSWORD], env=environ, cwd=settings.var_dir, check=False, capture_output=True
    )
    command = [sys.executable, "-u", "-m", "quietude.cli.main", "serve", "--port", "0"]
    with subprocess.Popen(command, env=environ, cwd=settings.var_dir, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            said = next(line for line in server.stdout if "http://" in line)  # after what is amiss, if anything is
            yield next(word for word in said.split() if word.startswith("http://")).rstrip("/")
        finally:  # a server that nobody ends is waited for without end
            server.terminate()


def sign_in(page: Page, address: str) -> None:
    """Sign in as the account of the measurement."""
    page.goto(f"{address}/sign-in/?next=/profile/")
    page.fill("[name=login]", "bench")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(f"{address}/profile/")


def first_paints(page: Page, address: str) -> list[tuple[float, float]]:
    """Return how long each visit takes until list and counter are painted, and until bars and map are drawn too.

    The first visit, with cold caches, is left out.
    """
    times = []
    for _ in range(VISITS + 1):
        page.goto(f"{address}/explore/")
        page.wait_for_function(DRAWN)
        times.append((float(page.evaluate(LISTED)), float(page.evaluate(PAINTED))))
        page.wait_for_timeout(LOOK_MS)
    return times[1:]


def filter_changes(page: Page, address: str) -> list[dict[str, float]]:
    """Return for each change how long list and counter take, and how long all three views take."""
    times = []
    for change in CHANGES:
        page.goto(f"{address}/explore/")
        page.wait_for_function(DRAWN)
        page.wait_for_timeout(LOOK_MS)
        page.evaluate(CHANGE, change)
        page.wait_for_function("() => document.querySelector('.explore').dataset.answered === '1'")
        page.wait_for_function(DRAWN)
        times.append(page.evaluate(CHANGED))
    return times


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(os.environ.get("QUIETUDE_BENCH_DIR", temporary)) / "explore"
        folder.mkdir(parents=True, exist_ok=True)
        settings = settings_in(folder)
        facts = fill(settings, load_town(settings.town_dir, settings.data_dir))
        with serving(settings) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = browser.new_context(viewport={"width": 1440, "height": 900}, locale="fr-FR").new_page()
            page.set_default_timeout(60_000)
            sign_in(page, address)
            paints, changes = first_paints(page, address), filter_changes(page, address)
            browser.close()
    note = f"{facts:,} facts, median of"
    Figure(
        name="Explore: first meaningful paint (list and counter)",
        value=statistics.median(listed for listed, _all in paints),
        unit="ms",
        limit=FIRST_PAINT_MS,
        note=f"{note} {len(paints)}",
    ).show()
    Figure(
        name="Explore: list, bars and map drawn, without a graphics card",
        value=statistics.median(drawn for _listed, drawn in paints),
        unit="ms",
        limit=FIRST_PAINT_MS,
        note=f"{note} {len(paints)}",
    ).show()
    listed = statistics.median(change["list"] for change in changes)
    Figure(
        name="Explore: filter change, list and counter",
        value=listed,
        unit="ms",
        limit=FILTER_CHANGE_MS,
        note=f"{note} {len(changes)}",
    ).show()
    whole = statistics.median(change["all"] for change in changes)
    Figure(
        name="Explore: filter change, all three views",
        value=whole,
        unit="ms",
        limit=FILTER_CHANGE_MS,
        note=f"{note} {len(changes)}",
    ).show()


if __name__ == "__main__":
    main()
