"""Learns which category a text is filed under, from texts that people filed: naive Bayes over stems of words.

It starts from the vocabulary's own words and a service's words, and follows what is filed; what was learned can be
taken back, so that a correction counts as one.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from quietude.model.vocabulary.search import plain
from quietude.model.vocabulary.term import LANGUAGES
from quietude.model.vocabulary.vocabulary import Vocabulary

STEM = 6  # letters: what French words of one family have in common ("stationnement", "stationné")
SHORTEST = 3  # letters: shorter words are articles and figures
LONGEST_TEXT = 2_000  # characters: what names the fact stands at the beginning
MASS = 50.0  # stems: what a category is thought to hold, in the shares of all texts, before any text is filed under it
SEEN_ONCE = 0.1  # texts: what was never filed is possible
LABEL_WEIGHT, DEFINITION_WEIGHT = 4.0, 0.5  # as many texts as a label, a word, or a definition counts for
COMMON = frozenset(
    "les des une aux par pour dans sur avec est sont ont qui que pas plus cet cette leur ses son sans sous ainsi "  # noqa: SIM905  # a list of thirty is read worse
    "the and for with was were from".split()
)
"""Words that say nothing of the category."""


def stems(text: str) -> list[str]:
    """Return the beginnings of a text's words, folded; figures, which may be of persons, are left out."""
    words = plain(text[:LONGEST_TEXT]).split()
    return [word[:STEM] for word in words if len(word) >= SHORTEST and word not in COMMON and word.isalpha()]


class Learner:
    """How often stems stand in texts of each category."""

    def __init__(self, vocabulary: Vocabulary, words: Mapping[str, Sequence[str]] | None = None) -> None:
        """Start from the terms of the vocabulary, and from a service's own words by code."""
        self._stems: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
        """Stem to category to count."""
        self._totals: defaultdict[str, float] = defaultdict(float)
        """Category to its stems."""
        self._overall: defaultdict[str, float] = defaultdict(float)
        """Stem to its count in all categories."""
        self._texts: defaultdict[str, float] = defaultdict(float)
        self._everything = 0.0
        for term in vocabulary.terms:
            self._add(term.code, (), SEEN_ONCE)
            for language in LANGUAGES:
                for said in (term.label(language), *term.words(language)):
                    self._add(term.code, stems(said), LABEL_WEIGHT, texts=0)
                self._add(term.code, stems(term.definition(language)), DEFINITION_WEIGHT, texts=0)
        for code, own in (words or {}).items():
            for word in own:
                self._add(code, stems(word), LABEL_WEIGHT, texts=0)

    def learn(self, text: str, code: str, weight: float = 1.0) -> None:
        """Count a text that was filed under a category."""
        self._add(code, stems(text), weight)

    def unlearn(self, text: str, code: str, weight: float = 1.0) -> None:
        """Take back what `learn` counted."""
        self._add(code, stems(text), -weight)

    def suggest(self, text: str, n: int = 3, among: Iterable[str] | None = None) -> list[str]:
        """Return the `n` likeliest codes, best first; none where no word of the text was ever seen.

        Args:
            text: what was typed so far.
            n: how many.
            among: codes that may be proposed; all when absent.
        """
        known = sorted(stem for stem in set(stems(text)) if self._overall.get(stem, 0.0) > 0)
        if not known:
            return []
        offered = list(self._texts if among is None else among)
        scores = {code: math.log(max(self._texts.get(code, 0.0), SEEN_ONCE)) for code in offered}
        room = {code: math.log(self._totals.get(code, 0.0) + MASS) for code in offered}
        for stem in known:
            counts, expected = self._stems[stem], MASS * self._overall[stem] / self._everything
            unseen = math.log(expected)
            for code in offered:
                count = counts.get(code, 0.0)
                scores[code] += (math.log(count + expected) if count > 0 else unseen) - room[code]
        return sorted(scores, key=lambda code: -scores[code])[:n]

    def _add(self, code: str, found: Sequence[str], weight: float, texts: float = 1) -> None:
        self._texts[code] += weight * texts
        for stem in found:
            self._stems[stem][code] += weight
            self._overall[stem] += weight
            self._totals[code] += weight
            self._everything += weight
