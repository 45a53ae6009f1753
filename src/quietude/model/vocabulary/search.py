"""Search for terms by the words people use, tolerant to typing errors, quick enough for each key stroke."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process, utils

from quietude.model.fold import fold
from quietude.model.vocabulary.term import Match, Term

ALIKE = 70.0  # of 100: one wrong letter in four; beyond, words of different meaning are as near
LONGEST_QUERY = 200  # characters: longer than any label; the rest of a pasted text adds time, not meaning
SHORTEST_FUZZY = 4  # letters: with fewer, any word of the vocabulary is nearly alike
BEGINNING = 0.8  # what `words` begins outranks whatever it is only spelt like
SHARED = 0.5  # a whole word in common says something; which word is unknown


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """What can be matched, in one language: parallel tuples of folded words, words as written and their terms."""

    folded: tuple[str, ...]
    written: tuple[str, ...]
    terms: tuple[Term, ...]

    @classmethod
    def of(cls, terms: Iterable[Term], language: str) -> SearchIndex:
        """Return the index of terms by their codes, labels and synonyms in a language."""
        rows = [(plain(words), words, term) for term in terms for words in (term.code, *term.words(language))]
        folded, written, holders = zip(*rows, strict=True) if rows else ((), (), ())
        return cls(folded, written, holders)

    def search(self, words: str, limit: int) -> tuple[Match, ...]:
        """Return up to `limit` terms, best first; of equals the coarser, then the earlier."""
        query = plain(words[:LONGEST_QUERY])
        if not query:
            return ()
        best: dict[str, Match] = {}
        for row, score in self._scores(query):
            term = self.terms[row]
            if term.code not in best or best[term.code].score < score:
                best[term.code] = Match(term, score, self.written[row])
        ranked = sorted(best.values(), key=lambda match: (-match.score, match.term.level))
        return tuple(ranked[:limit])

    def _scores(self, query: str) -> Iterator[tuple[int, float]]:
        """Yield (row, likeness 0 to 1) of what is equal, begins so, is spelt alike or shares a whole word."""
        for row, candidate in enumerate(self.folded):
            if candidate == query:
                yield row, 1.0
            elif candidate.startswith(query) or f" {query}" in candidate:
                yield row, BEGINNING + 0.19 * len(query) / len(candidate)
        if len(query) < SHORTEST_FUZZY:
            return
        for _, score, row in process.extract(query, self.folded, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=30):
            yield row, BEGINNING * score / 100
        asked = {word for word in query.split() if len(word) >= SHORTEST_FUZZY}
        for row, candidate in enumerate(self.folded if " " in query else ()):
            shared = asked.intersection(candidate.split())
            if shared:
                yield row, SHARED * sum(map(len, shared)) / max(len(query), len(candidate)) + 0.2


def plain(words: str) -> str:
    """Return words folded, with punctuation as blanks, runs of blanks as one."""
    return " ".join(utils.default_process(fold(words)).replace("_", " ").split())
