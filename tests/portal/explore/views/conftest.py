"""What the tests of Explore's addresses share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _language_stays() -> Iterator[None]:
    """Leave the language as it was: the middleware activates the account's."""
    before = translation.get_language()
    yield
    translation.activate(before)
