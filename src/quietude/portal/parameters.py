"""Reading what addresses and forms say, whatever they say."""

from __future__ import annotations

KEY_MAX = 2**63 - 1  # the largest whole number that the databases hold


def key_of(text: str | None) -> int | None:
    """Return the key of a row that a text states; None when it is no whole number, or none that a row can have."""
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > len(str(KEY_MAX)):
        return None
    return number if (number := int(text)) <= KEY_MAX else None
