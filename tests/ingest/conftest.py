"""What tests of ingest share."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.ingest.little_town import LittleTown


@pytest.fixture
def little(tmp_path: Path) -> LittleTown:
    """Return a town of one source, with nothing imported yet."""
    return LittleTown(tmp_path)
