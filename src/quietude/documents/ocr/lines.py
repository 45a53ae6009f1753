"""What an engine reads in an image: lines of words, with boxes in pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quietude.documents.extracted import Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """The text of an image, and its words in the order of the text, in fractions of the image."""

    text: str
    words: tuple[Word, ...]

    @property
    def letters(self) -> int:
        """Return how many letters and digits were read."""
        return sum(sign.isalnum() for word in self.words for sign in word.text)

    @property
    def confidence(self) -> float | None:
        """Return the mean confidence of a letter, 0..1; None where nothing was read."""
        weights = [(len(word.text), word.confidence or 0.0) for word in self.words]
        whole = sum(length for length, _ in weights)
        return sum(length * confidence for length, confidence in weights) / whole if whole else None

    @property
    def worth(self) -> float:
        """Return the letters weighed by their confidence: the reading with the greater one is the right way up."""
        return sum(len(word.text) * max(0.0, (word.confidence or 0.0) - 0.3) for word in self.words)


def joined(lines: Sequence[Sequence[Word]]) -> tuple[str, tuple[Word, ...]]:
    """Return the text of lines of words, a line each, and the words one after the other."""
    return "\n".join(" ".join(word.text for word in line) for line in lines), tuple(w for line in lines for w in line)


def turned_back(word: Word, degrees: int) -> Word:
    """Return a word of an image that was turned clockwise by `degrees`, at its place in the image before."""
    left, top, width, height = word.left, word.top, word.width, word.height
    if degrees == 180:
        left, top = 1 - left - width, 1 - top - height
    elif degrees == 90:
        left, top, width, height = top, 1 - left - width, height, width
    elif degrees == 270:
        left, top, width, height = 1 - top - height, left, height, width
    return Word(text=word.text, left=left, top=top, width=width, height=height, confidence=word.confidence)
