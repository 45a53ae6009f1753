"""Acts on accounts leave their line with the act."""

from __future__ import annotations

from tests.portal.conftest import Lines, MakeUser

from quietude.journal.api import Kind, operator
from quietude.portal.accounts import actions
from quietude.portal.accounts.roles import Role


def test_an_account_closed_is_in_the_journal(make_user: MakeUser, lines: Lines) -> None:
    keeper, agent = make_user(Role.ADMINISTRATOR), make_user(Role.AGENT)
    actions.close_user(keeper, agent)
    line = lines()[-1]
    assert (line.kind, line.who, line.to_whom) == (Kind.MODIFY, f"user:{keeper.pk}", f"user:{agent.pk}")
    assert line.detail["act"] == "closed"


def test_the_command_line_is_named_as_such(db: None, lines: Lines) -> None:
    actions.create_user(None, "someone", actions.Details(role=Role.AGENT))
    assert {line.who for line in lines()} == {operator()}
