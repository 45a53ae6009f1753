"""Writers, logbooks and entries for the tests of the main courante."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from django.test import Client
from tests.portal.conftest import SignIn

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.logbook import acts
from quietude.portal.logbook.content import Content, Identity, Place
from quietude.portal.logbook.models import Entry
from quietude.portal.services.models import Kind, Membership, Service
from quietude.portal.town import current_town
from quietude.sources.api import Logbook

NOW = datetime(2026, 6, 17, 10, 20, tzinfo=UTC)
PORT = Place(label="12 quai du Port", lon_deg=5.38, lat_deg=43.29, accuracy_m=15.0)
Join = Callable[..., User]
Write = Callable[..., Entry]


def patrols() -> Logbook:
    return current_town().logbooks["patrols"]


def desk() -> Logbook:
    return current_town().logbooks["desk"]


def said(**fields: object) -> Content:
    """Return the content of an entry, any field by name."""
    usual = {
        "occurred_at": NOW,
        "category": "noise.party",
        "regime": "RGPD",
        "text": "Fête au 3e étage.",
        "place": PORT,
    }
    return Content.model_validate(usual | fields)


def service(code: str) -> Service:
    kind = Kind.MUNICIPAL_POLICE if code == "police" else Kind.DESK
    return Service.objects.get_or_create(
        code=code, defaults={"title_fr": code, "title_en": code, "kind": kind, "opened_on": date(2020, 1, 1)}
    )[0]


def joined(user: User, code: str = "police") -> User:
    """Return the account, a member of a service."""
    Membership.objects.create(person=user, service=service(code), since=date(2020, 1, 1), given_by="test")
    return user


@pytest.fixture
def writer(make_user: Join) -> User:
    """Return an agent who writes in the patrols' logbook."""
    return joined(make_user(Role.AGENT, "anne"))


@pytest.fixture
def write(writer: User) -> Write:
    """Return what writes an entry: write(), with any field of its content by name."""

    def made(
        by: User | None = None,
        key: UUID | None = None,
        identities: tuple[Identity, ...] = (),
        now: datetime = NOW,
        **fields: object,
    ) -> Entry:
        return acts.write(
            by or writer,
            patrols(),
            said(**fields),
            key=key or uuid4(),
            identities=identities,
            purpose="operations",
            now=now,
        )

    return made


@pytest.fixture
def at_work(sign_in: SignIn) -> Client:
    """Return the browser of an agent of the police service."""
    client = sign_in(Role.AGENT, username="bruno")
    joined(User.objects.get(username="bruno"))
    return client
