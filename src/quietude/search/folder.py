"""The folder of an index: one Tantivy index a year, and a note that says which folder holds which files' facts.

The note is replaced whole, so that a reader sees one state or the next. A part that is built again gets a new folder,
and the old one is deleted: what was erased leaves the term dictionary too, which no deletion in place achieves.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import orjson

from quietude.search.fields import FORMAT

NOTE = "index.json"
DAMAGED = "damaged"
LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class Part:
    """The facts of one year: in which folder, from which files."""

    folder: str
    files: tuple[str, ...]
    """Files of the store whose facts can be found."""
    ghosts: tuple[str, ...] = ()
    """Files the store does not read any more, whose terms are in segments yet: the part is built anew when they go."""
    stamp: int | None = None
    """Of the last change that is in `files`; where the folder has another one, a writer was killed in between."""


@dataclass(frozen=True, slots=True)
class State:
    """What a note says."""

    parts: Mapping[str, Part] = field(default_factory=dict)
    """By year."""
    is_whole: bool = False
    """Whether all files that the store had are in: not while the first building goes on."""


def has_index(root: Path) -> bool:
    """Tell whether there is an index, whole or not, of this edition or another: words may stand in it."""
    return root.is_dir() and any(path.is_dir() or path.name == NOTE for path in root.iterdir())


def edition(levels: tuple[str, ...]) -> str:
    """Return what an index must have been made with: our fields, Tantivy's own format, the town's levels."""
    return f"{FORMAT}/{version('tantivy')}/{','.join(levels)}"


def read_note(root: Path, levels: tuple[str, ...]) -> State | None:
    """Return the state of an index; None where there is none, or one of another edition, or a note that is damaged."""
    try:
        stated = orjson.loads((root / NOTE).read_bytes())
        if stated["edition"] != edition(levels):
            return None
        parts = {
            year: Part(str(each["folder"]), tuple(each["files"]), tuple(each["ghosts"]), each["stamp"])
            for year, each in stated["parts"].items()
        }
        return State(parts, bool(stated["whole"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_note(root: Path, levels: tuple[str, ...], state: State) -> None:
    """Replace the note, durably."""
    parts = {
        year: {"folder": each.folder, "files": each.files, "ghosts": each.ghosts, "stamp": each.stamp}
        for year, each in state.parts.items()
    }
    content = orjson.dumps({"edition": edition(levels), "whole": state.is_whole, "parts": parts})
    making = root / f"{NOTE}.making"
    with making.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    making.replace(root / NOTE)


def stamp_of(root: Path, folder: str) -> int | None:
    """Return the stamp of the last change that Tantivy has on the disk; None where it cannot be read."""
    try:
        return int(orjson.loads((root / folder / "meta.json").read_bytes())["opstamp"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def new_folder(root: Path, year: str) -> str:
    """Make a folder for a part and return its name."""
    return Path(tempfile.mkdtemp(prefix=f"{year}-", dir=root)).name


def sweep(root: Path, state: State) -> None:
    """Delete the folders that no part of a state uses."""
    used = {part.folder for part in state.parts.values()}
    for path in root.iterdir():
        if path.is_dir() and path.name not in used:
            shutil.rmtree(path, ignore_errors=True)


def damaged(root: Path, folder: str) -> None:
    """Leave word that a part cannot be opened: whoever writes builds it again."""
    (root / f"{DAMAGED}-{folder}").touch()


def take_damaged(root: Path) -> frozenset[str]:
    """Return the folders of parts said to be damaged, and forget the word."""
    found = list(root.glob(f"{DAMAGED}-*"))
    for path in found:
        path.unlink(missing_ok=True)
    return frozenset(path.name.removeprefix(f"{DAMAGED}-") for path in found)
