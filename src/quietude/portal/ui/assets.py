"""The built files: which hashed name each has, and which icons the sprite holds."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from quietude.portal.static_files import FOLDER, PREFIX

DIST = FOLDER / "dist"
LOOKS_PER_S = 2
"""How often it is looked whether the files were built again."""


class AssetError(LookupError):
    """A built file or an icon is missing; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Assets:
    """What the front end's build made."""

    files: dict[str, str]
    """Plain name ("main.css") to address."""
    chunks: dict[str, tuple[str, ...]]
    """Island's name to the addresses of the scripts it needs."""
    icons: frozenset[str]

    def address(self, name: str) -> str:
        """Return the address of a built file.

        Raises:
            AssetError: there is none of that name.
        """
        if name not in self.files:
            raise AssetError(f"no built file {name!r}; there are {sorted(self.files)}. Run: python tools/build_web.py")
        return self.files[name]


@cache
def _read(path: str, _changed_ns: int) -> Assets:
    made = json.loads(Path(path).read_text(encoding="utf-8"))
    base = f"{PREFIX}dist/"
    return Assets(
        files={name: base + file for name, file in made["files"].items()},
        chunks={island: tuple(base + file for file in files) for island, files in made["chunks"].items()},
        icons=frozenset(made["icons"]),
    )


def assets(folder: Path = DIST) -> Assets:
    """Return what was built, read again half a second after it was built again at the latest.

    Raises:
        AssetError: nothing was built yet.
    """
    return _read(_manifest(folder), _changed_ns(_manifest(folder), int(time.monotonic() * LOOKS_PER_S)))


@lru_cache(maxsize=4)  # a page asks two hundred times, and each look gives Python's lock away
def _changed_ns(path: str, _look: int) -> int:
    try:
        return os.stat(path).st_mtime_ns  # noqa: PTH116  # as above
    except FileNotFoundError as error:
        raise AssetError(f"{path} is missing: the front end is not built. Run: python tools/build_web.py") from error


@cache
def _manifest(folder: Path) -> str:
    return str(folder / "manifest.json")
