"""What the secure portal promises, by its pages alone: limit an agent, forget a person, prove both."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import ROOT, TOWNS, MakeVisitor, Portal, Visitor
from tests.browser.test_explore import total
from tests.portal.made_up import Recipe, facts

from quietude.model.event import Reality
from quietude.sources.api import load_town
from quietude.store.api import Store

WHO = "nora.bruit"
NEW_PASSWORD = "le vent tourne avant la pluie"
COMPLAINANT = "Zébulon Tournesol"


@pytest.fixture
def _complaints(portal: Portal) -> None:
    """File a day's facts whose text names a fictional person."""
    town = load_town(portal.settings.town_dir, portal.settings.data_dir)
    store = Store.open(portal.settings.facts_dir, levels=town.territory.level_names, timezone=town.timezone)
    text = f"Plainte de {COMPLAINANT}, musique forte"
    store.append(
        facts(town.territory, Recipe(until=datetime.now(UTC), days=1, reality=Reality.EXERCISE, text=text, seed=3))
    )


def send(page: Page) -> None:
    """Press the main button of the page's form and wait for the answer."""
    with page.expect_navigation():
        page.locator("main form button.button--main[type=submit]").first.click()


def an_agent_is_limited(admin: Visitor) -> str:
    """Make an account that reads one family only; return its first password."""
    page = admin.go("/users/")
    page.get_by_role("link", name="Nouveau compte").click()
    page.fill("[name=username]", WHO)
    page.fill("[name=full_name]", "Nora Bruit")
    page.select_option("[name=role]", "agent")
    send(page)
    password = page.locator("main dd code").nth(1).inner_text()
    page.get_by_role("link", name="Limiter ce que lit cette personne").click()
    expect(page.get_by_text("Cette personne détient aujourd’hui 1 habilitation")).to_be_visible()
    page.select_option("[name=purpose]", label="Travail quotidien de tranquillité")
    page.get_by_role("group", name="Familles de faits").get_by_label("Bruit").check()
    for name, access in (("title", "open"), ("text", "on_demand"), ("place", "open")):
        page.select_option(f"[name={name}]", access)
    send(page)
    rows = page.locator("main tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="Bruit").filter(has_text="active")).to_have_count(1)
    expect(rows.filter(has_text="usuelle").filter(has_text="retirée")).to_have_count(1)
    return password


def the_agent_comes_in(agent: Visitor, password: str) -> Page:
    page = agent.page
    page.goto(f"{agent.portal.address}/sign-in/")
    page.fill("[name=login]", WHO)
    page.fill("[name=password]", password)
    page.click("main button[type=submit]")
    page.fill("[name=oldpassword]", password)
    page.fill("[name=password1]", NEW_PASSWORD)
    page.fill("[name=password2]", NEW_PASSWORD)
    with page.expect_navigation():
        page.click("main button[type=submit]")
    assert page.locator("[name=oldpassword][aria-invalid=true], .field__error").count() == 0
    return page


def the_view_differs(agent: Visitor, other: Visitor) -> None:
    """Compare the limited agent's pages with those of an agent with the usual grant."""
    expect(agent.go("/").locator(".top__purpose")).to_contain_text("Travail quotidien")
    families = agent.page.locator("main .category")
    assert {text.strip() for text in families.all_inner_texts()} <= {"Bruit"}
    agent.go("/explore/")
    other.go("/explore/")
    assert 0 < total(agent.page) < total(other.page)
    expect(agent.page.get_by_text("masqués par vos droits")).to_be_visible()
    asked = "/explore/?category=parking"
    agent.go(asked)
    other.go(asked)
    assert total(agent.page) == 0 < total(other.page)
    unseen = other.page.locator("[data-list] a[href^='/facts/']").first.get_attribute("href")
    assert agent.page.request.get(f"{agent.portal.address}{unseen}").status == 404
    assert other.page.request.get(f"{agent.portal.address}{unseen}").status == 200


def the_agent_opens_a_text(agent: Visitor) -> str:
    """Open texts with a motive and read one fact; return its public name."""
    page = agent.go("/explore/?category=noise")
    page.get_by_role("link", name="Textes fermés").click()
    page.select_option("[name=motive]", "report")
    page.fill("[name=words]", "MC 2026-118")
    send(page)
    agent.go("/explore/?q=Tournesol")
    assert total(page) > 0
    href = page.locator("[data-list] a[href^='/facts/']").first.get_attribute("href") or ""
    agent.go(href)
    expect(page.locator("main")).to_contain_text(COMPLAINANT)
    return href.rstrip("/").rpartition("/")[2]


def the_officer_reads_it(officer: Visitor, fact: str) -> None:
    page = officer.go("/journal/")
    page.fill("[name=who]", WHO)
    page.locator("#content").get_by_role("button", name="Chercher").click()
    officer.ready()
    expect(page.locator("main tbody tr").filter(has_text="Nora Bruit").first).to_contain_text("Travail quotidien")
    expect(page.locator("main tbody")).to_contain_text("Suivi d’un signalement : MC 2026-118")
    expect(page.locator("main tbody")).to_contain_text("Tournesol")
    page.locator(f"main a[href='?about={fact}']").first.click()
    officer.ready()
    expect(page.locator("main tbody")).to_contain_text("Nora Bruit")


def the_person_is_erased(officer: Visitor) -> str:
    """Enter the letter, look, erase what is found; return the address of the proof."""
    page = officer.go("/protection/requests/")
    page.fill("[name=reference]", "COURRIER-7")
    page.select_option("[name=kind]", "erase")
    page.fill("[name=received_on]", f"{datetime.now(UTC):%Y-%m-%d}")
    send(page)
    page.fill("[name=phrases]", f"{COMPLAINANT}\nTournesol")
    send(page)
    expect(page.locator("#h-found")).not_to_contain_text(re.compile("^0"))
    page.fill("[name=reason]", "Courrier du jour, identité vérifiée")
    page.get_by_role("button", name="Effacer définitivement").click()
    expect(page.get_by_text("Recherche refaite partout : il ne reste rien.")).to_be_visible()
    page.get_by_role("link", name="Preuve d’effacement").click()
    officer.ready()
    expect(page.get_by_text("Il ne reste rien.")).to_be_visible()
    expect(page.locator("main tbody tr").filter(has_text="Courrier du jour")).to_contain_text("n°")
    return page.url


def nothing_is_left(officer: Visitor, agent: Visitor, fact: str, proof: str) -> None:
    for path in ("/journal/", f"/journal/?who={WHO}", "/protection/", "/protection/requests/", proof):
        assert "Tournesol" not in officer.go(path.removeprefix(officer.portal.address)).content(), path
    assert agent.page.request.get(f"{agent.portal.address}/facts/{fact}/").status == 404
    assert total(agent.go("/explore/?q=Tournesol")) == 0


def the_journal_is_proven(officer: Visitor, folder: Path) -> None:
    """Check it in the portal, against the state kept before, and by the command on the copy that was taken away."""
    page = officer.go("/journal/proof/")
    page.fill("[name=outside]", page.locator("pre.letter").inner_text())
    send(page)
    expect(page.get_by_text("Le journal est intact.")).to_be_visible()
    expect(page.get_by_text("Il prolonge l’état que vous aviez gardé.")).to_be_visible()
    key = page.locator("main dd code").first.inner_text()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Copie du journal").click()
    taken.value.save_as(folder / "journal.sqlite3")
    command = [sys.executable, "-m", "quietude.cli.main", "audit", "verify"]
    command += ["--log", str(folder / "journal.sqlite3"), "--key", key]
    environ = {
        "PYTHONPATH": str(ROOT / "src"),
        "QUIETUDE_VAR_DIR": str(folder),
        "QUIETUDE_TOWN": "valcombe",
        "QUIETUDE_TOWNS_DIR": str(TOWNS),
    }
    verified = subprocess.run(command, env=environ, cwd=folder, capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stdout[:6]) == (0, "INTACT"), verified.stdout + verified.stderr


@pytest.mark.usefixtures("_complaints")
def test_by_the_pages_alone_an_agent_is_limited_a_person_forgotten_and_both_are_proven(
    visitor: MakeVisitor, tmp_path: Path
) -> None:
    admin, officer, agent = visitor(), visitor(), visitor()
    admin.sign_in("administrator")
    officer.sign_in("dpo")
    the_agent_comes_in(agent, an_agent_is_limited(admin))
    the_view_differs(agent, visitor("agent"))
    fact = the_agent_opens_a_text(agent)
    the_officer_reads_it(officer, fact)
    supervisor = visitor("supervisor").go("/rights/openings/")
    expect(supervisor.locator("main tbody tr").filter(has_text="Nora Bruit")).to_contain_text("MC 2026-118")
    proof = the_person_is_erased(officer)
    nothing_is_left(officer, agent, fact, proof)
    checker = visitor()
    checker.sign_in("dpo")  # a copy is handed over to whoever proved just now who they are
    the_journal_is_proven(checker, tmp_path)
    assert [complaint for someone in (admin, officer, agent) for complaint in someone.complaints] == []
