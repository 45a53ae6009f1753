"""Texts freed of personal data, by columns; what the purpose does not need is left at the door."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import polars as pl

from quietude.ingest.masks import SHORTEST, SUSPECT, mask

NUMBER = (
    r"^[+-]?(?:0|[1-9]\d{0,6})[.,]\d+$"  # decimal, such as a coordinate
    r"|^[1-9]\d{0,8}$"  # whole number, too short for a telephone number without its leading 0
    r"|^(?:19|20)\d{10}$"  # identifier that begins with its year
    r"|^\d{1,4}[-/]\d{1,2}[-/]\d{1,4}(?:[T ][\d:.]+(?: ?[AaPp][Mm])?(?:Z|[+-]\d\d:?\d\d)?)?$"  # date
)
"""Whole values that are numbers or dates of their own: no digits of a telephone number among them."""


def masked(texts: pl.Series, country: str) -> tuple[pl.Series, Counter[str]]:
    """Return the column with personal data replaced by their kind, and how many of each were.

    Only texts that a cheap pattern suspects are looked at one by one, each different text once.
    """
    found: Counter[str] = Counter()
    longest = texts.str.len_bytes().max()
    if not isinstance(longest, int) or longest < SHORTEST:
        return texts, found
    is_suspect = texts.str.contains(SUSPECT) & ~texts.str.contains(NUMBER)
    suspects = texts.filter(is_suspect)
    if suspects.is_empty():
        return texts, found
    counts = suspects.value_counts(name="times")
    changed: dict[str, str] = {}
    for text, times in counts.iter_rows():
        result, kinds = mask(text, country)
        if kinds:
            changed[text] = result
            for kind, number in kinds.items():
                found[kind] += number * times
    return (texts.replace(changed), found) if changed else (texts, found)


def masked_columns(
    frame: pl.DataFrame, columns: Sequence[str], country: str
) -> tuple[pl.DataFrame, Counter[str], pl.Series]:
    """Return the frame with these columns masked, how many of each kind, and for each row whether anything was."""
    found: Counter[str] = Counter()
    is_touched = pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)
    clean: list[pl.Series] = []
    for name in columns:
        texts, kinds = masked(frame[name], country)
        if kinds:
            clean.append(texts)
            is_touched |= (texts != frame[name]).fill_null(value=False)
            found += kinds
    return frame.with_columns(clean) if clean else frame, found, is_touched
