"""The authentication matrix: who comes in, how, and what a stranger can learn by trying."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings as installed
from django.contrib.auth.hashers import Argon2PasswordHasher, identify_hasher, make_password
from django.test import Client
from pytest_django import Settings
from tests.portal.conftest import PASSWORD, MakeUser, SignIn

from quietude.portal import settings as ours
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role

WRONG = "L’identifiant ou le mot de passe n’est pas le bon."


def try_to_enter(client: Client, login: str, password: str = PASSWORD, **headers: str) -> tuple[int, str]:
    answer = client.post("/sign-in/", {"login": login, "password": password}, headers=headers)
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("login", ["camille", "CAMILLE", "camille@valcombe.example", "Camille@Valcombe.example"])
def test_user_name_or_e_mail_opens_the_portal(make_user: MakeUser, login: str) -> None:
    make_user(username="camille", email="camille@valcombe.example")
    client = Client()
    assert try_to_enter(client, login)[0] == 302
    assert client.get("/profile/").status_code == 200


def test_unknown_name_wrong_password_and_closed_account_read_the_same(make_user: MakeUser) -> None:
    make_user(username="camille")
    make_user(username="closed", is_active=False)
    pages = [
        try_to_enter(Client(), "camille", "not the password"),
        try_to_enter(Client(), "nobody", "not the password"),
        try_to_enter(Client(), "closed", "not the password"),
        try_to_enter(Client(), "nobody@valcombe.example", "not the password"),
    ]
    assert {status for status, _page in pages} == {200}
    assert all(WRONG in page for _status, page in pages)


def test_a_closed_account_with_its_right_password_gets_no_session(make_user: MakeUser) -> None:
    make_user(username="closed", is_active=False)
    client = Client()
    try_to_enter(client, "closed")
    assert client.get("/profile/").status_code == 302


def test_an_unknown_name_costs_as_much_work_as_a_known_one(
    make_user: MakeUser, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hashing is what takes the time: a known name has its password verified, an unknown one a password hashed."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    make_user(username="camille")
    hashed: list[str] = []
    for name in ("encode", "verify"):
        done = getattr(Argon2PasswordHasher, name)

        def counted(*given: str, done: Callable[..., object] = done, name: str = name, **named: str) -> object:
            hashed.append(name)
            return done(*given, **named)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)
    try_to_enter(Client(), "camille", "not the password")
    assert hashed == ["verify"]
    try_to_enter(Client(), "nobody", "not the password")
    assert hashed == ["verify", "encode"]


def test_the_sixth_failure_of_one_account_waits_even_with_the_right_password(make_user: MakeUser) -> None:
    make_user(username="camille")
    for _ in range(5):
        try_to_enter(Client(), "camille", "not the password")
    status, page = try_to_enter(Client(), "camille")
    assert status == 200
    assert "Trop d’essais" in page


def test_the_eleventh_failure_of_one_address_waits_whatever_it_claims_to_be(make_user: MakeUser) -> None:
    make_user(username="camille")
    for place in range(10):
        try_to_enter(Client(), f"nobody{place}", "not the password", **{"X-Forwarded-For": f"198.51.100.{place}"})
    page = try_to_enter(Client(), "camille", **{"X-Forwarded-For": "203.0.113.9"})[1]
    assert "Trop d’essais" in page


def test_behind_a_proxy_of_ours_each_visitor_counts_alone(make_user: MakeUser, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    make_user(username="camille")
    for place in range(10):
        try_to_enter(
            Client(), f"nobody{place}", "not the password", **{"X-Forwarded-For": "203.0.113.66, 198.51.100.7"}
        )
    assert try_to_enter(Client(), "camille", **{"X-Forwarded-For": "198.51.100.8"})[0] == 302
    refused = try_to_enter(Client(), "camille", **{"X-Forwarded-For": "198.51.100.8, 198.51.100.7"})[1]
    assert "Trop d’essais" in refused


def test_signing_in_makes_a_new_session(make_user: MakeUser) -> None:
    make_user(username="camille")
    client = Client()
    planted = client.session
    planted["planted"] = "by someone else"
    planted.save()
    client.cookies[installed.SESSION_COOKIE_NAME] = planted.session_key or ""
    before = client.cookies[installed.SESSION_COOKIE_NAME].value
    try_to_enter(client, "camille")
    assert client.cookies[installed.SESSION_COOKIE_NAME].value != before


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(make_user: MakeUser) -> None:
    make_user(username="camille")
    client = Client()
    try_to_enter(client, "camille")
    cookie = client.cookies[installed.SESSION_COOKIE_NAME]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"


def test_signing_out_needs_a_post_and_ends_the_session(sign_in: SignIn) -> None:
    client = sign_in(Role.AGENT)
    assert client.get("/sign-out/").status_code == 200
    assert client.get("/profile/").status_code == 200
    client.post("/sign-out/")
    assert client.get("/profile/").status_code == 302


def test_forms_without_our_token_change_nothing(make_user: MakeUser) -> None:
    make_user(username="camille")
    client = Client(enforce_csrf_checks=True)
    status, page = try_to_enter(client, "camille")
    assert status == 403
    assert "Rien n’a été modifié" in page


def test_no_one_is_sent_to_another_site_after_signing_in(make_user: MakeUser) -> None:
    make_user(username="camille")
    answer = Client().post(
        "/sign-in/", {"login": "camille", "password": PASSWORD, "next": "https://elsewhere.example/"}
    )
    assert answer["Location"] == "/"


@pytest.mark.parametrize("address", ["/signup/", "/accounts/signup/", "/password/reset/", "/admin/"])
def test_no_one_signs_up_or_resets_a_password_alone(db: None, address: str) -> None:
    assert Client().get(address).status_code == 404


def test_passwords_are_kept_as_argon2id(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ours.PASSWORD_HASHERS
    assert ours.PASSWORD_HASHERS[0] == "django.contrib.auth.hashers.Argon2PasswordHasher"
    kept = make_password(PASSWORD, hasher="argon2")
    assert identify_hasher(kept).algorithm == "argon2"
    assert kept.startswith("argon2$argon2id$")


@pytest.mark.parametrize(
    ("password", "said"),
    [
        pytest.param("fourteen signs", "15", id="too-short"),
        pytest.param("polniypizdec0211", "trop courant", id="on-the-list-of-common-ones"),
        pytest.param("passwordpassword", "se répète", id="said-twice"),
        pytest.param("azertyuiopqsdfgh", "suit le clavier", id="along-the-keyboard"),
        pytest.param("je suis Camille Roux ici", "votre propre nom", id="own-name"),
    ],
)
def test_a_weak_new_password_is_refused_with_the_reason(make_user: MakeUser, password: str, said: str) -> None:
    client = Client()
    user = make_user(username="camille", full_name="Camille Roux")
    client.force_login(user)
    sent = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    page = client.post("/profile/password/", sent).content.decode()
    assert said in page
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_password_made_by_someone_else_must_be_changed_first(make_user: MakeUser) -> None:
    client = Client()
    user = make_user(username="camille", must_change_password=True)
    client.force_login(user)
    assert client.get("/")["Location"] == "/profile/password/"
    chosen = "un autre soir sans vent"
    client.post("/profile/password/", {"oldpassword": PASSWORD, "password1": chosen, "password2": chosen})
    assert not User.objects.get(pk=user.pk).must_change_password
    assert client.get("/profile/").status_code == 200
