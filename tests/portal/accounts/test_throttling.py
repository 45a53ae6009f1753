"""Ten thousand wrong passwords: the guesser waits, the owner gets in, no header changes who is who.

QUIETUDE_GUESSES says how many (`make security` tries ten thousand; the answer is the same after a thousand).
"""

from __future__ import annotations

import os
from time import time

import pytest
from django.conf import settings as installed
from django.contrib.auth import hashers
from django.contrib.sessions.models import Session
from django.core import signing
from django.core.cache import caches
from django.test import Client
from pytest_django import Settings
from tests.portal.conftest import PASSWORD, MakeUser

from quietude.portal.accounts import actions
from quietude.portal.accounts.models import AccountAct, User

GUESSES = int(os.environ.get("QUIETUDE_GUESSES", "1000"))
WAIT = "Trop d’essais"


def attempt(
    login: str = "camille",
    password: str = "not the password",
    *,
    address: str = "198.51.100.1",
    client: Client | None = None,
) -> Client:
    used = client or Client()
    used.post("/sign-in/", {"login": login, "password": password}, REMOTE_ADDR=address)
    return used


def is_in(client: Client, address: str = "203.0.113.9") -> bool:
    return client.get("/profile/", REMOTE_ADDR=address).status_code == 200


def gets_in(address: str, client: Client | None = None) -> bool:
    return is_in(attempt(password=PASSWORD, address=address, client=client))


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the passwords that were really compared with one that is kept."""
    compared: list[str] = []
    real = hashers.check_password

    def check(password: str, *args: object, **kwargs: object) -> bool:
        compared.append(password)
        return real(password, *args, **kwargs)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr("django.contrib.auth.base_user.check_password", check)
    return compared


@pytest.mark.slow
def test_thousands_of_wrong_passwords_from_one_address_do_not_shut_the_owner_out(
    make_user: MakeUser, checked: list[str]
) -> None:
    make_user(username="camille")
    client = Client()
    for place in range(GUESSES):
        attempt(password=f"guess {place}", client=client)
    assert 0 < len(checked) < 100
    assert len(caches["default"]._cache) < 20  # type: ignore[attr-defined]  # what is counted in memory
    assert not Session.objects.exists()
    assert not AccountAct.objects.exists()
    assert gets_in("203.0.113.9")


@pytest.fixture
def besieged(make_user: MakeUser, checked: list[str]) -> Client:
    """Return the browser of an owner who signed in yesterday, while forty addresses guess at the account."""
    make_user(username="camille")
    browser = attempt(password=PASSWORD, address="203.0.113.9")
    assert is_in(browser)
    browser.post("/sign-out/", REMOTE_ADDR="203.0.113.9")
    for place in range(40):
        attempt(address=f"198.51.100.{place}")
    return browser


def test_guesses_from_everywhere_are_few_and_the_owners_browser_gets_in(besieged: Client, checked: list[str]) -> None:
    assert len([password for password in checked if password == "not the password"]) == 30
    assert gets_in("203.0.113.9", besieged)


def test_a_browser_that_is_not_known_waits_an_hour_but_not_for_ever(
    besieged: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not gets_in("203.0.113.200")
    later = time() + 3601
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: later)
    assert gets_in("203.0.113.200")


def test_the_mark_of_a_browser_serves_its_own_account_only(besieged: Client, make_user: MakeUser) -> None:
    user = make_user(username="dominique")
    name = f"known-{user.pk}"
    mark = next(cookie.value for key, cookie in besieged.cookies.items() if key.startswith("known-"))
    thief = Client()
    thief.cookies[name] = mark
    for place in range(40):
        attempt("dominique", address=f"192.0.2.{place}")
    attempt("dominique", PASSWORD, address="203.0.113.77", client=thief)
    assert not is_in(thief)


def test_the_mark_of_a_browser_is_worthless_after_a_new_password(besieged: Client) -> None:
    user = User.objects.get(username="camille")
    actions.reset_password(None, user, password=PASSWORD)
    assert not gets_in("203.0.113.200", besieged)


def test_a_made_up_mark_is_worth_nothing(besieged: Client) -> None:
    user = User.objects.get(username="camille")
    forger = Client()
    forger.cookies[f"known-{user.pk}"] = signing.TimestampSigner(key="another key").sign("nonce.fingerprint")
    assert not gets_in("203.0.113.200", forger)


def test_a_known_browser_is_throttled_too(besieged: Client) -> None:
    for _ in range(5):
        attempt(address="203.0.113.9", client=besieged)
    assert not gets_in("203.0.113.9", besieged)


def test_the_mark_is_out_of_reach_of_scripts_and_sent_to_the_sign_in_page_only(besieged: Client) -> None:
    cookie = next(cookie for key, cookie in besieged.cookies.items() if key.startswith("known-"))
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/sign-in/", True, "Strict")


@pytest.mark.parametrize(
    "login", ["camille", "CAMILLE", " camille", "camille@valcombe.example", "Camille@Valcombe.example"]
)
def test_another_spelling_of_an_account_is_no_new_account(make_user: MakeUser, login: str) -> None:
    make_user(username="camille", email="camille@valcombe.example")
    for _ in range(5):
        attempt("camille")
    page = Client().post("/sign-in/", {"login": login, "password": PASSWORD}, REMOTE_ADDR="198.51.100.1")
    assert WAIT in page.content.decode()


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP", "True-Client-IP"])
def test_no_header_makes_another_address(make_user: MakeUser, header: str) -> None:
    make_user(username="camille")
    for place in range(10):
        Client().post("/sign-in/", {"login": f"n{place}", "password": "x"}, headers={header: f"192.0.2.{place}"})
    page = Client().post("/sign-in/", {"login": "camille", "password": PASSWORD}, headers={header: "192.0.2.99"})
    assert WAIT in page.content.decode()


def test_many_names_tried_make_no_count_forgotten(make_user: MakeUser) -> None:
    make_user(username="camille")
    for _ in range(5):
        attempt("camille")
    for place in range(320):  # more than the 300 that Django's cache in memory keeps unless told otherwise
        attempt(f"nobody{place}", address=f"192.0.2.{place % 250}")
    page = Client().post("/sign-in/", {"login": "camille", "password": PASSWORD}, REMOTE_ADDR="198.51.100.1")
    assert WAIT in page.content.decode()


def test_an_account_that_does_not_exist_waits_like_one_that_does(make_user: MakeUser) -> None:
    make_user(username="camille")
    pages = []
    for place, login in enumerate(["camille", "nobody", "nobody@valcombe.example"]):
        for _ in range(5):
            attempt(login, address=f"198.51.100.{place}")
        page = Client().post("/sign-in/", {"login": login, "password": "x"}, REMOTE_ADDR=f"198.51.100.{place}")
        pages.append(WAIT in page.content.decode())
    assert pages == [True, True, True]


def test_an_attack_keeps_no_one_from_proving_who_they_are(besieged: Client, make_user: MakeUser) -> None:
    client = Client()
    client.force_login(User.objects.get(username="camille"))
    client.post("/again/?next=/profile/", {"password": PASSWORD, "next": "/profile/"}, REMOTE_ADDR="203.0.113.9")
    assert client.session["account_authentication_methods"][-1]["reauthenticated"] is True


def test_a_mark_is_sent_by_https_only_where_there_is_https(make_user: MakeUser, settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    user = make_user(username="camille")
    client = attempt(password=PASSWORD)
    assert client.cookies[f"__Secure-known-{user.pk}"]["secure"] is True
    assert installed.SESSION_COOKIE_SECURE
