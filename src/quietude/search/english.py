"""The searched term of an English word: its base form in simplemma's dictionary, or a plural s less."""

from __future__ import annotations

from functools import cache

from quietude.search.folded import listed
from quietude.search.lexicon import Lexicon, load_lexicon

ENGLISH_STOP_WORDS = listed("a an and at by for from in is it of on or that the their this to was were with")
"""Words of grammar in nearly every text: neither filed nor asked for."""

SHORTEST = 4  # letters; shorter words that end in s are seldom plurals (bus, gas, his)


@cache
def _lexicon() -> Lexicon:
    return load_lexicon("en")


def is_english(word: str) -> bool:
    """Tell whether a folded word of six letters or more is in the lexicon."""
    return len(word) > 5 and word in _lexicon()


def english_term(word: str) -> str:
    """Return the searched term of a folded word; numbers and codes are their own."""
    if not word.isalpha():
        return word
    known = _lexicon().lemmas.get(word)
    if known is not None:
        return known[0] if known[0].isalpha() else word
    return word[:-1] if len(word) >= SHORTEST and word.endswith("s") and not word.endswith("ss") else word
