"""A second factor, sessions and tokens, as people meet them. The analyst's account is this file's own."""

from __future__ import annotations

import re
from pathlib import Path
from time import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect
from tests.browser.conftest import PASSWORD, MakeVisitor, Portal, Visitor, axe, overflow_px


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time()) // 30)))


def without_barrier(someone: Visitor) -> None:
    """Check that the page in front of someone has no barrier and no overflow, on a desk and on a telephone."""
    someone.ready()
    assert axe(someone.page) == []
    for width in (390, 1440):
        someone.page.set_viewport_size({"width": width, "height": 900})
        assert overflow_px(someone.page) == 0


def first_step(someone: Visitor, address: str) -> Page:
    page = someone.page
    page.goto(f"{address}/sign-in/")
    page.fill("[name=login]", "analyst")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    return page


def sign_out(page: Page) -> None:
    page.click(".account-menu summary")
    page.click(".account-menu button[type=submit]")
    page.wait_for_url(re.compile("/sign-in/"))


def test_setting_up_an_app_and_signing_in_with_it(visitor: MakeVisitor, portal: Portal, tmp_path: Path) -> None:
    someone = visitor(language="fr")
    page = first_step(someone, portal.address)
    page.wait_for_url(f"{portal.address}/")
    page.goto(f"{portal.address}/profile/second-factor/")
    page.click("text=Installer une application")
    without_barrier(someone)
    assert page.locator(".code-picture").evaluate("picture => picture.naturalWidth") > 100
    secret = page.locator("code.wraps").inner_text()
    page.fill("[name=code]", "000000")
    page.click("main button[type=submit]")
    expect(page.get_by_text("Ce code n’est pas le bon")).to_be_visible()
    without_barrier(someone)
    page.fill("[name=code]", code_of(secret))
    page.click("main button[type=submit]")
    expect(page.get_by_role("heading", name="Codes de secours")).to_be_visible()
    without_barrier(someone)
    codes = page.locator("#codes li").all_inner_texts()
    with page.expect_download() as kept:
        page.click("text=Télécharger")
    kept.value.save_as(tmp_path / "codes.txt")
    assert (tmp_path / "codes.txt").read_text(encoding="utf-8").split() == codes
    assert len(codes) == 10

    sign_out(page)
    first_step(someone, portal.address)
    page.wait_for_url(f"{portal.address}/sign-in/second-factor/")
    without_barrier(someone)
    page.fill("[name=code]", "000000")
    page.click("main button[type=submit]")
    without_barrier(someone)
    page.fill("[name=code]", code_of(secret))
    page.click("main button[type=submit]")
    page.wait_for_url(f"{portal.address}/")

    page.goto(f"{portal.address}/profile/second-factor/")
    without_barrier(someone)
    page.click("text=Retirer l’application")
    without_barrier(someone)
    page.click("main button[type=submit]")
    expect(page.get_by_text("Installer une application")).to_be_visible()
    assert [said for said in someone.complaints if "status of 40" not in said] == []


def test_adding_a_security_key_and_signing_in_with_it(visitor: MakeVisitor, portal: Portal) -> None:
    address = portal.address.replace("127.0.0.1", "localhost")  # browsers take keys by name only
    someone = visitor(language="fr")
    page = someone.page
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasResidentKey": False,
        "isUserVerified": True,
        "hasUserVerification": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    first_step(someone, address)
    page.wait_for_url(f"{address}/")
    page.goto(f"{address}/profile/second-factor/keys/new/")
    without_barrier(someone)
    page.fill("[name=name]", "Clé du trousseau")
    page.click("main button[type=submit]")
    expect(page.get_by_role("heading", name="Codes de secours")).to_be_visible()

    sign_out(page)
    first_step(someone, address)
    page.wait_for_url(f"{address}/sign-in/second-factor/")
    someone.ready()
    page.click("text=Utiliser une clé de sécurité")
    page.wait_for_url(f"{address}/")

    page.goto(f"{address}/profile/second-factor/")
    expect(page.get_by_text("Clé du trousseau").first).to_be_visible()
    without_barrier(someone)
    page.click("main >> text=Retirer")
    without_barrier(someone)
    page.click("main button[type=submit]")
    expect(page.get_by_text("Clé du trousseau")).to_have_count(0)
    assert someone.complaints == []


def test_a_browser_that_refuses_keys_says_what_to_do(visitor: MakeVisitor, portal: Portal) -> None:
    someone = visitor(language="fr")
    page = first_step(someone, portal.address)
    page.wait_for_url(f"{portal.address}/")
    page.goto(f"{portal.address}/profile/second-factor/keys/new/")
    someone.ready()
    page.click("main button[type=submit]")
    expect(page.get_by_text("Utilisez plutôt une application.")).to_be_visible()
    without_barrier(someone)


def test_the_gauge_tells_a_sentence_from_a_refrain(visitor: MakeVisitor) -> None:
    someone = visitor("agent")
    page = someone.go("/profile/password/")
    said = page.locator(".strength [role=status]")
    page.fill("#id_password1", "court")
    expect(said).to_have_text("Encore 10 caractères")
    page.fill("#id_password1", "soleilsoleil2024")
    expect(said).to_have_text(re.compile("Deviné"))
    page.fill("#id_password1", "trois goélands boudent la rade")
    expect(said).to_have_text("Très difficile à deviner")
    without_barrier(someone)
    assert someone.complaints == []


def test_a_token_is_made_copied_and_revoked(visitor: MakeVisitor, portal: Portal) -> None:
    someone = visitor(language="fr")
    page = first_step(someone, portal.address)
    page.wait_for_url(f"{portal.address}/")
    page.goto(f"{portal.address}/profile/tokens/")
    page.fill("[name=name]", "Bilan de la semaine")
    page.check("text=lire les faits")
    page.click("main form button[type=submit]")
    assert page.locator("code.wraps").inner_text().startswith("qt_")
    without_barrier(someone)
    page.click("text=Retour aux jetons")
    without_barrier(someone)
    page.click("main tbody button[type=submit]")
    expect(page.locator("main tbody")).to_have_count(0)
