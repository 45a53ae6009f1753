"""Five thousand entries written without network in Chromium, then sent at once: how long, and whether each is there.

A script writes in the entry form of the page, which seals each entry into the device's queue as after Ctrl+Enter.
The peer of sending is the portal itself: as many entries, saved one after the other by a client without a browser.

`python -m bench.logbook_queue [entries]`; QUIETUDE_BENCH_DATABASE_URL has it measured on PostgreSQL.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg
from playwright.sync_api import BrowserContext, Page, sync_playwright

from bench.explore import CHROMIUM, FLAGS
from bench.figure import Figure
from bench.logbook_agents import Agent, installed, prepare, served
from quietude.config import Settings

ENTRIES = 5_000
SINGLES = 200
"""Entries that the client without a browser saves."""
WRITE_MS, SEND_MS = 1_000, 200
"""Limits of one entry: kept on the device, as a hand would wait for it; sent, as a save may take (logbook_load)."""
FORM = "/logbook/new/?logbook=patrols"
WRITE = """async ([from, count]) => {
  const text = document.querySelector("[name=text]"), form = text.form;
  for (let n = from; n < from + count; n += 1) {
    const kept = new Promise((done) => form.addEventListener("quietude:kept", done, { once: true }));
    text.value = `Passage ${n} sans réseau, rien à signaler.`;
    text.dispatchEvent(new Event("input", { bubbles: true }));
    form.requestSubmit();
    await kept;
    await new Promise((done) => setTimeout(done));
    document.querySelectorAll("#toasts > *").forEach((toast) => toast.remove());
  }
}"""
WAITING = """() => new Promise((done) => {
  indexedDB.open("quietude").onsuccess = ({ target }) => {
    const database = target.result;
    database.transaction("waiting").objectStore("waiting").count().onsuccess = ({ target: counted }) => {
      database.close();
      done(counted.result);
    };
  };
})"""
AT_ONCE = 100
ROWS = """SELECT entry.number, version.content FROM logbook_entry AS entry
    JOIN logbook_entryversion AS version ON version.entry_id = entry.id WHERE entry.logbook = 'patrols' ORDER BY 1"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run took, and what of it arrived."""

    written_s: float
    sent_s: float
    missing: int
    """Entries that the database has not, has twice, or whose numbers leave a hole."""


def signed_in(context: BrowserContext, address: str, session: str) -> Page:
    """Return a page of an agent whose device has kept what it needs."""
    context.add_cookies([{"name": "session", "value": session, "url": address}])
    page = context.new_page()
    page.set_default_timeout(600_000)
    page.goto(address + FORM)
    page.wait_for_selector(".net[data-kept=yes]", state="attached")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    return page


def live(page: Page, settings: Settings, entries: int) -> Outcome:
    """Write without network, send with it."""
    page.context.set_offline(True)
    begun = time.monotonic()
    for start in range(0, entries, AT_ONCE):
        page.evaluate(WRITE, [start, min(AT_ONCE, entries - start)])
    written = time.monotonic() - begun
    if (waiting := page.evaluate(WAITING)) != entries:
        raise RuntimeError(f"{waiting} entries wait in the device's queue, {entries} were written")
    begun = time.monotonic()
    page.context.set_offline(False)
    while page.evaluate(WAITING) > 0:
        page.wait_for_timeout(200)
    return Outcome(written, time.monotonic() - begun, missing(settings, entries))


def missing(settings: Settings, entries: int) -> int:
    """Return how many entries are not there once, under numbers without a hole."""
    if settings.database_url is not None:
        with psycopg.connect(settings.database_url) as connection:
            found = connection.execute(ROWS).fetchall()
    else:
        with closing(sqlite3.connect(settings.var_dir / settings.town / "portal.sqlite3")) as database:
            found = database.execute(ROWS).fetchall()
    contents = (said if isinstance(said, dict) else json.loads(said) for _, said in found)
    texts = [text for content in contents if (text := content["text"]).startswith("Passage ")]
    wanted = {f"Passage {n} sans réseau, rien à signaler." for n in range(entries)}
    holes = max((number for number, _ in found), default=0) - len({number for number, _ in found})
    return len(wanted - set(texts)) + len(texts) - len(set(texts)) + holes


def singles_ms(address: str, session: str) -> float:
    """Return what one save takes of a client without a browser, in ms."""
    agent = Agent(address, session, "patrols", seed=0)
    begun = time.monotonic()
    for _ in range(SINGLES):
        if not agent.save():
            raise RuntimeError(f"the portal took no entry: {agent.log.faults}")
    return (time.monotonic() - begun) / SINGLES * 1_000


def main() -> int:
    """Measure and print."""
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES
    with installed() as settings:
        sessions = prepare(settings, 2, "police")
        with served(settings) as (_, address), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = signed_in(browser.new_context(locale="fr-FR"), address, sessions[0])
            outcome = live(page, settings, entries)
            browser.close()
            single = singles_ms(address, sessions[1])
    database = "PostgreSQL" if settings.database_url else "SQLite"
    show(entries, outcome, single, f"{database}, {urlsplit(address).hostname}")
    return 0


def show(entries: int, outcome: Outcome, single: float, note: str) -> None:
    """Print the figures."""
    named = f"{entries:,} entries without network"
    sent = outcome.sent_s / entries * 1_000
    whole = f"all of them: {outcome.sent_s:.0f} s; {note}"
    Figure(name=f"{named}: not there, twice, or a hole in the numbers", value=outcome.missing, unit="", limit=0).show()
    Figure(
        name=f"{named}: one kept on the device", value=outcome.written_s / entries * 1_000, unit="ms", limit=WRITE_MS
    ).show()
    Figure(name=f"{named}: one sent", value=sent, unit="ms", limit=SEND_MS, note=whole).show()
    Figure(
        name=f"{named}: one sent", value=sent / single, unit="×", limit=1.0,
        peer="one saved after the other without a browser", note=f"{single:.1f} ms",
    ).show()  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
