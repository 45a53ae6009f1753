"""The town's cameras as an index: where each stands, never what it sees."""

from __future__ import annotations

import csv
import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from quietude.portal.town import current_town

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera of the town's index: where it stands, never what it sees."""

    code: str
    label: str
    lon_deg: float
    lat_deg: float


def current_cameras() -> tuple[Camera, ...]:
    """Return the town's cameras: `territory/cameras.csv` with code, label, lon and lat; none without that file."""
    path = current_town().folder / "territory" / "cameras.csv"
    return _cameras(path, path.stat().st_mtime_ns) if path.exists() else ()


@lru_cache(maxsize=1)
def _cameras(path: Path, _changed: int) -> tuple[Camera, ...]:
    found = []
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        for row in rows:
            try:
                found.append(Camera(row["code"], row["label"], float(row["lon"]), float(row["lat"])))
            except (KeyError, TypeError, ValueError) as error:
                log.warning("%s:%d: this camera is left out: %s; write code,label,lon,lat", path, rows.line_num, error)
    return tuple(found)
