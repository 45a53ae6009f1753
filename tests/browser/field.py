"""An agent in the field: a device that kept what it needs, a hand that writes on it."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Page, expect
from tests.browser.conftest import MakeVisitor, Visitor

FORM = "/logbook/new/?logbook=patrols"
CONTROLLED = "() => navigator.serviceWorker.controller !== null"
KEPT = ".net[data-kept=yes]"
WAITS = ".wait"
EVERYTHING = """async () => {
  const found = [];
  const hex = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  const read = (value) => {
    if (value instanceof Uint8Array || value instanceof ArrayBuffer) found.push(hex(new Uint8Array(value)));
    else if (value !== null && typeof value === "object") Object.values(value).forEach(read);
    else found.push(unescape(encodeURIComponent(String(value))));
  };
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((done) => {
      indexedDB.open(name).onsuccess = ({ target }) => done(target.result);
    });
    for (const store of database.objectStoreNames) {
      read(await new Promise((done) => {
        database.transaction(store).objectStore(store).getAll().onsuccess = ({ target }) => done(target.result);
      }));
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    if (name.startsWith("files-")) continue;
    const cache = await caches.open(name);
    for (const kept of await cache.matchAll()) read(await kept.arrayBuffer());
  }
  read({ ...sessionStorage });
  read({ ...localStorage });
  return found.join("\\n");
}"""
"""Every byte that the portal keeps in the browser, but for the built files, as text of one letter a byte."""


def in_the_field(visitor: MakeVisitor, who: str = "agent", /, **choices: object) -> Visitor:
    """Return an agent whose device has kept what it needs."""
    someone = visitor(who, **{"language": "fr", **choices})
    page = someone.go(FORM)
    expect(page.locator(KEPT)).to_be_attached()
    page.wait_for_function(CONTROLLED)
    return someone


def write(page: Page, text: str) -> None:
    """Write an entry and save it."""
    page.locator("[name=text]").fill(text)
    page.locator("[name=text]").press("Control+Enter")
    expect(page.locator("[name=text]")).to_have_value("")


def opened(someone: Visitor, context: BrowserContext, path: str) -> Page:
    """Open another page of the same browser."""
    page = context.new_page()
    page.goto(someone.portal.address + path)
    expect(page.locator("html[data-ready]")).to_be_attached()
    return page


def last_texts(someone: Visitor, page: Page, count: int) -> list[str]:
    page.goto(someone.portal.address + FORM)
    return page.locator("#last .entry-row__title").all_inner_texts()[:count]


def numbers(page: Page) -> list[int]:
    labels = page.locator("#last .entry-row .mono").all_inner_texts()
    return [int(found[1]) for label in labels if (found := re.search(r"(\d+)$", label))]


def stop_the_worker(context: BrowserContext) -> None:
    """Stop the worker as browsers do when nothing happens: what it held in memory is gone."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("ServiceWorker.enable")
    session.send("ServiceWorker.stopAllWorkers")
    page.close()
