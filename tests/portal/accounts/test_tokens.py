"""Access tokens: what they open, for how long, and that no one ever reads one twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.portal.conftest import MakeUser, SignIn

from quietude.portal.accounts import actions, tokens
from quietude.portal.accounts.models import ApiToken, Scope, User
from quietude.portal.accounts.roles import Role
from quietude.portal.accounts.tokens import requires_token

DAY = timedelta(days=1)


@requires_token(Scope.FACTS_READ)
def read(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.user}")


@requires_token(Scope.RECORDS_WRITE)
def write(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.user}")


def ask(view: Callable[[HttpRequest], HttpResponse], header: str | None, user: User | None = None) -> HttpResponse:
    headers = {"Authorization": header} if header is not None else {}
    request = RequestFactory().post("/api/", headers=headers)
    request.user = user or AnonymousUser()
    return view(request)


def token(user: User, *scopes: Scope, lifetime: timedelta = DAY) -> str:
    return tokens.make_token(user, "report", scopes or [Scope.FACTS_READ], lifetime)[1]


def test_a_token_opens_what_its_scope_says_and_nothing_else(make_user: MakeUser) -> None:
    text = token(make_user(Role.DATA_MANAGER), Scope.FACTS_READ)
    assert ask(read, f"Bearer {text}").content == b"data-manager"
    assert ask(write, f"Bearer {text}").status_code == 403


def test_the_matrix_of_roles_and_scopes_follows_the_rights(make_user: MakeUser) -> None:
    allowed = {role: tokens.scopes_for(make_user(role)) for role in Role}
    assert allowed == {
        Role.AGENT: [Scope.FACTS_READ],
        Role.SUPERVISOR: [Scope.FACTS_READ],
        Role.ANALYST: [Scope.FACTS_READ],
        Role.DPO: [],
        Role.ELECTED: [],
        Role.DATA_MANAGER: [Scope.FACTS_READ, Scope.RECORDS_WRITE],
        Role.ADMINISTRATOR: [],
    }


def no_header(_text: str) -> str | None:
    return None


STRANGERS = [
    pytest.param(no_header, id="nothing"),
    pytest.param(lambda text: text, id="without-bearer"),
    pytest.param(lambda text: f"Basic {text}", id="basic"),
    pytest.param(lambda text: f"Bearer {text[:-1]}", id="cut"),
    pytest.param(lambda text: f"Bearer {text[:-1]}{'A' if text[-1] != 'A' else 'B'}", id="one-sign-off"),
    pytest.param(lambda text: f"Bearer {text}A", id="one-sign-more"),
    pytest.param(lambda text: f"Bearer {text.swapcase()}", id="other-case"),
    pytest.param(lambda text: f"Bearer {tokens.digest_of(text)}", id="what-the-database-keeps"),
    pytest.param(lambda text: "Bearer qt_' OR 1=1 --", id="injection"),
]


@pytest.mark.parametrize("header", STRANGERS)
def test_whatever_is_not_the_token_is_a_stranger(make_user: MakeUser, header: Callable[[str], str | None]) -> None:
    answer = ask(read, header(token(make_user())))
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


ENDS = [
    pytest.param(lambda user: tokens.revoke("x", ApiToken.objects.get()), 401, id="revoked"),
    pytest.param(lambda user: ApiToken.objects.update(expires_at=timezone.now()), 401, id="too-old"),
    pytest.param(lambda user: actions.close_user(None, user), 401, id="closed-account"),
    pytest.param(lambda user: actions.reset_password(None, user), 401, id="new-password-given"),
    pytest.param(lambda user: actions.change_user(None, user, actions.Details(role=Role.ELECTED)), 403, id="role-lost"),
]


@pytest.mark.parametrize(("act", "status"), ENDS)
def test_what_ends_a_token(make_user: MakeUser, act: Callable[[User], object], status: int) -> None:
    user = make_user()
    text = token(user)
    assert ask(read, f"Bearer {text}").status_code == 200
    act(user)
    assert ask(read, f"Bearer {text}").status_code == status


def test_a_closed_account_that_is_reopened_has_its_tokens_to_make_again(make_user: MakeUser) -> None:
    user = make_user()
    text = token(user)
    actions.close_user(None, user)
    actions.reopen_user(None, user)
    assert ask(read, f"Bearer {text}").status_code == 401


def test_a_session_is_no_token(make_user: MakeUser) -> None:
    assert ask(read, None, make_user()).status_code == 403


def test_a_token_is_no_session(make_user: MakeUser) -> None:
    text = token(make_user())
    assert Client().get("/profile/", headers={"Authorization": f"Bearer {text}"}).status_code == 302


@pytest.mark.parametrize(
    "place", ["/?token={}", "/explore/?q={}", "/facts/{}/", "/no-such-page/{}", "/sign-in/?next=/{}"]
)
@pytest.mark.parametrize(
    "spelling", [str, quote, lambda text: quote(text.replace("_", "%5F"))], ids=["as-is", "quoted", "twice"]
)
def test_a_token_in_an_address_is_refused_and_revoked_and_not_logged(
    make_user: MakeUser, place: str, spelling: Callable[[str], str], caplog: pytest.LogCaptureFixture
) -> None:
    user = make_user()
    text = token(user)
    answer = Client().get(place.format(spelling(text)))
    assert answer.status_code == 400
    assert text not in answer.content.decode()
    assert text[tokens.MARK_LENGTH :] not in caplog.text
    assert ask(read, f"Bearer {text}").status_code == 401
    act = user.acts.first()
    assert act is not None
    assert (act.by, act.what, act.detail) == ("portal", "token_revoked", f"{text[:8]}…,in_address")
    assert "adresse" in act.said


def test_an_address_that_only_resembles_a_token_is_served(db: None) -> None:
    assert Client().get("/sign-in/?next=/qt_short").status_code == 200


def test_neither_database_nor_journal_holds_a_token(make_user: MakeUser) -> None:
    user = make_user()
    text = token(user)
    kept = str(list(ApiToken.objects.values())) + str(list(user.acts.values()))
    assert text not in kept
    assert text[tokens.MARK_LENGTH :] not in kept
    assert tokens.digest_of(text) in kept


def test_its_use_is_noted_to_the_minute(make_user: MakeUser) -> None:
    text = token(make_user())
    assert ApiToken.objects.get().used_at is None
    ask(read, f"Bearer {text}")
    first = ApiToken.objects.get().used_at
    assert first is not None
    ask(read, f"Bearer {text}")
    assert ApiToken.objects.get().used_at == first


@pytest.mark.parametrize(
    "lifetime", [timedelta(0), -DAY, timedelta(days=365, seconds=1), timedelta(days=3650)], ids=str
)
def test_no_token_outlives_a_year(make_user: MakeUser, lifetime: timedelta) -> None:
    with pytest.raises(ValidationError):
        tokens.make_token(make_user(), "report", [Scope.FACTS_READ], lifetime)
    assert not ApiToken.objects.exists()


def test_no_one_gives_a_token_more_than_they_may_do(make_user: MakeUser) -> None:
    with pytest.raises(PermissionDenied):
        tokens.make_token(make_user(Role.AGENT), "report", [Scope.RECORDS_WRITE], DAY)
    with pytest.raises(ValidationError):
        tokens.make_token(make_user(Role.ANALYST), "report", [], DAY)


def test_twenty_tokens_are_enough(make_user: MakeUser) -> None:
    user = make_user()
    for _ in range(tokens.MOST):
        token(user)
    with pytest.raises(ValidationError):
        token(user)


@given(st.text(alphabet="abcqt_-0", max_size=60))
def test_only_tokens_look_like_tokens(text: str) -> None:
    assert bool(tokens.TOKEN.fullmatch(text)) == (text.startswith("qt_") and len(text) == 46)


SENT = {"name": "Weekly report", "scopes": ["facts:read"], "days": "30"}


def test_the_page_shows_a_token_once(sign_in: SignIn) -> None:
    client = sign_in(Role.AGENT)
    answer = client.post("/profile/tokens/", SENT)
    text = answer.context["text"]
    assert text in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    page = client.get("/profile/tokens/").content.decode()
    assert "Weekly report" in page
    assert text not in page
    made = ApiToken.objects.get()
    assert timedelta(days=29) < made.expires_at - timezone.now() <= timedelta(days=30)


def test_making_a_token_asks_who_is_there(make_user: MakeUser) -> None:
    client = Client()
    client.force_login(make_user())
    assert client.post("/profile/tokens/", SENT)["Location"].startswith("/again/")
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"scopes": ["records:write"]}, {"scopes": ["all"]}, {"scopes": []}, {"days": "3650"}, {"name": ""}],
    ids=["not-mine", "unknown", "none", "ten-years", "no-name"],
)
def test_the_page_refuses_what_is_not_offered(sign_in: SignIn, wrong: dict[str, object]) -> None:
    assert sign_in(Role.AGENT).post("/profile/tokens/", {**SENT, **wrong}).status_code == 400
    assert not ApiToken.objects.exists()


def test_one_revokes_ones_own_tokens_only(sign_in: SignIn, make_user: MakeUser) -> None:
    theirs = tokens.make_token(make_user(username="camille"), "report", [Scope.FACTS_READ], DAY)[0]
    client = sign_in(Role.AGENT)
    mine = tokens.make_token(User.objects.get(username="agent"), "report", [Scope.FACTS_READ], DAY)[0]
    assert client.post(f"/profile/tokens/{theirs.pk}/revoke/").status_code == 404
    assert client.post(f"/profile/tokens/{mine.pk}/revoke/").status_code == 302
    assert list(ApiToken.objects.filter(revoked_at=None)) == [theirs]
