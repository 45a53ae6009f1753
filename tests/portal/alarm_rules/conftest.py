"""People who tune alarms, and texts of rules, for the tests of the editor."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from tests.portal.conftest import NOW, MakeUser, SignIn

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.alarm_rules import acts
from quietude.portal.alarm_rules.models import Trial
from quietude.portal.alarm_rules.working import work_off

RULE = """# Several complaints of one quarter.
title: {fr: "Bruit", en: "Noise"}
scope: "nature:noise"
by: zone:quarter
when: {count: {at_least: 2, within: PT12H}}  # twice in half a day
severity: 3
"""
EVERYTHING = "title: {fr: Tout, en: All}\nby: town\nwhen: {match: {holds: PT1S}}\nseverity: 1\n"
DAYS = (date(2026, 4, 10), NOW.date())


@pytest.fixture
def one(make_user: MakeUser) -> User:
    """Return a person who tunes alarms."""
    return make_user(Role.SUPERVISOR, username="one")


@pytest.fixture
def two(make_user: MakeUser) -> User:
    """Return another one."""
    return make_user(Role.SUPERVISOR, username="two")


@pytest.fixture
def supervisor(sign_in: SignIn) -> Client:
    """Return a supervisor who is signed in, reading English."""
    return sign_in(Role.SUPERVISOR, language="en")


def tried(by: User, text: str, name: str = "noise") -> Trial:
    """Return a trial that has ended."""
    trial = acts.ask(by, name, text, DAYS, purpose="operations", now=NOW)
    assert work_off() == 1
    trial.refresh_from_db()
    return trial
