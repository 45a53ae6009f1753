"""People on duty, shifts and entries for the tests of shifts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from tests.portal.conftest import LONG_AGO, MakeUser, SignIn
from tests.portal.logbook.conftest import PORT, joined, patrols, service

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.logbook import acts as entries
from quietude.portal.logbook.content import Content
from quietude.portal.logbook.models import Entry
from quietude.portal.rights.standing import standing_of
from quietude.portal.shifts import acts
from quietude.portal.shifts.models import Report, Shift, Watch
from quietude.portal.shifts.reports import making, sign

NIGHT = datetime(2026, 6, 17, 19, 0, tzinfo=UTC)
"""Nine in the evening, local time."""
MORNING = NIGHT + timedelta(hours=8)
OpenShift = Callable[..., Shift]
Logged = Callable[..., Entry]
Signed = Callable[..., Report]


@pytest.fixture
def chief(make_user: MakeUser) -> User:
    """Return an agent of the police who leads shifts."""
    return joined(make_user(Role.AGENT, "anne"))


@pytest.fixture
def mate(make_user: MakeUser) -> User:
    """Return another agent of the police."""
    return joined(make_user(Role.AGENT, "bruno"))


@pytest.fixture
def supervisor(make_user: MakeUser) -> User:
    """Return a supervisor of the police."""
    return joined(make_user(Role.SUPERVISOR, "chloe"))


@pytest.fixture
def open_shift(chief: User) -> OpenShift:
    """Return what opens a night shift of the police: open_shift(by=…, begins=…, ends=…)."""

    def made(by: User | None = None, begins: datetime = NIGHT, ends: datetime = MORNING, **said: object) -> Shift:
        now = said.pop("now", begins)
        return acts.open_shift(by or chief, service("police"), Watch.NIGHT, begins, ends, now=now, **said)  # type: ignore[arg-type]

    return made


@pytest.fixture
def logged(chief: User) -> Logged:
    """Return what writes an entry of the patrols so long after the night began: logged(minutes=10, text="…")."""

    def made(minutes: int = 30, by: User | None = None, now: datetime | None = None, **fields: object) -> Entry:
        at = NIGHT + timedelta(minutes=minutes)
        usual = {"occurred_at": at, "category": "noise.party", "regime": "RGPD", "text": "Fête au 3e.", "place": PORT}
        content = Content.model_validate(usual | fields)
        return entries.write(by or chief, patrols(), content, key=uuid4(), purpose="operations", now=now or at)

    return made


@pytest.fixture
def signed() -> Signed:
    """Return what signs the report of a closed shift: signed(shift, by)."""

    def made(shift: Shift, by: User, name: str = "shift", now: datetime = MORNING, **said: object) -> Report:
        report_of = {key: said.pop(key) for key in ("about", "word", "language") if key in said}
        made_of = making(by, standing_of(by), shift, name, **({"language": "fr", "now": now} | report_of))  # type: ignore[arg-type]
        return sign(made_of, name, **said)  # type: ignore[arg-type]

    return made


@pytest.fixture
def on_duty(sign_in: SignIn) -> Client:
    """Return the browser of an agent of the police named Dora."""
    client = sign_in(Role.AGENT, username="dora")
    joined(User.objects.get(username="dora"))
    return client


__all__ = ["LONG_AGO", "MORNING", "NIGHT"]
