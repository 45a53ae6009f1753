"""A portal that really serves, and a browser to look at it with; skipped where there is no Chromium."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, expect, sync_playwright
from tests.leaving import leaving
from tests.portal.made_up import Recipe, facts

from quietude.config import Settings
from quietude.model.event import Reality
from quietude.sources.api import load_town
from quietude.store.api import Store

ROOT = Path(__file__).resolve().parents[2]
TOWNS = ROOT / "tests" / "portal" / "towns"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
expect.set_options(timeout=15_000)  # a machine with other work at hand is no fault of the page
PASSWORD = "la mer est calme ce soir"  # of accounts that live as long as the tests
ROLES = ("agent", "analyst", "supervisor", "elected", "data_manager", "dpo", "administrator")
OURS = ("QUIETUDE_", "DJANGO_", "DATABASE_")
"""How the names of our own settings begin: the portal under test gets its own."""
LISTEN = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`refused by our policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
});
"""
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""Flags without which Chromium calls its makers' servers at every start."""

MAKE_ACCOUNTS = """
import os, sys
from pathlib import Path
from quietude.config import read_settings
from quietude.portal.api import add_user
settings = read_settings(os.environ, working_dir=Path.cwd())
for role in sys.argv[2:]:
    add_user(settings, role.replace("_", "-"), role, password=sys.argv[1], full_name="Camille Roux")
from datetime import date
from quietude.portal.accounts.models import User
from quietude.portal.services import actions
from quietude.portal.services.models import Membership, Service
since = date(2026, 1, 1)
police = Service(
    code="pm", title_fr="Police municipale", title_en="Municipal police", kind="municipal_police", opened_on=since
)
actions.keep_service(None, police)
agent = User.objects.get(username="agent")
actions.join(None, Membership(person=agent, service=police, since=since))
add_user(settings, "colleague", "agent", password=sys.argv[1], full_name="Dominique Blanc")
actions.join(None, Membership(person=User.objects.get(username="colleague"), service=police, since=since))
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from quietude.portal.logbook import acts, following
from quietude.portal.logbook.content import Content
from quietude.portal.rights.standing import standing_of
from quietude.portal.shifts import acts as shifts, instructions, reports
from quietude.portal.shifts.models import Watch
from quietude.portal.town import current_town
begins = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=3)
ends = begins + timedelta(hours=8)
shift = shifts.open_shift(agent, police, Watch.NIGHT, begins, ends, now=begins)
instructions.write(agent, police, "Rodéos quai du Port", until=ends, now=begins)
at = begins + timedelta(hours=1)
said = Content(occurred_at=at, category="noise.party", regime="RGPD", text="Fête, quai du Port")
entry = acts.write(agent, current_town().logbooks["patrols"], said, key=uuid4(), now=begins + timedelta(hours=2))
following.follow_up(agent, entry, "Repasser", due_at=ends, now=begins + timedelta(hours=2))
shifts.close_shift(agent, shift, word="Calme.", now=ends)
reports.sign(reports.making(agent, standing_of(agent), shift, "shift", language="fr", now=ends), "shift")
from quietude.portal.accounts.models import Scope
from quietude.portal.accounts.tokens import make_token
for manager in User.objects.filter(username="data-manager"):
    print(make_token(manager, "sensors", [Scope.RECORDS_WRITE], timedelta(days=1))[1])
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need a browser."""
    for item in items:
        if Path(item.fspath).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the browser's program; skip where there is none.

    The shell without a window comes first: its pages are the same and open in half the time, since it draws no frame.
    """
    named = os.environ.get("QUIETUDE_CHROMIUM")
    programs = [named] if named else ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"]
    for program in programs:
        if Path(program).is_file():
            return program
    pytest.skip(f"no browser here: {' and '.join(programs)} missing; install Chromium or set QUIETUDE_CHROMIUM")


@dataclass(frozen=True)
class Portal:
    """A portal that serves."""

    address: str
    settings: Settings
    an_event: str
    """Public name of a filed fact."""
    an_entry: str
    """Number of an entry of a shift that is closed and signed."""
    token: str
    """An access token that may send records."""
    sessions: dict[str, Any] = field(default_factory=dict)
    """Role to the cookies of its session: each signs in once, since sign-ins are throttled."""


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[Portal]:
    """Start `quietude serve` on made-up facts, with one account per role (user name: the role, "data-manager")."""
    var_dir = tmp_path_factory.mktemp("portal")
    settings = Settings(town="valcombe", towns_dir=TOWNS, data_dir=var_dir, var_dir=var_dir)
    town = load_town(settings.town_dir, settings.data_dir)
    store = Store.open(settings.facts_dir, levels=town.territory.level_names, timezone=town.timezone)
    now = datetime.now(UTC)
    filed = facts(town.territory, Recipe(until=now))
    store.append(filed)
    store.append(facts(town.territory, Recipe(until=now, days=20, per_day=3, reality=Reality.FICTIONAL)))
    environ = {
        **{
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("QUIETUDE_", "DJANGO_", "DATABASE_"))
        },
        "QUIETUDE_TOWN": "valcombe",
        "QUIETUDE_TOWNS_DIR": str(TOWNS),
        "QUIETUDE_DATA_DIR": str(var_dir),
        "QUIETUDE_VAR_DIR": str(var_dir),
        "QUIETUDE_DROP_DIR": str(var_dir / "drop"),
        "QUIETUDE_SECOND_FACTOR": "demo",
        "PYTHONPATH": str(ROOT / "src"),
    }
    python = [sys.executable, "-c", MAKE_ACCOUNTS, PASSWORD, *ROLES]
    made = subprocess.run(python, env=environ, cwd=var_dir, check=True, capture_output=True, text=True, timeout=120)
    command = [sys.executable, "-u", "-m", "quietude.cli.main", "serve", "--port", "0"]
    log = (var_dir / "serve.log").open("wb")
    with (
        subprocess.Popen(command, env=environ, cwd=var_dir, stdout=subprocess.PIPE, stderr=log, text=True) as server,
        leaving(server),
    ):
        assert server.stdout is not None
        said = server.stdout.readline()
        assert "http://" in said, (var_dir / "serve.log").read_text(encoding="utf-8")
        address = said.split()[3].rstrip("/")
        event = f"{now:%Y%m}-{filed.column('uid')[0].as_py()}"
        began = now.astimezone(ZoneInfo(town.timezone)) - timedelta(days=3)
        yield Portal(address, settings, event, f"PM-{began:%Y}-0001", made.stdout.split()[-1])
        server.terminate()
        server.wait(timeout=20)
    log.close()


@pytest.fixture(scope="module")
def browsers() -> Iterator[BrowserType]:
    """Return the maker of browsers: one a module, since a second cannot start beside it."""
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="module")
def browser(browsers: BrowserType, chromium: str) -> Iterator[Browser]:
    """Return a browser without a window."""
    started = browsers.launch(executable_path=chromium, args=QUIET)
    yield started
    started.close()


@pytest.fixture(scope="module")
def grown_browser(browsers: BrowserType, chromium: str) -> Iterator[Browser]:
    """Return a browser whose reader asked for text of twice the usual size."""
    started = browsers.launch(executable_path=chromium, args=[*QUIET, "--blink-settings=defaultFontSize=32"])
    yield started
    started.close()


@dataclass
class Visitor:
    """One person in front of the portal, with what the browser complained of."""

    page: Page
    portal: Portal
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open a page of the portal and wait until it has settled."""
        self.page.goto(self.portal.address + path)
        self.ready()
        return self.page

    def ready(self) -> None:
        """Wait until the scripts of the page are awake (they say so by data-ready on the root element)."""
        expect(self.page.locator("html[data-ready]")).to_be_attached(timeout=20_000)

    def sign_in(self, role: str) -> None:
        """Sign in as the account of a role."""
        self.page.goto(f"{self.portal.address}/sign-in/")
        self.page.fill("[name=login]", role.replace("_", "-"))
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("main button[type=submit]")
        self.page.wait_for_url(f"{self.portal.address}/")

    def prefer(self, **choices: str) -> None:
        """Keep preferences with the account: theme, density, language."""
        cookies = {cookie["name"]: cookie["value"] for cookie in self.page.context.cookies()}
        answer = self.page.request.post(
            f"{self.portal.address}/preferences/", form={**choices}, headers={"X-CSRFToken": cookies["csrf"]}
        )
        assert answer.status == 204


MakeVisitor = Callable[..., Visitor]


@pytest.fixture
def visitor(portal: Portal, browser: Browser) -> Iterator[MakeVisitor]:
    """Return a maker of visitors: visitor(role="agent", width=390, theme="dark", language="en")."""
    yield from _visitors(portal, browser)


@pytest.fixture
def grown_visitor(portal: Portal, grown_browser: Browser) -> Iterator[MakeVisitor]:
    """Return a maker of visitors who read at twice the usual size."""
    yield from _visitors(portal, grown_browser)


def _visitors(portal: Portal, browser: Browser) -> Iterator[MakeVisitor]:
    contexts: list[BrowserContext] = []

    def make(role: str | None = None, *, width: int = 1440, height: int = 900, **choices: str) -> Visitor:
        theme = choices.get("theme", "light")
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="en-GB" if choices.get("language") == "en" else "fr-FR",
            color_scheme="dark" if theme == "dark" else "light",
            timezone_id="Europe/Paris",
            storage_state=portal.sessions.get(role) if role is not None else None,
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        made = Visitor(context.new_page(), portal)
        made.page.on("pageerror", lambda error: made.complaints.append(f"error: {error}"))
        made.page.on("console", lambda said: made.complaints.append(said.text) if said.type == "error" else None)
        if role is not None and role not in portal.sessions:
            made.sign_in(role)
            portal.sessions[role] = context.storage_state()
        if role is not None:
            made.prefer(**{"theme": "light", "density": "comfortable", "language": "fr", **choices})
        return made

    yield make
    for context in contexts:
        context.close()


def watched(someone: Visitor) -> Visitor:
    """Make a visitor hear of every violation of the policy, from the first line of every page."""
    someone.page.add_init_script(LISTEN)
    return someone


def refused(someone: Visitor) -> list[str]:
    """Return what the browser said of requests and parts that a policy kept from it."""
    words = ("policy", "Policy", "COEP", "ERR_BLOCKED")
    return [said for said in someone.complaints if any(word in said for word in words)]


def axe(page: Page) -> list[str]:
    """Return what axe finds on a page, with contrast at 7:1; one line per element, with the rule and the remedy."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(
        """async () => (await axe.run(document, {
          runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
          rules: {"color-contrast-enhanced": {enabled: true}},
        })).violations"""
    )
    return [
        f"{violation['id']}: {node['target']} {node['html'][:160]} {json.dumps(node['any'][:1])[:300]}"
        for violation in found
        for node in violation["nodes"]
    ]


def overflow_px(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    wider: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return max(0, wider)
