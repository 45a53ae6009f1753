"""A table of grants: all of it, or nothing with each fault named by line, column and value."""

from __future__ import annotations

from datetime import date

import pytest
from tests.portal.conftest import MakeUser

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.rights.models import Grant
from quietude.portal.rights.tables import example, import_grants

TODAY = date(2026, 6, 17)
HEAD = "username,purpose,categories,zones,since,until,trained_on,training_until,designation\n"


@pytest.fixture
def keeper(make_user: MakeUser) -> User:
    make_user(Role.AGENT)
    return make_user(Role.ADMINISTRATOR)


def test_the_example_can_be_given(keeper: User) -> None:
    before = Grant.objects.count()
    assert import_grants(keeper, example(), today=TODAY, is_trial=True).given == 1
    assert Grant.objects.count() == before
    assert import_grants(keeper, example(), today=TODAY, is_trial=False).faults == ()
    grant = Grant.objects.latest("pk")
    assert (grant.holder.username, grant.categories, grant.text) == ("agent", ["noise", "street"], "on_demand")


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("nobody,operations,,,,,,,", "username"),
        ("agent,leisure,,,,,,,", "purpose"),
        ("agent,operations,,,30/06/2026,,,,", "since"),
        ("agent,operations,,,2026-06-02,2026-06-01,,,", "until"),
        ("agent,judicial,,,,,,,", "designation"),
        ("agent,operations,,,,,,,,,,", ""),
    ],
)
def test_a_fault_is_named_and_nothing_is_given(keeper: User, row: str, column: str) -> None:
    before = Grant.objects.count()
    outcome = import_grants(keeper, f"{HEAD}agent,operations,,,,,,,\n{row}\n", today=TODAY, is_trial=False)
    assert Grant.objects.count() == before
    assert outcome.given == 0
    assert (outcome.faults[0].line, column in {fault.column for fault in outcome.faults}) == (3, True)
    assert all(fault.said for fault in outcome.faults)


def test_a_table_can_give_grants_that_only_count(keeper: User) -> None:
    head = "username,purpose,level,text\n"
    outcome = import_grants(keeper, f"{head}agent,operations,count,\n", today=TODAY, is_trial=False)
    assert outcome.faults == ()
    assert Grant.objects.latest("pk").level == "count"
    opened = import_grants(keeper, f"{head}agent,operations,count,open\n", today=TODAY, is_trial=False)
    assert [(fault.line, fault.column) for fault in opened.faults] == [(2, "text")]
    unknown = import_grants(keeper, f"{head}agent,operations,browse,\n", today=TODAY, is_trial=False)
    assert [(fault.line, fault.column) for fault in unknown.faults] == [(2, "level")]


def test_a_line_that_comes_twice_is_told(keeper: User) -> None:
    outcome = import_grants(keeper, HEAD + "agent,operations,,,,,,,\n" * 2, today=TODAY, is_trial=False)
    assert [fault.line for fault in outcome.faults] == [3]
    assert "2" in outcome.faults[0].said


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators_are_recognised(keeper: User, separator: str) -> None:
    text = "\ufeff" + (HEAD + "agent,operations,,,,,,,").replace(",", separator)
    assert import_grants(keeper, text, today=TODAY, is_trial=False).given == 1


@pytest.mark.parametrize("text", ["", "name,purpose\nx,y\n", "username\nagent\n"])
def test_a_wrong_header_is_told_at_line_1(keeper: User, text: str) -> None:
    assert {fault.line for fault in import_grants(keeper, text, today=TODAY, is_trial=False).faults} == {1}
