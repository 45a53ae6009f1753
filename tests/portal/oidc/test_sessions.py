"""Sessions that came by the provider end with its own: notices of logout, sign-out, links undone."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings
from tests.portal.conftest import PASSWORD, Lines, MakeUser, SignIn
from tests.portal.oidc.conftest import dance, is_in, visit, words_of
from tests.portal.oidc.provider import Server, SigningKey, TestProvider, signed_with_secret, unsigned

from quietude.portal.accounts.roles import Role
from quietude.portal.oidc.models import OidcLink, OidcLogout

EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest.fixture
def target(provider: TestProvider, make_user: MakeUser) -> TestProvider:
    """Return the provider; it knows someone who has an account."""
    make_user(username="camille", email="camille@valcombe.example")
    return provider


@pytest.fixture
def client(target: TestProvider) -> Client:
    """Return a browser that came in by the provider."""
    entered = Client()
    dance(entered)
    assert is_in(entered)
    return entered


def notify(token: str) -> HttpResponse:
    """Send a notice of logout as the provider's server does: no cookie, no token of our forms."""
    answer = Client(enforce_csrf_checks=True).post("/oidc/ended/", {"logout_token": token})
    assert isinstance(answer, HttpResponse)
    return answer


def test_a_notice_of_logout_ends_the_session_it_names(target: TestProvider, client: Client) -> None:
    answer = notify(target.logout_token())
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert not is_in(client)
    dance(client)
    assert is_in(client)


def test_a_notice_ends_the_session_though_the_clock_was_set_back(target: TestProvider, client: Client) -> None:
    notify(target.logout_token())
    OidcLogout.objects.update(received_at=datetime.now(UTC) - timedelta(hours=1))
    assert not is_in(client)


def test_a_notice_that_names_another_session_ends_nothing(target: TestProvider, client: Client) -> None:
    assert notify(target.logout_token(sid="session-2")).status_code == 200
    assert is_in(client)


def test_a_notice_without_session_ends_all_of_the_person(target: TestProvider, client: Client) -> None:
    target.sid = "session-2"
    second = Client()
    dance(second)
    assert notify(target.logout_token(sid=None)).status_code == 200
    assert not is_in(client)
    assert not is_in(second)


def test_a_notice_without_person_ends_the_session(target: TestProvider, client: Client) -> None:
    assert notify(target.logout_token(sub=None)).status_code == 200
    assert not is_in(client)


def test_a_notice_for_someone_else_ends_nothing(target: TestProvider, client: Client) -> None:
    assert notify(target.logout_token(sub="someone-else")).status_code == 200
    assert notify(target.logout_token(sub="someone-else", sid=None)).status_code == 200
    assert is_in(client)


def test_a_notice_ends_no_session_that_came_by_password(target: TestProvider, client: Client) -> None:
    local = Client()
    local.post("/sign-in/", {"login": "camille", "password": PASSWORD})
    notify(target.logout_token(sid=None))
    assert is_in(local)


NOTICES: dict[str, Callable[[TestProvider], str]] = {
    "with a nonce": lambda provider: provider.logout_token(nonce="x" * 43),
    "for another client": lambda provider: provider.logout_token(aud="another-client"),
    "by another issuer": lambda provider: provider.logout_token(iss="https://elsewhere.example"),
    "without event": lambda provider: provider.logout_token(events=None),
    "with another event": lambda provider: provider.logout_token(events={"http://elsewhere.example/event": {}}),
    "with an event that is no object": lambda provider: provider.logout_token(events={EVENT: True}),
    "without number": lambda provider: provider.logout_token(jti=None),
    "with a nought in its number": lambda provider: provider.logout_token(jti="1\0"),
    "of nobody": lambda provider: provider.logout_token(sub=None, sid=None),
    "expired": lambda provider: provider.logout_token(exp=int(time.time()) - 60),
    "without end": lambda provider: provider.logout_token(exp=None),
    "hours old": lambda provider: provider.logout_token(iat=int(time.time()) - 3600),
    "of another kind": lambda provider: provider.logout_token({"typ": "at+jwt"}),
    "that is an id_token": lambda provider: provider.id_tokens[0],
    "unsigned": lambda provider: unsigned({**provider.claims(), "jti": "1", "events": {EVENT: {}}}),
    "signed with the public key": lambda provider: signed_with_secret(
        provider.key.public_pem, {**provider.claims(), "jti": "1", "events": {EVENT: {}}}
    ),
    "empty": lambda provider: "",
}


@pytest.mark.parametrize("lie", NOTICES)
def test_a_notice_that_lies_ends_nothing(target: TestProvider, client: Client, lie: str) -> None:
    answer = notify(NOTICES[lie](target))
    assert answer.status_code == 400
    assert b'"invalid_request"' in answer.content
    assert is_in(client)
    assert not OidcLogout.objects.exists()


def test_a_notice_of_another_key_ends_nothing(target: TestProvider, client: Client, other_key: SigningKey) -> None:
    claims = {**target.claims(), "jti": "1", "events": {EVENT: {}}}
    assert notify(replace(other_key, kid=target.key.kid).sign(claims)).status_code == 400
    assert is_in(client)


def test_a_notice_is_received_once(target: TestProvider, client: Client) -> None:
    token = target.logout_token()
    assert notify(token).status_code == 200
    dance(client)
    assert notify(token).status_code == 400
    assert is_in(client)


def test_notices_are_forgotten_once_no_session_is_as_old(target: TestProvider, settings: Settings) -> None:
    notify(target.logout_token())
    OidcLogout.objects.update(received_at=datetime.now(UTC) - timedelta(seconds=settings.SESSION_COOKIE_AGE + 60))
    notify(target.logout_token())
    assert OidcLogout.objects.count() == 1


def test_notices_are_taken_by_post_only(target: TestProvider) -> None:
    assert Client().get("/oidc/ended/").status_code == 405


def test_signing_out_goes_on_to_the_provider(target: TestProvider, client: Client) -> None:
    answer = client.post("/sign-out/")
    assert not is_in(client)
    assert answer.status_code == 200
    address = answer.headers["Refresh"].removeprefix("0; url=")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(f"{target.issuer}/session/end?")
    assert set(asked) == {"id_token_hint", "post_logout_redirect_uri", "state"}
    assert asked["id_token_hint"] == target.id_tokens[0]
    assert len(asked["state"]) >= 32
    assert address.replace("&", "&amp;") in words_of(answer)
    back = visit(address)
    assert back.headers["Location"].startswith("http://testserver/sign-in/?")


def test_signing_out_works_while_the_provider_is_down(
    target: TestProvider, client: Client, server: tuple[TestProvider, Server]
) -> None:
    from django.core.cache import cache

    cache.clear()
    server[1].stop()
    answer = client.post("/sign-out/")
    assert answer.headers["Location"] == "/sign-in/"
    assert not is_in(client)


def test_a_provider_without_sign_out_of_its_own_is_left_alone(target: TestProvider, client: Client) -> None:
    from django.core.cache import cache

    cache.clear()
    target.change_discovery = lambda said: {name: said[name] for name in said if name != "end_session_endpoint"}
    assert client.post("/sign-out/").headers["Location"] == "/sign-in/"


def test_whoever_came_by_password_signs_out_here_alone(target: TestProvider) -> None:
    local = Client()
    local.post("/sign-in/", {"login": "camille", "password": PASSWORD})
    assert local.post("/sign-out/").headers["Location"] == "/sign-in/"


def test_another_account_in_the_same_browser_does_not_inherit(
    target: TestProvider, client: Client, make_user: MakeUser
) -> None:
    make_user(username="other", must_change_password=True)
    client.post("/sign-out/")
    client.post("/sign-in/", {"login": "other", "password": PASSWORD})
    assert client.get("/profile/").headers["Location"] == "/profile/password/"


def test_a_session_ends_when_the_portal_no_longer_has_its_provider(client: Client, settings: Settings) -> None:
    settings.QUIETUDE = replace(settings.QUIETUDE, oidc_issuer=None)
    assert not is_in(client)


def test_a_closed_account_loses_its_session(target: TestProvider, client: Client) -> None:
    account = OidcLink.objects.get().account
    account.is_active = False
    account.save()
    assert not is_in(client)


def test_an_administrator_sees_links_and_undoes_one(
    target: TestProvider, client: Client, sign_in: SignIn, lines: Lines
) -> None:
    administrator = sign_in(Role.ADMINISTRATOR)
    assert "/oidc/links/" in administrator.get("/users/").content.decode()
    page = administrator.get("/oidc/links/").content.decode()
    assert "camille" in page
    assert target.subject not in page
    action = re.search(r"/oidc/links/\d+/undo/", page)
    assert action is not None
    assert administrator.post(action[0]).status_code == 302
    assert not OidcLink.objects.exists()
    assert lines()[-1].detail["act"] == "undone"
    assert not is_in(client)
    assert "Personne" in administrator.get("/oidc/links/").content.decode()


def test_an_undone_link_is_made_anew_at_the_next_sign_in(target: TestProvider, client: Client) -> None:
    OidcLink.objects.all().delete()
    target.subject = "new-subject-of-camille"
    dance(client)
    assert is_in(client)
    assert OidcLink.objects.get().subject == "new-subject-of-camille"
