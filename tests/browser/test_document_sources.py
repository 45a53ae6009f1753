"""A source of documents in a browser: the serving portal follows it, says what it refused, is paused and goes on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import MakeVisitor, Portal, axe, overflow_px

SHOTS = os.environ.get("QUIETUDE_SHOTS")
MANIFEST = """
title: {fr: "Arrêtés suivis", en: "Followed orders"}
owner: "Secrétariat général"
kind: documents
legal_basis: "mission d'intérêt public"
retention: P10Y
schedule: {every: PT10M}
read: {format: folder, path: followed-orders, class: municipal_order, rights: [{folder: Closed, groups: [nowhere]}]}
"""


@pytest.fixture
def source(portal: Portal) -> Iterator[Path]:
    """Declare a source in the portal that serves; return the folder that it follows."""
    followed = portal.settings.var_dir / "drop" / "followed-orders"
    (followed / "Closed").mkdir(parents=True)
    (followed / "arrêté.txt").write_text("Arrêté : stationnement interdit quai du Port.\n")
    (followed / "Closed" / "fermé.txt").write_text("Pour personne.\n")
    (followed / "programme.exe").write_bytes(b"MZ")
    (followed / "lien").symlink_to("/etc/hostname")
    declared = portal.settings.made_here_dir / "sources" / "followed_orders.yml"
    declared.parent.mkdir(parents=True, exist_ok=True)
    declared.write_text(MANIFEST)
    yield followed
    declared.unlink()


@pytest.mark.usefixtures("source")
def test_a_source_is_followed_paused_and_gone_on_with(visitor: MakeVisitor) -> None:
    someone = visitor("supervisor", language="en")
    page = someone.go("/documents/sources/")
    page.wait_for_function(
        "() => fetch(location.href).then((answer) => answer.text()).then((said) => said.includes('programme.exe'))",
        polling=500,
    )
    page.reload()
    someone.ready()
    card = page.locator(".source", has_text="Followed orders")
    expect(card).to_contain_text("2 documents")
    expect(card).to_contain_text("1 document: no rule of the manifest knows")
    expect(card).to_contain_text("nowhere")
    card.get_by_role("button", name="Pause").click()
    expect(card).to_contain_text("paused by Camille Roux")
    card.get_by_role("button", name="Go on").click()
    expect(card.get_by_role("button", name="Look now")).to_be_visible()
    for number, look in enumerate(({"theme": "light", "width": 1440}, {"theme": "dark", "width": 390})):
        for language in ("en", "fr"):
            seen = visitor("supervisor", language=language, **look)
            shown = seen.go("/documents/sources/")
            for fold in shown.locator("details summary").all():
                fold.click()
            assert [*axe(shown), *([overflow_px(shown)] if overflow_px(shown) else [])] == []
            if SHOTS:
                shown.screenshot(path=f"{SHOTS}/sources-{number}-{language}.png", full_page=True)
    assert someone.complaints == []
