from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import translation
from tests.portal.conftest import MakeUser

from quietude.journal.api import operator
from quietude.portal.accounts import actions
from quietude.portal.accounts.actions import Details
from quietude.portal.accounts.models import AccountAct, User
from quietude.portal.accounts.roles import Role


def journal(user: User) -> list[tuple[str, str]]:
    return list(AccountAct.objects.filter(account=user).order_by("pk").values_list("by", "what"))


def test_create_user_makes_up_a_password_to_be_changed_and_leaves_a_line(make_user: MakeUser) -> None:
    boss = make_user(Role.ADMINISTRATOR, username="boss")
    user, password = actions.create_user(boss, "Camille", Details(role=Role.AGENT, email="Camille@Valcombe.example"))
    assert user.username == "camille"
    assert user.email == "camille@valcombe.example"
    assert user.must_change_password
    assert user.check_password(password)
    assert len(password) == 24
    assert journal(user) == [("boss", "created")]


def test_made_up_passwords_differ() -> None:
    from quietude.portal.accounts.passwords import made_up

    assert len({made_up() for _ in range(200)}) == 200


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_whoever_does_not_manage_accounts_changes_none(make_user: MakeUser, role: Role) -> None:
    other, target = make_user(role, username="other"), make_user(Role.AGENT, username="target")
    attempts: list[Callable[[], object]] = [
        lambda: actions.create_user(other, "new", Details(role=Role.AGENT)),
        lambda: actions.change_user(other, target, Details(role=Role.DATA_MANAGER)),
        lambda: actions.close_user(other, target),
        lambda: actions.reopen_user(other, target),
        lambda: actions.reset_password(other, target),
    ]
    for attempt in attempts:
        with pytest.raises(PermissionDenied):
            attempt()
    target.refresh_from_db()
    assert target.role == Role.AGENT
    assert not AccountAct.objects.exists()


def test_two_accounts_cannot_share_an_e_mail(make_user: MakeUser) -> None:
    make_user(username="first", email="shared@valcombe.example")
    with pytest.raises(ValidationError):
        actions.create_user(None, "second", Details(role=Role.AGENT, email="SHARED@valcombe.example"))
    assert not User.objects.filter(username="second").exists()


def test_many_accounts_may_have_no_e_mail(make_user: MakeUser) -> None:
    make_user(username="first")
    assert actions.create_user(None, "second", Details(role=Role.AGENT))[0].pk


def test_the_last_administrator_can_neither_leave_nor_be_demoted(make_user: MakeUser) -> None:
    boss = make_user(Role.ADMINISTRATOR, username="boss")
    with pytest.raises(ValidationError):
        actions.close_user(boss, boss)
    with pytest.raises(ValidationError):
        actions.change_user(boss, boss, Details(role=Role.AGENT))
    boss.refresh_from_db()
    assert boss.is_active
    assert boss.role == Role.ADMINISTRATOR


def test_change_user_says_in_the_journal_what_changed_but_no_value_of_a_person(make_user: MakeUser) -> None:
    user = make_user(Role.AGENT, username="camille")
    actions.change_user(None, user, Details(role=Role.ANALYST, full_name="Camille Roux"))
    act = user.acts.get()
    assert (act.by, act.what) == (operator(), "changed")
    assert act.detail == "role=agent>analyst,full_name"
    with translation.override("fr"):
        assert act.said == "Rôle\u00a0: Agent → Analyste, Nom complet"


def test_nothing_changed_leaves_no_line(make_user: MakeUser) -> None:
    user = make_user(Role.AGENT, username="camille")
    actions.change_user(None, user, Details(role=Role.AGENT))
    assert journal(user) == []


def test_closing_an_account_ends_its_sessions_and_reopening_brings_it_back(make_user: MakeUser) -> None:
    user = make_user(Role.AGENT, username="camille")
    client = Client()
    client.force_login(user)
    actions.close_user(None, user)
    assert client.get("/profile/").status_code == 302
    actions.reopen_user(None, user)
    assert journal(user) == [(operator(), "closed"), (operator(), "reopened")]
    assert User.objects.get(pk=user.pk).is_active


def test_a_new_password_ends_the_sessions(make_user: MakeUser) -> None:
    user = make_user(Role.AGENT, username="camille")
    client = Client()
    client.force_login(user)
    password = actions.reset_password(None, user)
    assert client.get("/profile/").status_code == 302
    assert User.objects.get(pk=user.pk).check_password(password)
