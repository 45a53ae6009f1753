"""Proposes codes for the words of a source: by the letters they share with terms and with values mapped before."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from quietude.model.vocabulary.search import plain
from quietude.model.vocabulary.term import LANGUAGES
from quietude.model.vocabulary.vocabulary import Vocabulary

GRAM = 4  # letters: a stem ("brui", " vol"); three or five change the share of right answers by a point
TEXT_WEIGHT, SPELLING_WEIGHT = 0.8, 0.2  # half and half, or spelling left out, are 4 and 1 points worse (bench)
NEAREST = 300  # texts whose spelling is compared too: dozens of terms share a common word, none has hundreds
DEFINITION_WEIGHT = 0.35  # a definition names what is out as well as what is in; 0.2 and 0.6 do as well
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A code that a source's value may mean."""

    code: str
    score: float
    """Likeness 0 to 1; comparable between the values of one source."""
    because: str
    """The label, synonym, definition or mapped value that it is like."""


@dataclass(frozen=True, slots=True)
class _Texts:
    """What codes are known by: parallel columns."""

    folded: tuple[str, ...]
    written: tuple[str, ...]
    codes: npt.NDArray[np.int64]
    """Index of the code in the order of the vocabulary."""
    weights: Floats


class Suggester:
    """Knows the terms of a vocabulary and values that people mapped before."""

    def __init__(self, vocabulary: Vocabulary, mapped: Iterable[tuple[str, str]] = ()) -> None:
        """Learn from the terms and from (source value, code) pairs of other crosswalks."""
        self._codes = tuple(term.code for term in vocabulary.terms)
        self._texts = _texts(vocabulary, mapped, {code: index for index, code in enumerate(self._codes)})
        grams = [Counter(_grams(text)) for text in self._texts.folded]
        holders = Counter(gram for counted in grams for gram in counted)
        self._rarity = {gram: math.log((1 + len(grams)) / (1 + held)) + 1 for gram, held in holders.items()}
        postings: dict[str, tuple[list[int], list[float]]] = {gram: ([], []) for gram in holders}
        for row, counted in enumerate(grams):
            weights = self._weights(counted)
            for gram, weight in weights.items():
                postings[gram][0].append(row)
                postings[gram][1].append(weight)
        self._postings = {gram: (np.array(rows), np.array(weights)) for gram, (rows, weights) in postings.items()}

    def suggest(self, value: str, n: int = 3) -> tuple[Suggestion, ...]:
        """Return the `n` likeliest codes, best first; none when the value has no letters in common with any term."""
        query = plain(value)
        if not query:
            return ()
        text = self._text_likeness(query) * self._texts.weights
        rows = np.argsort(-text, kind="stable")[:NEAREST] if text.any() else np.arange(len(text))
        choices = [self._texts.folded[row] for row in rows]
        spelling = process.cdist([query], choices, scorer=fuzz.token_set_ratio)[0] / 100
        likeness = TEXT_WEIGHT * text[rows] + SPELLING_WEIGHT * spelling * self._texts.weights[rows]
        found: dict[int, Suggestion] = {}
        for at in np.argsort(-likeness, kind="stable"):
            row, code = rows[at], int(self._texts.codes[rows[at]])
            if code not in found and likeness[at] > 0:
                found[code] = Suggestion(self._codes[code], float(likeness[at]), self._texts.written[row])
            if len(found) == n:
                break
        return tuple(found.values())

    def _text_likeness(self, query: str) -> Floats:
        """Return the cosine of rarity-weighted letter groups between the query and each known text."""
        likeness = np.zeros(len(self._texts.folded))
        for gram, weight in self._weights(Counter(_grams(query))).items():
            if gram in self._postings:
                rows, weights = self._postings[gram]
                likeness[rows] += weight * weights
        return likeness

    def _weights(self, counted: Counter[str]) -> dict[str, float]:
        unseen = max(self._rarity.values(), default=1.0)
        raw = {gram: (1 + math.log(times)) * self._rarity.get(gram, unseen) for gram, times in counted.items()}
        length = math.sqrt(sum(weight * weight for weight in raw.values())) or 1.0
        return {gram: weight / length for gram, weight in raw.items()}


def _texts(vocabulary: Vocabulary, mapped: Iterable[tuple[str, str]], index: dict[str, int]) -> _Texts:
    rows: list[tuple[str, str, float]] = []
    for term in vocabulary.terms:
        for language in LANGUAGES:
            above = " ".join(parent.label(language) for parent in vocabulary.ancestors(term.code))
            rows.append((f"{term.label(language)} {above}", term.code, 1.0))
            rows.extend((words, term.code, 1.0) for words in term.words(language))
            rows.append((term.definition(language), term.code, DEFINITION_WEIGHT))
    rows.extend((value, code, 1.0) for value, code in mapped)
    kept = [(plain(words), words, code, weight) for words, code, weight in rows if plain(words)]
    return _Texts(
        tuple(folded for folded, _, _, _ in kept),
        tuple(written for _, written, _, _ in kept),
        np.array([index[code] for _, _, code, _ in kept], dtype=np.int64),
        np.array([weight for _, _, _, weight in kept]),
    )


def _grams(text: str) -> Sequence[str]:
    """Return the words and, within words, their groups of letters."""
    words = text.split()
    padded = [f" {word} " for word in words]
    groups = [word[at : at + GRAM] for word in padded for at in range(max(1, len(word) - GRAM + 1))]
    return [*groups, *(f"={word}" for word in words)]
