from __future__ import annotations

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from tests.portal.conftest import MakeUser

from quietude.journal.api import operator
from quietude.portal.accounts import commands, second_factor
from quietude.portal.accounts.roles import Role
from quietude.portal.problem import PortalError


def test_the_last_administrators_lost_telephone_is_forgotten_on_the_server(make_user: MakeUser) -> None:
    user = make_user(Role.ADMINISTRATOR, username="boss")
    TOTP.activate(user, generate_totp_secret())
    commands.reset_second_factor(" Boss ")
    assert not second_factor.has(user)
    assert [(act.by, act.what) for act in user.acts.all()] == [(operator(), "factor_reset")]


def test_whoever_is_not_there_or_has_none_is_said(make_user: MakeUser) -> None:
    make_user(username="camille")
    with pytest.raises(PortalError, match="no account 'nobody'; there are: camille"):
        commands.reset_second_factor("nobody")
    with pytest.raises(PortalError, match="second facteur"):
        commands.reset_second_factor("camille")
