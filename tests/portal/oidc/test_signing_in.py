"""Signing in by the provider when all is well, and whose account it opens."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.test import Client
from pytest_django import Settings
from tests.portal.conftest import PASSWORD, Lines, MakeUser
from tests.portal.oidc.conftest import begin, dance, is_in, words_of
from tests.portal.oidc.provider import TestProvider

from quietude.portal.accounts.models import User
from quietude.portal.journal.recording import JournalUnavailableError
from quietude.portal.oidc.models import OidcLink

EMAIL = "camille@valcombe.example"


def who(client: Client) -> object:
    request = HttpRequest()
    request.session = client.session
    return get_user(request)


def asked_of(client: Client) -> dict[str, str]:
    """Return the parameters that the portal sends to the provider."""
    query = urlsplit(client.get("/oidc/start/").headers["Location"]).query
    return {name: values[0] for name, values in parse_qs(query).items()}


def test_the_verified_e_mail_opens_the_account_that_an_administrator_made(
    provider: TestProvider, make_user: MakeUser
) -> None:
    account = make_user(username="camille", email=EMAIL)
    client = Client()
    answer = dance(client)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert who(client) == account
    link = OidcLink.objects.get()
    assert (link.issuer, link.subject, link.account) == (provider.issuer, "sub-of-camille", account)


def test_the_page_that_was_asked_for_opens_afterwards(provider: TestProvider, make_user: MakeUser) -> None:
    make_user(username="camille", email=EMAIL)
    assert dance(Client(), "/profile/").headers["Location"] == "/profile/"


def test_no_one_is_sent_to_another_site_afterwards(provider: TestProvider, make_user: MakeUser) -> None:
    make_user(username="camille", email=EMAIL)
    assert dance(Client(), "https://elsewhere.example/").headers["Location"] == "/"


def test_state_nonce_and_challenge_are_long_and_never_the_same(provider: TestProvider, db: None) -> None:
    first, second = asked_of(Client()), asked_of(Client())
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 32
        assert first[name] != second[name]
    assert first["code_challenge_method"] == "S256"
    assert "verifier" not in str(first)


def test_amr_is_asked_for_and_acr_when_it_is_set(provider: TestProvider, settings: Settings, db: None) -> None:
    assert asked_of(Client())["claims"] == '{"id_token":{"amr":{"essential":true}}}'
    settings.QUIETUDE = replace(settings.QUIETUDE, oidc_acr=("eidas2", "eidas3"))
    asked = asked_of(Client())
    assert asked["acr_values"] == "eidas2 eidas3"
    assert '"acr":{"essential":true,"values":["eidas2","eidas3"]}' in asked["claims"]


def test_a_level_of_assurance_that_is_set_opens_and_another_does_not(
    provider: TestProvider, make_user: MakeUser, settings: Settings
) -> None:
    settings.QUIETUDE = replace(settings.QUIETUDE, oidc_acr=("eidas2",))
    make_user(username="camille", email=EMAIL)
    assert dance(Client()).status_code == 403
    provider.change_id_token = lambda claims: {**claims, "acr": "eidas2"}
    assert dance(Client()).status_code == 302


def test_once_linked_the_subject_counts_and_not_the_e_mail(provider: TestProvider, make_user: MakeUser) -> None:
    account = make_user(username="camille", email=EMAIL)
    dance(Client())
    account.email = "camille.roux@valcombe.example"
    account.save()
    make_user(username="other", email=EMAIL)
    client = Client()
    dance(client)
    assert who(client) == account


def test_another_subject_with_the_same_e_mail_does_not_take_the_account_over(
    provider: TestProvider, make_user: MakeUser
) -> None:
    make_user(username="camille", email=EMAIL)
    dance(Client())
    provider.subject = "someone-else"
    client = Client()
    assert dance(client).status_code == 403
    assert not is_in(client)
    assert OidcLink.objects.count() == 1


def test_nobody_gets_an_account_by_signing_in(provider: TestProvider, db: None) -> None:
    client = Client()
    answer = dance(client)
    assert answer.status_code == 403
    assert "administrateur" in words_of(answer)
    assert not is_in(client)
    assert not User.objects.exists()


def test_no_account_a_closed_one_and_an_unverified_e_mail_read_the_same(
    provider: TestProvider, make_user: MakeUser
) -> None:
    pages = [dance(Client())]
    account = make_user(username="camille", email=EMAIL, is_active=False)
    pages.append(dance(Client()))
    account.is_active = True
    account.save()
    for info in ({"email_verified": False}, {"email_verified": "true"}, {}):
        provider.more_info = dict(info)
        pages.append(dance(Client()))
    assert {page.status_code for page in pages} == {403}
    assert len({words_of(page) for page in pages}) == 1
    assert not OidcLink.objects.exists()


def test_a_closed_account_stays_closed_once_linked(provider: TestProvider, make_user: MakeUser) -> None:
    account = make_user(username="camille", email=EMAIL)
    dance(Client())
    account.is_active = False
    account.save()
    client = Client()
    assert dance(client).status_code == 403
    assert not is_in(client)


def test_a_provider_that_vouches_for_e_mails_need_not_say_so_each_time(
    provider: TestProvider, make_user: MakeUser, settings: Settings
) -> None:
    settings.QUIETUDE = replace(settings.QUIETUDE, oidc_vouches_for_emails=True)
    make_user(username="camille", email=EMAIL)
    provider.more_info = {"email_verified": False}
    assert dance(Client()).status_code == 403
    provider.more_info = {}
    assert dance(Client()).status_code == 302


@pytest.mark.parametrize(
    "email",
    [
        pytest.param("\u212aim@valcombe.example", id="kelvin-sign"),  # k in lower case
        pytest.param("kim@valcombe.example\0", id="nought"),
        pytest.param(["kim@valcombe.example"], id="list"),
        pytest.param("kim@valcombe.example,eve@valcombe.example", id="two"),
    ],
)
def test_what_only_looks_like_an_address_opens_nothing(
    provider: TestProvider, make_user: MakeUser, email: object
) -> None:
    make_user(username="kim", email="kim@valcombe.example")
    provider.more_info = {"email": email, "email_verified": True}
    assert dance(Client()).status_code == 403


def test_an_account_without_e_mail_is_nobodys(provider: TestProvider, make_user: MakeUser) -> None:
    make_user(username="camille", email="")
    provider.email = ""
    assert dance(Client()).status_code == 403


def test_a_password_that_someone_else_made_is_not_asked_for(provider: TestProvider, make_user: MakeUser) -> None:
    make_user(username="camille", email=EMAIL, must_change_password=True)
    client = Client()
    dance(client)
    assert is_in(client)
    by_password = Client()
    by_password.post("/sign-in/", {"login": "camille", "password": PASSWORD})
    assert by_password.get("/profile/").headers["Location"] == "/profile/password/"


def test_signing_in_makes_a_new_session_and_ends_the_one_before(provider: TestProvider, make_user: MakeUser) -> None:
    make_user(username="other")
    account = make_user(username="camille", email=EMAIL)
    client = Client()
    client.post("/sign-in/", {"login": "other", "password": PASSWORD})
    address = begin(client)
    before = client.session.session_key
    client.get(address)
    assert client.session.session_key != before
    assert who(client) == account


def test_two_tabs_may_begin_and_both_finish(provider: TestProvider, make_user: MakeUser) -> None:
    make_user(username="camille", email=EMAIL)
    client = Client()
    first, second = begin(client), begin(client)
    assert client.get(first).status_code == 302
    assert is_in(client)
    assert client.get(second).status_code == 302
    assert is_in(client)


def test_the_sixth_tab_makes_the_first_too_old(provider: TestProvider, make_user: MakeUser) -> None:
    make_user(username="camille", email=EMAIL)
    client = Client()
    addresses = [begin(client) for _ in range(6)]
    assert client.get(addresses[0]).status_code == 400
    assert client.get(addresses[5]).status_code == 302


def test_beginning_without_end_is_throttled(provider: TestProvider, db: None) -> None:
    answers = [Client().get("/oidc/start/").status_code for _ in range(61)]
    assert answers == [302] * 60 + [429]


def test_the_log_tells_what_happened_without_personal_data(
    provider: TestProvider, make_user: MakeUser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="quietude.portal.oidc")
    account = make_user(username="camille", email=EMAIL)
    dance(Client())
    provider.amr = []
    dance(Client())
    assert f"sign-in of account {account.pk}" in caplog.text
    assert "sign-in refused: a required way of proving oneself is missing" in caplog.text
    for secret in (EMAIL, "camille", provider.subject, provider.secret, *provider.id_tokens):
        assert secret not in caplog.text


def test_a_new_link_has_its_line_in_the_journal(provider: TestProvider, make_user: MakeUser, lines: Lines) -> None:
    account = make_user(username="camille", email=EMAIL)
    dance(Client())
    dance(Client())
    noted = [line for line in lines() if "identity" in line.detail]
    assert [(line.who, line.to_whom, line.detail["act"]) for line in noted] == [
        (f"user:{account.pk}", f"user:{account.pk}", "made")
    ]
    assert provider.subject not in repr(noted)


def test_without_a_journal_nobody_is_linked(
    provider: TestProvider, make_user: MakeUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_acts: object) -> None:
        raise JournalUnavailableError("disk full")

    monkeypatch.setattr("quietude.portal.oidc.actions.note", full)
    make_user(username="camille", email=EMAIL)
    client = Client()
    assert dance(client).status_code == 503
    assert not is_in(client)
    assert not OidcLink.objects.exists()


def test_the_last_use_of_a_link_is_kept(provider: TestProvider, make_user: MakeUser) -> None:
    make_user(username="camille", email=EMAIL)
    dance(Client())
    OidcLink.objects.update(last_used_at=datetime(2026, 1, 1, tzinfo=UTC))
    dance(Client())
    assert OidcLink.objects.get().last_used_at.year > 2025
    assert OidcLink.objects.get().last_used_at != datetime(2026, 1, 1, tzinfo=UTC)


def test_the_sign_in_page_shows_the_button_only_when_there_is_a_provider(
    provider: TestProvider, settings: Settings, db: None
) -> None:
    page = Client().get("/sign-in/?next=/profile/").content.decode()
    assert "ProConnect" in page
    assert "/oidc/start/?next=%2Fprofile%2F" in page
    settings.QUIETUDE = replace(settings.QUIETUDE, oidc_issuer=None)
    assert "/oidc/" not in Client().get("/sign-in/").content.decode()


@pytest.mark.parametrize("address", ["/oidc/start/", "/oidc/callback/?state=x&code=y"])
def test_without_a_provider_there_is_nothing_at_its_addresses(address: str, db: None) -> None:
    assert Client().get(address).status_code == 404
    assert Client().post("/oidc/ended/", {"logout_token": "x"}).status_code == 404
