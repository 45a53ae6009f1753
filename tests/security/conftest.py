"""The portal's own accounts and made-up facts, for tests that walk over every address."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from tests.portal.conftest import MakeUser, SignIn, _forget_attempts, filed, make_user, sign_in, store
from tests.portal.test_access import ROUTES, Route
from tests.security.pages import role_for

from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.portal.accounts.roles import Role
from quietude.store.api import Store

__all__ = ["_forget_attempts", "filed", "make_user", "sign_in", "store"]

Walk = Callable[[Role | None], Iterator[tuple[Route, Client]]]


@pytest.fixture
def event(store: Store) -> str:
    """Return the public name of a filed fact."""
    found: str = store.query(Viewer.system("test"), Filter(), columns=("id",), limit=1).column("id")[0].as_py()
    return found


@pytest.fixture
def walk(sign_in: SignIn, make_user: MakeUser) -> Walk:
    """Return what visits the addresses that a role is the first to be let in to, None for those open to all.

    Each visit begins alike, in a portal where the account "agent" exists: what the one before did is taken back.
    """

    def visits(role: Role | None) -> Iterator[tuple[Route, Client]]:
        if role is not Role.AGENT:
            make_user(Role.AGENT)
        signed_in = Client() if role is None else sign_in(role)
        for route in ROUTES:
            if role_for(route) is not role:
                continue
            with transaction.atomic():
                cache.clear()
                client = Client(raise_request_exception=False)
                client.cookies = deepcopy(signed_in.cookies)
                yield route, client
                transaction.set_rollback(True)

    return visits
