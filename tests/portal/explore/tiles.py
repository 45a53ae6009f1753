"""Reads what a vector tile holds, by another's encoder of the format: GDAL."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyogrio


def facts_of_tile(content: bytes) -> list[dict[str, Any]]:
    """Return the properties of the points of one tile."""
    if not content:
        return []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "0.mvt"
        path.write_bytes(content)
        _meta, table = pyogrio.read_arrow(path, layer="facts", read_geometry=False)
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows
