"""Services for the tests of services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from quietude.portal.services.actions import keep_service
from quietude.portal.services.models import Kind, Service

OPENED = date(2020, 1, 1)
MakeService = Callable[..., Service]


@pytest.fixture
def make_service(db: None) -> MakeService:
    """Return a maker of services: make_service("pm-centre", parent=police)."""

    def make(code: str, parent: Service | None = None, **fields: object) -> Service:
        said = {"title_fr": f"Service {code}", "title_en": f"Service {code}", "kind": Kind.MUNICIPAL_POLICE}
        return keep_service(None, Service(**{"code": code, "parent": parent, "opened_on": OPENED, **said, **fields}))

    return make
