"""Names of columns, made unique."""

from __future__ import annotations

from collections.abc import Sequence

from quietude.sources.batch import FILE, LINE


def column_names(given: Sequence[str]) -> list[str]:
    """Return the names trimmed; an empty one becomes `column_<number>`, one that comes again gets `_2`, `_3`."""
    names: list[str] = []
    taken = {FILE, LINE}
    for number, text in enumerate(given, start=1):
        base = text.strip() or f"column_{number}"
        name, again = base, 1
        while name in taken:
            again += 1
            name = f"{base}_{again}"
        taken.add(name)
        names.append(name)
    return names
