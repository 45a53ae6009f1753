"""Which files of the store can be searched: whoever rings on new facts looks there, so that what rings is found too."""

from __future__ import annotations

from pathlib import Path

from quietude.search.folder import read_note


def searchable_files(root: Path, levels: tuple[str, ...]) -> frozenset[str] | None:
    """Return the files whose facts the index holds; None while it is being built.

    A rewritten file and those that it replaces change places in one step, so that two answers tell which is which.
    """
    state = read_note(root, levels)
    if state is None or not state.is_whole:
        return None
    return frozenset(name for part in state.parts.values() for name in part.files)
