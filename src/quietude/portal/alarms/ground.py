"""The town's rules as the portal judges by them: read again when a file changed, refused as a whole with the reason."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

from quietude.alarms.api import Compiled, Ground, load_rules
from quietude.portal.town import LOOK_EVERY_S, current_town, current_vocabulary


def current_rules() -> tuple[Compiled, ...]:
    """Return the rules there are now.

    Raises:
        ManifestError: one of them cannot be used.
    """
    folder = current_town().folder
    look = int(time.monotonic() / LOOK_EVERY_S)
    return _read(folder, _files(folder, look), datetime.now(UTC).date())


@lru_cache(maxsize=1)
def _files(folder: Path, _look: int) -> tuple[tuple[Path, int], ...]:
    return tuple((path, path.stat().st_mtime_ns) for path in sorted((folder / "rules").glob("*.yml")))


@lru_cache(maxsize=2)
def _read(folder: Path, _files: tuple[tuple[Path, int], ...], today: date) -> tuple[Compiled, ...]:
    town = current_town()
    ground = Ground(town.territory, current_vocabulary(), town.timezone, tuple(town.sources))
    return load_rules(folder, ground, today)
