"""Texts as vectors: words and their beginnings, weighted by how rare they are (TF-IDF), hashed to a fixed length.

Weinberger et al., "Feature hashing for large scale multitask learning" (2009). Each distinct word is hashed once:
a year of entries has a few thousand of them.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

DIM = 256
GRAM = 4
STEM = 6
_WORD = re.compile(r"[a-z]{3,}")


@dataclass(frozen=True, eq=False)
class Words:
    """How rare each word is: the logarithm of the number of texts over those that hold it."""

    rarity: dict[str, float]
    unknown: float
    """Rarity of a word never met."""
    _made: dict[str, npt.NDArray[np.float32]] = field(default_factory=dict, repr=False)

    @classmethod
    def learned(cls, texts: Sequence[str]) -> Words:
        """Return what these texts say about words."""
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(words_of(text))
        number = max(len(texts), 1)
        return cls({word: float(np.log(number / count)) for word, count in counts.items()}, float(np.log(number + 1)))

    def vectors(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return texts as rows of `DIM` numbers of length one; zeros where nothing is said."""
        rows = np.zeros((len(texts), DIM), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in words_of(text):
                rows[row] += self._vector(word)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        rows /= np.maximum(lengths, 1e-9)
        return rows

    def _vector(self, word: str) -> npt.NDArray[np.float32]:
        made = self._made.get(word)
        if made is None:
            made = np.zeros(DIM, dtype=np.float32)
            for piece in pieces_of(word):
                hashed = zlib.crc32(piece.encode())
                made[hashed % DIM] += 1.0 if (hashed >> 16) & 1 else -1.0
            made *= np.float32(self.rarity.get(word, self.unknown))
            self._made[word] = made
        return made


def words_of(text: str) -> set[str]:
    """Return the distinct words of three letters or more, in small letters without accents."""
    return set(_WORD.findall(folded(text)))


def pieces_of(word: str) -> list[str]:
    """Return what a word is compared by: its beginning, and its runs of letters."""
    bounded = f"^{word}$"
    runs = [bounded[at : at + GRAM] for at in range(len(bounded) - GRAM + 1)]
    return [f"_{word[:STEM]}", *runs]


def folded(text: str) -> str:
    """Return a text in small letters without accents."""
    return unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
