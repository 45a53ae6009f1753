"""A line is written with the act, or neither is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from tests.portal.conftest import Lines, MakeUser, SignIn

from quietude.journal.api import Kind
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.journal import recording
from quietude.portal.journal.recording import IDS_MAX, Act, JournalUnavailableError, note
from quietude.portal.journal.searching import Wanted, search
from quietude.store.api import Store


def test_a_line_holds_who_what_why_and_to_whom(lines: Lines) -> None:
    note(
        Act(
            kind=Kind.COMMUNICATE,
            who="user:4",
            purpose="operations",
            motive="requisition",
            ids=["202601-a"],
            to_whom="court",
        )
    )
    [entry] = lines()
    assert (entry.kind, entry.who, entry.purpose, entry.motive) == (
        Kind.COMMUNICATE,
        "user:4",
        "operations",
        "requisition",
    )
    assert (entry.ids, entry.to_whom) == (("202601-a",), "court")
    assert entry.when.utcoffset() is not None


def test_of_many_facts_the_first_are_named(lines: Lines) -> None:
    note(Act(kind=Kind.CONSULT, who="user:4", ids=[f"202601-{number}" for number in range(IDS_MAX + 5)]))
    assert len(lines()[0].ids) == IDS_MAX


def test_an_act_that_fails_leaves_no_line(lines: Lines, make_user: MakeUser) -> None:
    class BrokenError(Exception):
        pass

    def act() -> None:
        with transaction.atomic():
            note(Act(kind=Kind.MODIFY, who="user:1"))
            raise BrokenError

    with pytest.raises(BrokenError):
        act()
    assert lines() == []


@pytest.mark.parametrize("error", [DatabaseError("database or disk is full"), OSError(28, "No space left on device")])
def test_a_full_disk_stops_the_act_with_a_clear_message_and_nothing_half_done(
    lines: Lines, make_user: MakeUser, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    user = make_user(full_name="before")
    before = lines()

    def full(*_: object, **__: object) -> None:
        raise error

    def act() -> None:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(full_name="after")
            note(Act(kind=Kind.MODIFY, who="user:1"))

    monkeypatch.setattr(recording.TABLES, "append", full)
    with pytest.raises(JournalUnavailableError, match=r"full|No space"):
        act()
    assert User.objects.get(pk=user.pk).full_name == "before"
    assert lines() == before


@pytest.mark.parametrize(
    "statement", ["DELETE FROM journal_leaf", "UPDATE journal_leaf SET leaf = ''", "DELETE FROM journal_payload"]
)
def test_the_application_can_only_add(lines: Lines, statement: str) -> None:
    note(Act(kind=Kind.CONSULT, who="user:1"))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert len(lines()) == 1


def test_a_clock_put_back_an_hour_leaves_lines_in_order_and_is_said(
    lines: Lines, sign_in: SignIn, empty_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = sign_in(Role.DPO, language="en")
    now = timezone.now()
    note(Act(kind=Kind.CONSULT, who="user:71", motive="before"))
    with monkeypatch.context() as put_back:
        put_back.setattr("quietude.portal.journal.recording.timezone.now", lambda: now - timedelta(hours=1))
        note(Act(kind=Kind.CONSULT, who="user:71", motive="after"))
    assert [line.motive for line in lines() if line.who == "user:71"] == ["before", "after"]
    newest = search(Wanted(who="user:71"))
    assert [(line.motive, line.is_clock_back) for line in newest] == [("after", True), ("before", False)]
    assert newest[0].index == newest[1].index + 1
    assert "clock put back" in officer.get("/journal/?who=user:71").content.decode()
    assert "A clock was put back" in officer.get("/journal/unusual/").content.decode()
