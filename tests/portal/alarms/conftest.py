"""Flows that ring, for the tests of alarms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from tests.portal.flows.conftest import Send, send, several
from tests.portal.notifications.conftest import administrator, hook, inbox, listed, make_channel
from tests.portal.services.conftest import make_service

from quietude.portal.alarms.watching import Watch
from quietude.portal.flows import filing
from quietude.store.api import Store

__all__ = ["administrator", "hook", "inbox", "listed", "make_channel", "make_service", "send"]
Ring = Callable[..., Watch]


@pytest.fixture
def ring(empty_store: Store, send: Send) -> Ring:
    """Return what sends noise at the port until a moment, has it filed, and judges it."""
    watch = Watch()

    def go(at: datetime, *, count: int = 3, prefix: str = "r") -> Watch:
        assert send(several(count, at, prefix=prefix)).status_code == 200
        filing.file_waiting()
        watch.once(at)
        return watch

    return go
