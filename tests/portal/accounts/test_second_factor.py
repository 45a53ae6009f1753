"""The second factor: who must have one, what opens the portal, and what never does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from pytest_django import Settings
from tests.portal.conftest import PASSWORD, MakeUser, SignIn

from quietude.config import SettingsError, read_settings
from quietude.portal.accounts import actions, second_factor
from quietude.portal.accounts.models import AccountAct, User
from quietude.portal.accounts.roles import Role

NOON = 1_800_000_000.0
"""A moment in 2027 on the edge of a time step."""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the clock of authenticator apps, which tests move."""
    made = Clock()
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: made.now)
    return made


class Clock:
    """A clock that goes when told."""

    def __init__(self) -> None:
        self.now = NOON


@pytest.fixture
def asked_of_managers(settings: Settings) -> None:
    """Ask for a second factor as a real installation does."""
    settings.QUIETUDE = replace(settings.QUIETUDE, second_factor="managers")


def code_at(secret: str, seconds: float) -> str:
    return str(format_hotp_value(hotp_value(secret, int(seconds) // 30)))


def with_app(user: User) -> str:
    secret = str(generate_totp_secret())
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def begin(username: str = "camille", password: str = PASSWORD) -> Client:
    client = Client()
    client.post("/sign-in/", {"login": username, "password": password})
    return client


def is_in(client: Client) -> bool:
    return client.get("/profile/").status_code == 200


def give(client: Client, code: str) -> bool:
    client.post("/sign-in/second-factor/", {"code": code})
    return is_in(client)


def test_the_password_alone_opens_nothing_once_an_app_is_set_up(make_user: MakeUser, clock: Clock) -> None:
    with_app(make_user(username="camille"))
    client = begin()
    assert not is_in(client)
    assert client.get("/sign-in/second-factor/").status_code == 200


OFFERED = [
    pytest.param(0, True, id="this-step"),
    pytest.param(-30, True, id="one-step-late"),
    pytest.param(30, True, id="one-step-early"),
    pytest.param(-60, False, id="two-steps-late"),
    pytest.param(60, False, id="two-steps-early"),
]


@pytest.mark.parametrize(("shift_s", "opens"), OFFERED)
def test_a_code_opens_the_portal_within_one_step_of_its_time(
    make_user: MakeUser, clock: Clock, shift_s: int, opens: bool
) -> None:
    secret = with_app(make_user(username="camille"))
    assert give(begin(), code_at(secret, clock.now + shift_s)) is opens


def test_a_code_is_taken_once_and_none_before_it(make_user: MakeUser, clock: Clock) -> None:
    secret = with_app(make_user(username="camille"))
    assert give(begin(), code_at(secret, clock.now))
    assert not give(begin(), code_at(secret, clock.now))
    assert not give(begin(), code_at(secret, clock.now - 30))
    clock.now += 45
    assert not give(begin(), code_at(secret, NOON))
    assert give(begin(), code_at(secret, clock.now))


def test_a_recovery_code_opens_the_portal_once(make_user: MakeUser, clock: Clock) -> None:
    user = make_user(username="camille")
    with_app(user)
    codes = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
    assert len(codes) == 10
    assert give(begin(), codes[3])
    assert not give(begin(), codes[3])
    assert give(begin(), codes[4])


def test_another_persons_code_opens_nothing(make_user: MakeUser, clock: Clock) -> None:
    with_app(make_user(username="camille"))
    secret = with_app(make_user(username="dominique"))
    assert not give(begin("camille"), code_at(secret, clock.now))


def test_wrong_codes_are_few(make_user: MakeUser, clock: Clock) -> None:
    secret = with_app(make_user(username="camille"))
    client = begin()
    right = code_at(secret, clock.now)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(5):
        client.post("/sign-in/second-factor/", {"code": wrong})
    assert not give(client, right)


def test_a_stranger_cannot_start_at_the_second_step(make_user: MakeUser) -> None:
    make_user(username="camille")
    assert Client().get("/sign-in/second-factor/")["Location"] == "/sign-in/"


def test_a_secret_is_not_in_the_database_as_it_is(make_user: MakeUser) -> None:
    user = make_user(username="camille")
    secret = with_app(user)
    kept = [str(data) for data in Authenticator.objects.filter(user=user).values_list("data", flat=True)]
    assert kept
    assert not [data for data in kept if secret in data]
    codes = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
    assert not [code for code in codes for data in kept if code in data]


MUST = [
    pytest.param("managers", Role.DATA_MANAGER, True, id="data-manager"),
    pytest.param("managers", Role.ADMINISTRATOR, True, id="administrator"),
    pytest.param("managers", Role.DPO, True, id="data-protection-officer"),
    pytest.param("managers", Role.SUPERVISOR, False, id="supervisor"),
    pytest.param("managers", Role.AGENT, False, id="agent"),
    pytest.param("managers", Role.ANALYST, False, id="analyst"),
    pytest.param("managers", Role.ELECTED, False, id="elected"),
    *[pytest.param("everyone", role, True, id=f"everyone-{role}") for role in Role],
    *[pytest.param("demo", role, False, id=f"demo-{role}") for role in Role],
]


@pytest.mark.parametrize(("said", "role", "must"), MUST)
def test_whoever_must_have_one_gets_nowhere_before(
    sign_in: SignIn, settings: Settings, said: str, role: Role, must: bool
) -> None:
    settings.QUIETUDE = replace(settings.QUIETUDE, second_factor=said)
    client = sign_in(role)
    answer = client.get("/profile/")
    assert (answer.status_code == 302) is must
    assert not must or answer["Location"] == "/profile/second-factor/"


@pytest.mark.parametrize("address", ["/", "/users/", "/users/new/", "/profile/sessions/", "/sources/"])
def test_no_page_is_open_before_enrolment(sign_in: SignIn, asked_of_managers: None, address: str) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    assert client.get(address)["Location"] == "/profile/second-factor/"
    assert client.get(address, headers={"Accept": "application/json"}).status_code == 403
    assert client.post(address).status_code == 302


@pytest.mark.parametrize(("amr", "status"), [(["pwd", "mfa"], 200), (["pwd"], 302)])
def test_a_second_factor_that_the_identity_provider_saw_is_enough(
    sign_in: SignIn, asked_of_managers: None, amr: list[str], status: int
) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    session = client.session
    session["vouched_for"] = {"account": User.objects.get().pk, "amr": amr}
    session.save()
    assert client.get("/users/").status_code == status


def test_a_new_password_is_chosen_before_the_second_factor(sign_in: SignIn, asked_of_managers: None) -> None:
    client = sign_in(Role.ADMINISTRATOR, must_change_password=True)
    assert client.get("/")["Location"] == "/profile/password/"


def test_setting_up_an_app_shows_the_codes_once_and_opens_the_portal(
    sign_in: SignIn, asked_of_managers: None, clock: Clock, django_capture_on_commit_callbacks: Any
) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    secret = client.get("/profile/second-factor/app/").context["form"].secret
    refused = client.post("/profile/second-factor/app/", {"code": "000000"})
    assert refused.status_code == 200
    assert not Authenticator.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/profile/second-factor/app/", {"code": code_at(secret, clock.now)}, follow=True)
    codes = answer.context["unused_codes"]
    page = answer.content.decode()
    assert len(codes) == 10
    assert all(code in page for code in codes)
    again = client.get("/profile/second-factor/codes/").content.decode()
    assert not [code for code in codes if code in again]
    assert client.get("/users/").status_code == 200
    user = User.objects.get(role=Role.ADMINISTRATOR)
    assert [(act.by, act.what) for act in user.acts.all()] == [("administrator", "factor_added")] * 2


def test_the_last_one_stays_with_whoever_must_have_one(sign_in: SignIn, asked_of_managers: None, clock: Clock) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    with_app(User.objects.get())
    page = client.post("/profile/second-factor/app/remove/")
    assert "Votre rôle" in page.content.decode()
    assert second_factor.has(User.objects.get())


def test_whoever_need_not_have_one_may_remove_it_with_its_codes(sign_in: SignIn, asked_of_managers: None) -> None:
    client = sign_in(Role.AGENT)
    with_app(User.objects.get())
    client.post("/profile/second-factor/app/remove/")
    assert not Authenticator.objects.exists()
    assert AccountAct.objects.filter(what="factor_removed").exists()


def test_an_administrator_resets_what_was_lost_and_the_journal_says_it(sign_in: SignIn, make_user: MakeUser) -> None:
    user = make_user(username="camille")
    with_app(user)
    theirs = Client()
    theirs.force_login(user)
    client = sign_in(Role.ADMINISTRATOR)
    assert client.get("/users/camille/second-factor/").status_code == 200
    assert second_factor.has(user)
    client.post("/users/camille/second-factor/")
    assert not Authenticator.objects.exists()
    assert not is_in(theirs)
    assert [(act.by, act.what) for act in user.acts.all()] == [("administrator", "factor_reset")]
    assert is_in(begin())


def test_the_list_of_accounts_says_who_keeps_one(sign_in: SignIn, make_user: MakeUser) -> None:
    with_app(make_user(username="camille"))
    RecoveryCodes.activate(make_user(username="sacha"))
    listed = sign_in(Role.ADMINISTRATOR).get("/users/").context["rows"]
    assert [account.username for account, _services in listed if account.has_factor] == ["camille"]


def test_only_who_manages_accounts_resets_one(make_user: MakeUser) -> None:
    user = make_user(username="camille")
    with_app(user)
    with pytest.raises(PermissionDenied):
        actions.reset_second_factor(user, user)
    assert second_factor.has(user)


def test_resetting_nothing_is_said(make_user: MakeUser) -> None:
    with pytest.raises(ValidationError):
        actions.reset_second_factor(None, make_user(username="camille"))


@pytest.mark.parametrize("said", ["", "none", "off", "Managers"])
def test_an_unknown_choice_is_refused_at_the_start(said: str) -> None:
    with pytest.raises(SettingsError, match="expected one of managers, everyone, demo"):
        read_settings({"QUIETUDE_SECOND_FACTOR": said}, working_dir=Path("/"))


def test_a_portal_that_people_reach_is_no_demonstration() -> None:
    with pytest.raises(SettingsError, match="no demonstration"):
        read_settings({"QUIETUDE_SECOND_FACTOR": "demo", "QUIETUDE_HTTPS": "1"}, working_dir=Path("/"))


@pytest.mark.parametrize(("choice", "is_said"), [("demo", True), ("managers", False)])
def test_the_sign_in_page_says_that_this_is_a_demonstration(
    db: None, settings: Settings, choice: str, is_said: bool
) -> None:
    settings.QUIETUDE = replace(settings.QUIETUDE, second_factor=choice)
    assert ("Démonstration" in Client().get("/sign-in/").content.decode()) is is_said
