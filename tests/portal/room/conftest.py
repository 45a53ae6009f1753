"""Alarms that ring, for the tests of the room."""

from __future__ import annotations

from tests.portal.alarms.conftest import ring
from tests.portal.flows.conftest import send

__all__ = ["ring", "send"]
