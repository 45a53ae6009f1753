"""The whole dance of sign-in by a provider, in a real browser between two real servers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.conftest import MAKE_ACCOUNTS, OURS, PASSWORD, ROOT, TOWNS, axe, overflow_px
from tests.leaving import leaving
from tests.portal.oidc.provider import Server, SigningKey, TestProvider

MAKE_ADDRESSES = """
import django
django.setup()
from quietude.portal.accounts.models import User
for user in User.objects.all():
    user.email = f"{user.username}@valcombe.example"
    user.save()
"""


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[TestProvider, Server]]:
    """Start a provider that shows people a page, as real ones do."""
    provider = TestProvider(keys=[SigningKey("first")], shows_page=True)
    started = Server(provider)
    yield provider, started
    started.stop()


@pytest.fixture(scope="module")
def address(
    tmp_path_factory: pytest.TempPathFactory, server: tuple[TestProvider, Server], chromium: str
) -> Iterator[str]:
    """Start a portal that knows the provider; return its address."""
    provider = server[0]
    folder = tmp_path_factory.mktemp("oidc")
    (folder / "secret").write_text(provider.secret, encoding="utf-8")
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith(OURS)},
        "QUIETUDE_TOWN": "valcombe",
        "QUIETUDE_TOWNS_DIR": str(TOWNS),
        "QUIETUDE_DATA_DIR": str(folder),
        "QUIETUDE_VAR_DIR": str(folder),
        "QUIETUDE_OIDC_ISSUER": provider.issuer,
        "QUIETUDE_OIDC_CLIENT_ID": provider.client_id,
        "QUIETUDE_OIDC_SECRET_FILE": str(folder / "secret"),
        "DJANGO_SETTINGS_MODULE": "quietude.portal.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }
    for python in ([MAKE_ACCOUNTS, PASSWORD, "agent", "administrator"], [MAKE_ADDRESSES]):
        subprocess.run([sys.executable, "-c", *python], env=environ, cwd=folder, check=True, timeout=120)
    command = [sys.executable, "-u", "-m", "quietude.cli.main", "serve", "--port", "0"]
    log = (folder / "serve.log").open("wb")
    with (
        subprocess.Popen(command, env=environ, cwd=folder, stdout=subprocess.PIPE, stderr=log, text=True) as portal,
        leaving(portal),
    ):
        assert portal.stdout is not None
        said = portal.stdout.readline()
        assert "http://" in said, (folder / "serve.log").read_text(encoding="utf-8")
        yield said.split()[3].rstrip("/")
        portal.terminate()
        portal.wait(timeout=20)
    log.close()


@pytest.fixture(params=["desk", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """Return an empty browser, light on a desk, dark on a telephone."""
    is_phone = request.param == "phone"
    context = browser.new_context(
        viewport={"width": 390, "height": 844} if is_phone else {"width": 1440, "height": 900},
        color_scheme="dark" if is_phone else "light",
        locale="fr-FR",
    )
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def look(page: Page, name: str) -> None:
    """Check a page for barriers; keep its picture when a folder for pictures is given."""
    expect(page.locator("html[data-ready]")).to_be_attached(timeout=20_000)
    folder = os.environ.get("QUIETUDE_PICTURES")
    if folder is not None:
        width = page.evaluate("window.innerWidth")
        page.screenshot(path=Path(folder) / f"oidc-{name}-{width}.png")
    assert axe(page) == []
    assert overflow_px(page) == 0


def come_in(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in/?next=/profile/")
    page.get_by_role("link", name="Se connecter avec ProConnect").click()
    page.click("#go")
    page.wait_for_url(f"{address}/profile/")


def test_in_by_the_provider_and_out_of_both(page: Page, address: str, server: tuple[TestProvider, Server]) -> None:
    provider = server[0]
    provider.subject, provider.email = "sub-of-agent", "agent@valcombe.example"
    page.goto(f"{address}/sign-in/")
    look(page, "sign-in")
    come_in(page, address)
    provider.ended.clear()
    page.evaluate("document.querySelector('form[action=\"/sign-out/\"]').requestSubmit()")
    page.wait_for_url(re.compile(rf"{address}/sign-in/\?state="))
    assert len(provider.ended) == 1
    page.goto(f"{address}/profile/")
    assert page.url == f"{address}/sign-in/?next=/profile/"


def test_the_page_between_says_where_it_leads(page: Page, address: str, server: tuple[TestProvider, Server]) -> None:
    provider = server[0]
    provider.subject, provider.email = "sub-of-agent", "agent@valcombe.example"
    come_in(page, address)
    page.route(re.compile("/session/end"), lambda route: route.fulfill(status=204))
    page.evaluate("document.querySelector('form[action=\"/sign-out/\"]').requestSubmit()")
    page.wait_for_selector("text=Vous êtes déconnecté")
    look(page, "leaving")


def test_whoever_has_no_account_is_told_whom_to_ask(
    page: Page, address: str, server: tuple[TestProvider, Server]
) -> None:
    provider = server[0]
    provider.subject, provider.email = "sub-of-nobody", "nobody@valcombe.example"
    page.goto(f"{address}/sign-in/")
    page.get_by_role("link", name="Se connecter avec ProConnect").click()
    page.click("#go")
    page.wait_for_selector("text=Aucun compte ouvert pour vous ici")
    look(page, "no-account")


def test_the_administrator_sees_who_is_linked(page: Page, address: str, server: tuple[TestProvider, Server]) -> None:
    provider = server[0]
    provider.subject, provider.email = "sub-of-administrator", "administrator@valcombe.example"
    come_in(page, address)
    page.goto(f"{address}/users/")
    page.get_by_role("link", name="Liens avec ProConnect").click()
    page.wait_for_url(f"{address}/oidc/links/")
    look(page, "links")
