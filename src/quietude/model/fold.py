"""Folding of words, so that "Échec", "echec" and "ECHEC" are found by one another, the same in every engine."""

from __future__ import annotations

FOLD_FROM = "àáâãäåçèéêëìíîïñòóôõöùúûüýÿ’ʼ"
FOLD_TO = "aaaaaaceeeeiiiinooooouuuuyy''"
"""Character for character, after lower-casing: an engine applies lower(), then translate(FOLD_FROM, FOLD_TO)."""

_TABLE = str.maketrans(FOLD_FROM, FOLD_TO)


def fold(text: str) -> str:
    """Return `text` in lower case without French accents; typographic apostrophes become straight ones."""
    return text.lower().translate(_TABLE)
