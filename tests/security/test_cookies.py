"""Cookies are kept to this host, to HTTPS and from scripts; read from the settings of a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest

ASK = """
import json, django
django.setup()
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
from quietude.portal.accounts.models import User
user = User(username="anne", role="agent", language="fr")
user.set_password("la mer est calme ce soir")
user.save()
https = {"secure": True} if SCHEME == "https" else {}
client = Client(enforce_csrf_checks=False)
answers = [client.get("/sign-in/", **https)]
answers.append(client.post("/sign-in/", {"login": "anne", "password": "la mer est calme ce soir"}, **https))
answers.append(client.post("/preferences/", {"language": "en"}, **https))
cookies = [morsel.OutputString() for answer in answers for morsel in answer.cookies.values()]
print(json.dumps({"cookies": cookies, "hsts": answers[0].headers.get("Strict-Transport-Security"),
                  "statuses": [answer.status_code for answer in answers]}))
"""


def answered(tmp_path: Path, scheme: str) -> dict[str, Any]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("QUIETUDE_", "DJANGO_", "DATABASE_"))
    }
    environ = {
        **kept,
        "QUIETUDE_HTTPS": "1" if scheme == "https" else "0",
        "QUIETUDE_TOWN": "valcombe",
        "QUIETUDE_TOWNS_DIR": str(Path(__file__).parents[1] / "portal" / "towns"),
        "QUIETUDE_VAR_DIR": str(tmp_path),
        "QUIETUDE_HOSTS": "testserver",
        "DJANGO_SETTINGS_MODULE": "quietude.portal.settings",
    }
    code = f"SCHEME = {scheme!r}\n{ASK}"
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def by_https(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what a portal behind HTTPS answers to signing in."""
    return answered(tmp_path_factory.mktemp("https"), "https")


def test_every_cookie_is_bound_to_this_host_and_to_https(by_https: dict[str, Any]) -> None:
    assert by_https["statuses"] == [200, 302, 204]
    cookies = [morsel for text in by_https["cookies"] for morsel in SimpleCookie(text).values()]
    names = {cookie.key for cookie in cookies}
    assert names >= {"__Host-session", "__Host-csrf", "__Host-language"}
    assert all(name.startswith(("__Host-", "__Secure-known-")) for name in names)
    for cookie in cookies:
        assert cookie["secure"] is True, cookie.key
        assert cookie["httponly"] is True, cookie.key
        assert cookie["samesite"] in {"Lax", "Strict"}, cookie.key
        assert cookie["domain"] == "", cookie.key
        assert cookie["path"] == "/" or cookie.key.startswith("__Secure-known-"), cookie.key  # the sign-in page alone
        assert len(cookie.key) + len(cookie.value) < 4096


def test_browsers_are_told_to_come_by_https_for_a_year(by_https: dict[str, Any]) -> None:
    assert by_https["hsts"] == "max-age=31536000; includeSubDomains"


def test_without_https_cookies_have_plain_names(tmp_path: Path) -> None:
    found = answered(tmp_path, "http")
    assert {"session", "csrf", "language"} <= {text.split("=")[0] for text in found["cookies"]}
    assert found["hsts"] is None
