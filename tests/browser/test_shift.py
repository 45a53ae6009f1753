"""A whole shift with the pointer unplugged, from signing in to the signed report; its pictures are the guide's."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.browser.conftest import PASSWORD, Portal, Visitor, axe, overflow_px
from tests.browser.field import CONTROLLED, KEPT

PEOPLE = """
import os, sys
from datetime import date
from pathlib import Path
from quietude.config import read_settings
from quietude.portal.api import add_user
settings = read_settings(os.environ, working_dir=Path.cwd())
for name, role, full_name in (("nadia", "agent", "Nadia Ferrand"), ("hugo", "agent", "Hugo Salles"),
                              ("ines", "agent", "Inès Morel"), ("lea", "supervisor", "Léa Carrel")):
    add_user(settings, name, role, password=sys.argv[1], full_name=full_name)
from quietude.portal.accounts.models import User
from quietude.portal.services import actions
from quietude.portal.services.models import Membership, Service
from quietude.portal.shifts import instructions
since = date(2026, 1, 1)
desk = Service(code="desk", title_fr="Accueil de la mairie", title_en="Town-hall desk", kind="desk", opened_on=since)
actions.keep_service(None, desk)
police = Service.objects.get(code="pm")
for name, service in (("nadia", police), ("hugo", police), ("lea", police), ("ines", desk)):
    actions.join(None, Membership(person=User.objects.get(username=name), service=service, since=since))
instructions.write(User.objects.get(username="lea"), police,
    "Rodéos signalés quai du Port après 22 h : passer toutes les deux heures.", is_priority=True)
"""
AN_HOUR_PASSES = """
import os
from pathlib import Path
from quietude.config import read_settings
from quietude.portal.api import start
start(read_settings(os.environ, working_dir=Path.cwd()))
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY as KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
for row in Session.objects.all():
    session = SessionStore(row.session_key)
    session[KEY] = [{**record, "at": record["at"] - 3600} for record in session.get(KEY, [])]
    session.save()
"""
"""Nobody proves anew who they are within the five minutes of a test: the proof of each sign-in is made an hour old."""
STOPS_MAX = 150


@pytest.fixture
def _people(portal: Portal) -> None:
    """Make the people of the night and the instruction that waits for them."""
    told(portal, PEOPLE, PASSWORD)


def told(portal: Portal, script: str, *words: str) -> None:
    """Run a script on the portal's database."""
    settings = portal.settings
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("QUIETUDE_", "DJANGO_", "DATABASE_"))
    }
    environ |= {
        "QUIETUDE_TOWN": settings.town, "QUIETUDE_TOWNS_DIR": str(settings.towns_dir),
        "QUIETUDE_DATA_DIR": str(settings.data_dir), "QUIETUDE_VAR_DIR": str(settings.var_dir),
    }  # fmt: skip
    subprocess.run([sys.executable, "-c", script, *words], env=environ, check=True, capture_output=True, timeout=120)


@pytest.fixture
def someone(portal: Portal, browser: Browser) -> Iterator[Visitor]:
    """Return who has not signed in yet, in French, at a desk."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, locale="fr-FR", color_scheme="light", timezone_id="Europe/Paris"
    )
    context.set_default_timeout(20_000)
    yield Visitor(context.new_page(), portal)
    context.close()


class Keys:
    """A person at the keyboard: no click, no field filled but by typing."""

    def __init__(self, someone: Visitor) -> None:
        self.someone, self.page = someone, someone.page

    def to(self, target: Locator) -> None:
        """Press Tab until the target has the focus."""
        expect(target).to_be_visible()
        for _stop in range(STOPS_MAX):
            if target.evaluate("(element) => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no way by Tab to {target}")

    def type(self, name: str, text: str) -> None:
        """Go to a field and type over what it holds."""
        self.to(self.page.locator(f"main [name={name}]"))
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def press(self, role: str, name: str) -> None:
        """Go to a link or a button of the content and press Enter; wait for the page it leads to."""
        self.to(self.page.get_by_role("main").get_by_role(role, name=name).first)  # type: ignore[arg-type]
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.someone.ready()

    def keys(self, *keys: str) -> None:
        """Press the keys of a shortcut, and wait for the page it leads to."""
        self.page.evaluate("document.activeElement?.blur()")
        with self.page.expect_navigation():
            for key in keys:
                self.page.keyboard.press(key)
        self.someone.ready()

    def save(self) -> str:
        """Save the entry and return its number."""
        self.page.keyboard.press("Control+Enter")
        said = self.page.locator(".toast--success")
        expect(said).to_contain_text("est enregistrée")
        label = said.inner_text().split()[0]
        expect(self.page.locator("[name=text]")).to_have_value("")
        return label


def look(page: Page, name: str, *, from_top: bool = True) -> None:
    """Check a page for barriers, and keep its picture when a folder for pictures is given."""
    expect(page.locator(".toast")).to_have_count(0, timeout=20_000)
    folder = os.environ.get("QUIETUDE_PICTURES")
    if folder is not None:
        page.evaluate("(top) => top && window.scrollTo(0, 0)", from_top)
        page.screenshot(path=Path(folder) / f"shift-{name}.png")
    assert axe(page) == []
    assert overflow_px(page) == 0


@pytest.mark.usefixtures("_people")
def test_a_whole_shift_is_lived_by_keyboard_from_sign_in_to_signed_report(someone: Visitor) -> None:
    page, keys = someone.page, Keys(someone)
    sign_in(keys, "nadia")
    open_the_shift(keys)
    first, second = write(keys)
    correct(keys, first)
    radio(keys)
    without_network(keys)
    report = close_and_sign(keys, first, second)
    keys.keys("g", "q")
    expect(page.locator(".top__shift[title='Votre vacation']")).to_have_count(0)
    keys.press("link", "Rapports")
    expect(page.get_by_role("main")).to_contain_text(report)
    page.context.clear_cookies()
    sign_in(keys, "ines")
    the_desk_answers(keys, second)


def sign_in(keys: Keys, name: str) -> None:
    keys.page.goto(f"{keys.someone.portal.address}/sign-in/")
    keys.someone.ready()
    keys.type("login", name)
    keys.page.keyboard.press("Tab")
    keys.page.keyboard.type(PASSWORD)
    keys.page.keyboard.press("Enter")
    keys.page.wait_for_url(f"{keys.someone.portal.address}/")
    keys.someone.ready()


def open_the_shift(keys: Keys) -> None:
    page = keys.page
    keys.keys("g", "q")
    keys.keys("o")
    expect(page.get_by_text("Rodéos signalés quai du Port").first).to_be_visible()
    look(page, "open")
    keys.press("button", "J’ai lu")
    expect(page.locator(".unread")).to_have_count(0)
    keys.type("ends", "05h")
    keys.press("button", "Ouvrir la vacation")
    expect(page.locator(".top__shift[title='Votre vacation']")).to_be_visible()
    keys.type("code", "Alpha 1")
    keys.type("vehicle", "Duster 3")
    keys.to(page.get_by_label("Nadia Ferrand"))
    page.keyboard.press("Space")
    keys.press("button", "Sortir")
    expect(page.get_by_role("main")).to_contain_text("Alpha 1")


def write(keys: Keys) -> tuple[str, str]:
    page = keys.page
    keys.keys("n")
    expect(page.locator("[name=when]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("tapa")
    expect(page.get_by_role("option").first).to_contain_text("tapage nocturne")
    page.keyboard.press("Tab")
    keys.type("text", "Fête au 3e étage, volume baissé à notre demande")
    first = keys.save()
    keys.type("text", "Portail de l’école forcé, aucun vol constaté")
    page.keyboard.press("Alt+s")
    expect(page.locator("[name=follow_what]")).to_be_focused()
    page.keyboard.type("Prévenir la direction de l’école et faire réparer")
    page.keyboard.press("Tab")
    page.keyboard.type("Accueil")
    expect(page.locator("[name=follow_to]")).to_have_value("service:desk")
    page.keyboard.press("Tab")
    page.keyboard.type("dans 6 h")
    expect(page.locator(".entry__follow .entry__read")).to_contain_text("→")
    look(page, "entry", from_top=False)
    second = keys.save()
    return first, second


def correct(keys: Keys, label: str) -> None:
    page = keys.page
    keys.keys("g", "c")
    keys.keys("1")
    keys.press("link", label)
    keys.press("link", "Corriger")
    keys.type("text", "Fête au 4e étage, volume baissé à notre demande")
    keys.type("reason", "étage mal noté")
    keys.press("button", "Enregistrer la correction")
    expect(page.locator("del").first).to_contain_text("3e étage")


def radio(keys: Keys) -> None:
    page = keys.page
    keys.keys("n")
    keys.press("link", "Mode radio")
    keys.type("text", "Alpha 1 > CSU: fin de mission rue Haute")
    page.keyboard.press("Enter")
    expect(page.locator(".radio-line").first).to_contain_text("fin de mission")


def without_network(keys: Keys) -> None:
    """Write, read the shift and its instructions with no network at all; when it is back, what waited is sent."""
    page = keys.page
    keys.keys("n")
    expect(page.locator(KEPT)).to_be_attached()
    page.wait_for_function(CONTROLLED)
    page.context.set_offline(True)
    keys.type("text", "Rodéo quai du Port, deux engins en fuite vers la rue Haute")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".net")).to_contain_text("1 écriture attend")
    look(page, "offline", from_top=False)
    keys.keys("g", "q")
    expect(page.get_by_role("main")).to_contain_text("Alpha 1")
    look(page, "offline-shift")
    page.context.set_offline(False)
    expect(page.locator(".net")).to_contain_text("En ligne", timeout=30_000)
    keys.keys("g", "c")
    expect(page.get_by_role("main")).to_contain_text("Rodéo quai du Port, deux engins")


def close_and_sign(keys: Keys, first: str, second: str) -> str:
    page = keys.page
    keys.to(page.locator(".top__shift[title='Votre vacation']"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    keys.someone.ready()
    look(page, "page")
    keys.press("link", "Clore la vacation")
    handover = page.locator("section[aria-labelledby=handover]")
    expect(handover).to_contain_text(first)
    expect(handover).to_contain_text(second)
    keys.type("word", "L’école rappelle l’accueil demain matin. Quai du Port calme.")
    look(page, "handover")
    keys.press("button", "Clore la vacation")
    keys.press("link", "Signer : rapport de vacation")
    look(page, "draft")
    told(keys.someone.portal, AN_HOUR_PASSES)
    keys.press("button", "Signer")
    keys.type("password", PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    keys.someone.ready()
    expect(page.get_by_role("main")).to_contain_text("Signé par Nadia Ferrand")
    look(page, "report")
    return page.locator("h1").inner_text().split()[-1]


def the_desk_answers(keys: Keys, label: str) -> None:
    page = keys.page
    keys.keys("g", "f")
    keys.keys("2")
    row = page.locator(".follow-up", has_text=label)
    expect(row).to_contain_text("Prévenir la direction de l’école")
    look(page, "follow-ups")
    keys.type("outcome", "Direction prévenue, serrurier à 11 h")
    keys.page.keyboard.press("Enter")
    expect(page.locator(".follow-up", has_text=label)).to_have_count(0)
