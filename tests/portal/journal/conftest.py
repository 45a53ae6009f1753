"""The journal as tests read it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from quietude.journal.api import Entry
from quietude.portal.journal.recording import TABLES

Lines = Callable[[], list[Entry]]


@pytest.fixture
def lines(db: None) -> Lines:
    """Return what reads the lines written since the test began."""
    with connection.cursor() as cursor:
        begin = TABLES.head(cursor).frontier.size

    def read() -> list[Entry]:
        with connection.cursor() as cursor:
            found = [entry for _, entry in TABLES.entries(cursor, first=begin)]
        return [entry for entry in found if entry is not None]

    return read
