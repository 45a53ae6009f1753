"""Which words a chunk of text (what stands between two blanks) holds: elisions, hyphens, numbers, plates and codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from quietude.search.folded import Folded, listed

LONGEST_WORD = 128  # letters; what is longer is no word (an address of the web, a key), and its beginning is enough

_ELIDED = "l d j m t s n c qu jusqu lorsqu puisqu quoiqu quelqu"
_ELISION = re.compile(rf"(?:{'|'.join(sorted(_ELIDED.split(), key=len, reverse=True))})'(?=[^\W_])")
_COMPOUND = re.compile(r"(?:[a-z]\.){2,}[a-z]?(?![^\W_])|[^\W_]+(?:[-'./,:][^\W_]+)*")
_GROUP = re.compile(r"[^\W_]+")
_ACRONYM = re.compile(r"(?:[a-z]\.)+[a-z]?")
_HOUR = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
_DECIMAL = re.compile(r"\d+[.,]\d+")
_ORDINAL = re.compile(r"(\d+)(?:ere?|re|e|i?emes?|nde?)")
_SHORT_LETTERS = re.compile(r"(?:[a-z]{1,5}|\d+|[a-z]{1,5}\d+|\d+[a-z]{1,5})")
CODE_DIGITS = 7  # two numbers with a hyphen are a code from here on (2024-00123), else a span (13-15, rue de…)
JOINING = listed(
    "anti audio auto bi cyber demi entre ex extra hyper infra inter micro mini mono multi para post pre pro radio semi "
    "super sur tele trans tri ultra video"
)
"""First parts that make one word with what follows, hyphen or not: vidéo-protection is vidéoprotection."""


class Word(NamedTuple):
    """A folded word and its place in the folded chunk."""

    text: str
    start: int
    end: int


def words_of(chunk: Folded, *, elides: bool, is_word: Callable[[str], bool]) -> Iterator[Word]:
    """Yield the words of a folded chunk in order.

    Args:
        chunk: the folded characters.
        elides: whether articles before an apostrophe are dropped (French); else a final 's is (English).
        is_word: tells of a folded word whether the language has it, for hyphens that are sometimes left out.
    """
    for compound in _COMPOUND.finditer(chunk.text):
        start, end = compound.span()
        while elides and (elision := _ELISION.match(chunk.text, start, end)) is not None:
            start = elision.end()
        if not elides and chunk.text.endswith("'s", start, end):
            end -= 2
        for word in _parts(chunk.text, start, end, is_word):
            yield Word(word.text[:LONGEST_WORD], word.start, word.end)


def _parts(text: str, start: int, end: int, is_word: Callable[[str], bool]) -> Iterator[Word]:
    compound = text[start:end]
    whole = _whole(compound, is_word)
    if whole is not None:
        yield Word(whole, start, end)
    elif "'" in compound and re.search(r"[-./,:]", compound) is None:
        yield Word(compound.replace("'", ""), start, end)
    elif re.search(r"[./,:]", compound) is not None:
        for part in re.finditer(r"[^./,:]+", compound):
            yield from _parts(text, start + part.start(), start + part.end(), is_word)
    else:
        for group in _GROUP.finditer(compound):
            yield Word(_plain(group[0]), start + group.start(), start + group.end())


def _whole(compound: str, is_word: Callable[[str], bool]) -> str | None:
    """Return a compound as one word, or None where it is several."""
    if compound.isalnum():
        return _plain(compound)
    hour = _HOUR.fullmatch(compound)
    if hour is not None:
        return f"{hour[1]}h{hour[2]}"
    if _ACRONYM.fullmatch(compound) is not None:
        return compound.replace(".", "")
    if _DECIMAL.fullmatch(compound) is not None:
        return compound.replace(",", ".")
    groups = _GROUP.findall(compound)
    joined = "".join(groups)
    return joined if _is_code(compound, groups) or _is_one_word(compound, groups, is_word) else None


def _plain(word: str) -> str:
    ordinal = _ORDINAL.fullmatch(word)
    return f"{ordinal[1]}e" if ordinal is not None else word


def _is_code(compound: str, groups: list[str]) -> bool:
    """Tell whether groups of letters and digits are one plate, number of a file or date."""
    if all(group.isdigit() for group in groups):
        return re.search("[',:]", compound) is None and (len(groups) > 2 or sum(map(len, groups)) >= CODE_DIGITS)
    has_digits = any(character.isdigit() for character in compound)
    return (
        has_digits
        and re.search("['./,:]", compound) is None
        and all(_SHORT_LETTERS.fullmatch(group) is not None for group in groups)
    )


def _is_one_word(compound: str, groups: list[str], is_word: Callable[[str], bool]) -> bool:
    if re.search("['./,:]", compound) is not None or len(groups) != 2:
        return False
    return (groups[0] in JOINING and len(groups[1]) > 2) or is_word("".join(groups))
