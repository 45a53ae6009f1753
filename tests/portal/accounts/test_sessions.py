"""Sessions: what is listed, what ends them, and when they end by themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings as installed
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from tests.portal.conftest import PASSWORD, MakeUser, SignIn

from quietude.portal.accounts import actions, sessions
from quietude.portal.accounts.actions import Details
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role

NEW_PASSWORD = "un autre soir sans vent"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


class Clock:
    """The clock of sessions, in seconds since 1970."""

    now = 1_800_000_000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("quietude.portal.accounts.sessions.time.time", lambda: made.now)
    return made


def is_in(client: Client) -> bool:
    return client.get("/profile/").status_code == 200


def enter(username: str, password: str = PASSWORD, **headers: str) -> Client:
    client = Client(headers=headers)
    client.post("/sign-in/", {"login": username, "password": password})
    return client


LIMITS = [
    pytest.param(Role.AGENT, 2 * 60, id="agent"),
    pytest.param(Role.ELECTED, 2 * 60, id="elected"),
    pytest.param(Role.DATA_MANAGER, 30, id="data-manager"),
    pytest.param(Role.ADMINISTRATOR, 30, id="administrator"),
]


@pytest.mark.parametrize(("role", "minutes"), LIMITS)
def test_a_session_that_is_not_used_ends(sign_in: SignIn, clock: Clock, role: Role, minutes: int) -> None:
    client = sign_in(role)
    assert is_in(client)
    clock.now += minutes * 60 - 1
    assert is_in(client)
    clock.now += minutes * 60 + 1
    assert not is_in(client)
    clock.now -= minutes * 60
    assert not is_in(client)


def test_a_session_that_is_used_all_day_ends_after_twelve_hours(sign_in: SignIn, clock: Clock) -> None:
    client = sign_in(Role.AGENT)
    start = clock.now
    while clock.now < start + sessions.LONGEST.total_seconds():
        assert is_in(client)
        clock.now += 1800
    clock.now += 1
    assert not is_in(client)


def test_a_clock_set_back_one_hour_ends_no_session(sign_in: SignIn, clock: Clock) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    assert is_in(client)
    clock.now -= 3600
    assert is_in(client)
    clock.now += 31 * 60
    assert not is_in(client)


def test_the_session_cookie_alone_brings_nothing_back(sign_in: SignIn, clock: Clock) -> None:
    client = sign_in(Role.AGENT)
    assert is_in(client)
    stolen = client.cookies[installed.SESSION_COOKIE_NAME].value
    client.post("/sign-out/")
    thief = Client()
    thief.cookies[installed.SESSION_COOKIE_NAME] = stolen
    assert not is_in(thief)


def change_own_password(client: Client) -> None:
    sent = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post("/profile/password/", sent).status_code == 302


ENDS: list[object] = [
    pytest.param(lambda user: actions.close_user(None, user), id="closing"),
    pytest.param(lambda user: actions.reset_password(None, user), id="a-password-given"),
    pytest.param(lambda user: actions.change_user(None, user, Details(role=Role.ANALYST)), id="another-role"),
    pytest.param(lambda user: actions.end_sessions(None, user), id="ended-by-an-administrator"),
]


@pytest.mark.parametrize("act", ENDS)
def test_what_ends_every_session_of_an_account_ends_no_other(
    make_user: MakeUser, act: Callable[[User], object]
) -> None:
    make_user(username="other")
    user = make_user(username="camille")
    first, second, other = enter("camille"), enter("camille"), enter("other")
    unlisted = Client()
    unlisted.force_login(user)
    act(user)
    assert [is_in(client) for client in (first, second, unlisted, other)] == [False, False, False, True]
    user.is_active = True
    user.save()
    assert not is_in(first)


def test_changing_ones_password_keeps_this_session_and_ends_the_others(make_user: MakeUser) -> None:
    make_user(username="camille")
    first, second = enter("camille"), enter("camille")
    change_own_password(first)
    assert is_in(first)
    assert not is_in(second)
    assert len(first.get("/profile/sessions/").context["sessions"]) == 1


def test_a_name_changed_ends_no_session(make_user: MakeUser) -> None:
    user = make_user(username="camille")
    client = enter("camille")
    actions.change_user(None, user, Details(role=Role.AGENT, full_name="Camille Roux"))
    assert is_in(client)


def test_the_list_shows_device_shortened_address_and_which_one_is_this(make_user: MakeUser) -> None:
    make_user(username="camille")
    make_user(username="other")
    enter("other")
    here = enter("camille", **{"User-Agent": FIREFOX})
    enter("camille")
    shown = here.get("/profile/sessions/")
    listed = shown.context["sessions"]
    assert [(one.is_this, one.device) for one in listed] == [(True, "Firefox · Linux"), (False, "")]
    assert listed[0].address == "127.0.0.x"
    assert "127.0.0.1" not in shown.content.decode()


def test_one_ends_one_other_session_or_all_others(make_user: MakeUser) -> None:
    make_user(username="camille")
    here, second, third = enter("camille"), enter("camille"), enter("camille")
    listed = here.get("/profile/sessions/").context["sessions"]
    here.post(f"/profile/sessions/{listed[1].pk}/end/")
    assert sorted([is_in(second), is_in(third)]) == [False, True]
    here.post("/profile/sessions/end-others/")
    assert [is_in(client) for client in (here, second, third)] == [True, False, False]


def test_no_one_ends_another_persons_session(make_user: MakeUser) -> None:
    make_user(username="camille")
    make_user(username="other")
    theirs, mine = enter("camille"), enter("other")
    pk = UserSession.objects.get(user__username="camille").pk
    assert mine.post(f"/profile/sessions/{pk}/end/").status_code == 404
    assert is_in(theirs)


def test_reading_pages_notes_the_use_once_a_minute(sign_in: SignIn, clock: Clock) -> None:
    client = sign_in(Role.AGENT)
    seen = []
    for later_s in (0, 59, 2):
        clock.now += later_s
        client.get("/profile/")
        seen.append(UserSession.objects.get().last_seen_at.timestamp())
    assert seen == [Clock.now, Clock.now, clock.now]


def test_what_is_left_of_old_sessions_goes_at_the_next_sign_in(sign_in: SignIn) -> None:
    sign_in(Role.AGENT).get("/profile/")
    long_ago = timezone.now() - sessions.LONGEST - timedelta(seconds=1)
    UserSession.objects.update(last_seen_at=long_ago)
    Session.objects.update(expire_date=long_ago)
    sign_in(Role.ANALYST).get("/profile/")
    assert [kept.user.username for kept in UserSession.objects.all()] == ["analyst"]
    assert Session.objects.count() == 1


def test_reading_pages_never_saves_the_session(sign_in: SignIn, clock: Clock) -> None:
    """A request that began before another one changed the session must not put back what it had read."""
    client = sign_in(Role.AGENT)
    client.get("/profile/")
    kept = Session.objects.get().session_data
    for _ in range(5):
        clock.now += 61
        client.get("/profile/")
    assert Session.objects.get().session_data == kept


@pytest.mark.parametrize(
    ("address", "short"),
    [("192.0.2.66", "192.0.2.x"), ("2001:db8:1:2:3::4", "2001:db8:1::x")],
)
def test_addresses_are_shortened(address: str, short: str) -> None:
    assert sessions.shortened(address) == short


@pytest.mark.parametrize(
    ("role", "said"), [(Role.AGENT, "après 2 heures sans"), (Role.ADMINISTRATOR, "après 30 minutes sans")]
)
def test_the_page_says_the_limits_of_the_account(sign_in: SignIn, role: Role, said: str) -> None:
    assert said in sign_in(role).get("/profile/sessions/").content.decode()


def test_limits_are_those_of_the_documentation() -> None:
    assert (timedelta(hours=2), timedelta(minutes=30)) == (sessions.IDLE, sessions.IDLE_MANAGERS)
    assert timedelta(seconds=installed.SESSION_COOKIE_AGE) == sessions.LONGEST == timedelta(hours=12)
