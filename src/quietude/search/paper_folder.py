"""The folder of the index of documents: one Tantivy index a thousand documents, and a note of how far it is.

The note is replaced whole. A part that is built again gets a new folder and the old one is deleted, its dictionary
with it: what was erased is in no file then.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import orjson

from quietude.search.folder import NOTE
from quietude.search.papers import FORMAT, START, Mark

BLOCK = 1_000  # documents: ten thousand pages at most are read again when one is erased
_EDITION = f"{FORMAT}/{version('tantivy')}"


@dataclass(frozen=True, slots=True)
class Block:
    """The documents whose keys are in one span of a thousand."""

    folder: str
    ghosts: tuple[int, ...] = ()
    """Documents whose older words are in segments yet: the part is built anew when they are many, or old."""
    since: float = 0.0
    """When the first of them changed, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What a note says."""

    mark: Mark = START
    blocks: Mapping[int, Block] = field(default_factory=dict)
    """By key // `BLOCK`."""
    is_whole: bool = False
    """Whether all documents were taken in: not while the first building goes on."""


def block_of(key: int) -> int:
    """Return the number of the block of a document."""
    return key // BLOCK


def read_progress(root: Path) -> Progress | None:
    """Return the state of the index; None where there is none, or one of another edition, or a damaged note."""
    try:
        stated = orjson.loads((root / NOTE).read_bytes())
        if stated["edition"] != _EDITION:
            return None
        said = stated["mark"]
        at = datetime.fromisoformat(said["at"]) if said["at"] is not None else None
        blocks = {
            int(number): Block(str(each["folder"]), tuple(each["ghosts"]), float(each["since"]))
            for number, each in stated["blocks"].items()
        }
        return Progress(Mark(int(said["number"]), at, tuple(said["gaps"])), blocks, bool(stated["whole"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_progress(root: Path, progress: Progress) -> None:
    """Replace the note, durably."""
    mark = progress.mark
    content = {
        "edition": _EDITION,
        "whole": progress.is_whole,
        "mark": {"number": mark.number, "at": mark.at.isoformat() if mark.at else None, "gaps": mark.gaps},
        "blocks": {
            str(number): {"folder": each.folder, "ghosts": each.ghosts, "since": each.since}
            for number, each in progress.blocks.items()
        },
    }
    making = root / f"{NOTE}.making"
    with making.open("wb") as file:
        file.write(orjson.dumps(content))
        file.flush()
        os.fsync(file.fileno())
    making.replace(root / NOTE)
