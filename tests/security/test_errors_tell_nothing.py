"""Whatever goes wrong, an answer says what to do, and nothing of how the portal is made."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
import pytest
from django.conf import settings as configured
from django.test import Client
from django.views.debug import ExceptionReporter
from tests.portal.conftest import SignIn
from tests.security.pages import own_code
from tests.security.test_every_answer import faults, nonce_of

from quietude.portal.accounts.roles import Role
from quietude.portal.home import views
from quietude.store.api import Store

SECRET = "canary-5f1c"
"""Stands in the text of the planted fault: in a query, a path, a password."""
TELLING = re.compile(
    "|".join(
        [
            r"Traceback",
            r"\bFile \"",
            r"\w+Error\b",
            r"\bException\b",
            r"(?i:django|uvicorn|python|sqlite|postgres|duckdb|allauth|whitenoise)",
            r"\bDEBUG\b|SECRET_KEY|QUIETUDE_|ALLOWED_HOSTS|DATA_UPLOAD",
            re.escape(django.get_version()),
            re.escape(platform.python_version()),
            re.escape(str(Path(sys.prefix))),
            re.escape(str(Path(__file__).parents[2])),
            re.escape(str(configured.SECRET_KEY)),
            SECRET,
        ]
    )
)
Ask = Callable[[Client, dict[str, str]], Any]


def bad_host(client: Client, headers: dict[str, str]) -> Any:
    return client.get("/sign-in/", headers={**headers, "Host": f"{SECRET}.example"})


def nonsense(client: Client, headers: dict[str, str]) -> Any:
    return client.post(
        "/preferences/", b"\r\n--x", content_type="multipart/form-data; boundary=" + "x" * 500, headers=headers
    )


def forbidden(client: Client, headers: dict[str, str]) -> Any:
    return client.get("/users/", headers=headers)


def not_found(client: Client, headers: dict[str, str]) -> Any:
    return client.get(f"/{SECRET}/", headers=headers)


def wrong_method(client: Client, headers: dict[str, str]) -> Any:
    return client.put("/preferences/", headers=headers)


def too_large(client: Client, headers: dict[str, str]) -> Any:
    return client.post("/preferences/", {"next": "x" * (1024 * 1024 + 1)}, headers=headers)


def too_many(client: Client, headers: dict[str, str]) -> Any:
    return client.post("/preferences/", {f"field{number}": "x" for number in range(501)}, headers=headers)


def broken(client: Client, headers: dict[str, str]) -> Any:
    return client.get("/", headers=headers)


def forged(client: Client, headers: dict[str, str]) -> Any:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    return strict.post("/preferences/", {"theme": "dark"}, headers=headers)


CASES = [
    pytest.param(bad_host, 400, id="400-host"),
    pytest.param(nonsense, 400, id="400-nonsense"),
    pytest.param(forbidden, 403, id="403"),
    pytest.param(forged, 403, id="403-csrf"),
    pytest.param(not_found, 404, id="404"),
    pytest.param(wrong_method, 405, id="405"),
    pytest.param(too_large, 413, id="413-size"),
    pytest.param(too_many, 413, id="413-fields"),
    pytest.param(broken, 500, id="500"),
]


@pytest.fixture
def sign_in_to_broken(sign_in: SignIn, store: Store, monkeypatch: pytest.MonkeyPatch) -> SignIn:
    """Return a maker of clients of a portal whose first page fails."""

    def fails() -> None:
        raise RuntimeError(f"SELECT password FROM accounts WHERE word = '{SECRET}'")

    monkeypatch.setattr(views, "current_store", fails)
    return sign_in


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize(("ask", "status"), CASES)
def test_an_error_tells_nothing_of_the_portal(
    sign_in_to_broken: SignIn, ask: Ask, status: int, accept: str, language: str
) -> None:
    client = sign_in_to_broken(Role.AGENT, language=language)
    client.raise_request_exception = False
    answer = ask(client, {"Accept": accept})
    shown = answer.content.decode()
    assert answer.status_code == status
    assert TELLING.findall(re.sub(r"Quiétude", "", shown)) == []
    assert faults(answer) == []
    assert own_code(shown, nonce_of(answer)) == []


@pytest.mark.parametrize("status", ["400", "403", "404", "405", "413", "500"])
def test_there_is_a_page_of_ours_for_every_error(status: str) -> None:
    folder = Path(views.__file__).parents[1] / "templates"
    assert (folder / f"{status}.html").is_file()


def test_a_page_with_details_would_be_found() -> None:
    try:
        raise RuntimeError(SECRET)
    except RuntimeError:
        detailed = ExceptionReporter(None, *sys.exc_info()).get_traceback_html()
    assert {"Traceback", SECRET} <= set(TELLING.findall(detailed))


def test_an_installation_shows_no_details_unless_it_asks_for_them() -> None:
    assert configured.DEBUG is False


def test_a_fault_is_in_the_log_of_the_server(sign_in_to_broken: SignIn, caplog: pytest.LogCaptureFixture) -> None:
    client = sign_in_to_broken(Role.AGENT)
    client.raise_request_exception = False
    broken(client, {})
    assert "Internal Server Error: /" in caplog.text
    assert "RuntimeError" in caplog.text


def test_a_line_of_the_log_cannot_be_forged_by_an_address(db: None, caplog: pytest.LogCaptureFixture) -> None:
    Client().get("/nothing%0AERROR%20all%20accounts%20are%20gone/")
    assert "all accounts are gone" in caplog.text
    assert "\nERROR all accounts" not in caplog.text
