"""Writers at work, for the tests of work without network."""

from __future__ import annotations

from tests.portal.logbook.conftest import at_work, write, writer

__all__ = ["at_work", "write", "writer"]
