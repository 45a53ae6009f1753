"""From text to the terms that are searched: the same for what is filed and for what is asked.

A chunk of text is analysed once and remembered: a logbook has few different words, so that filing a text costs a look
in a dictionary per chunk.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Literal, NamedTuple

from quietude.search.chunks import words_of
from quietude.search.english import ENGLISH_STOP_WORDS, english_term, is_english
from quietude.search.folded import fold_with_places
from quietude.search.french import FRENCH_STOP_WORDS, french_term, is_french

Language = Literal["fr", "en"]

REMEMBERED_CHUNKS = 200_000  # of about 150 bytes: 30 MB at most, and years of a town's vocabulary
LONGEST_REMEMBERED = 64  # letters; longer chunks are addresses of the web and the like, seldom seen twice

_CHUNK = re.compile(r"\S+")


class Token(NamedTuple):
    """One searched term and where it stands."""

    term: str
    start: int
    """First character in the text as it was given."""
    end: int
    """One past the last character."""
    position: int
    """0 for the first term; words that are not searched (articles) take no position."""


SHOWN_LETTERS = range(3, 31)  # of a word that is suggested: shorter ones are quicker typed, longer ones are no words
PARTING = "="
"""Between a word without its accents and the word as it stands; no word holds this sign."""


class _Memory(dict[str, str]):
    """Chunk → its terms with blanks between; chunks not seen yet are analysed, and too many are forgotten at once."""

    def __init__(self, said_of: Callable[[str], Iterator[str]]) -> None:
        self._said_of = said_of

    def __missing__(self, chunk: str) -> str:
        found = " ".join(self._said_of(chunk))
        if len(chunk) <= LONGEST_REMEMBERED:
            if len(self) >= REMEMBERED_CHUNKS:
                self.clear()
            self[chunk] = found
        return found


class Analyser:
    """The terms of texts in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._elides = language == "fr"
        self._stop_words = FRENCH_STOP_WORDS if language == "fr" else ENGLISH_STOP_WORDS
        self._term = french_term if language == "fr" else english_term
        self._is_word = is_french if language == "fr" else is_english
        self._memory = _Memory(lambda chunk: (term for term, _, _ in self._chunk(chunk)))
        self._words = _Memory(self._shown)

    def terms(self, text: str) -> str:
        """Return the terms of a text with blanks between, for an index that parts them at blanks.

        Two blanks may stand where a chunk holds no term.
        """
        return " ".join(map(self._memory.__getitem__, text.split()))

    def words(self, text: str) -> str:
        """Return the words of a text that may be suggested, with blanks between: "ecole=école", or "rue" as it is.

        Words of letters only: numbers, plates and codes are nothing to complete, and often say who somebody is.
        """
        return " ".join(map(self._words.__getitem__, text.split()))

    def analyse(self, text: str) -> list[Token]:
        """Return the terms of a text with their places in it, in order."""
        found: list[Token] = []
        for chunk in _CHUNK.finditer(text):
            if self._memory[chunk[0]]:
                offset = chunk.start()
                for term, start, end in self._chunk(chunk[0]):
                    found.append(Token(term, offset + start, offset + end, len(found)))
        return found

    def _shown(self, chunk: str) -> Iterator[str]:
        folded = fold_with_places(chunk)
        for word in words_of(folded, elides=self._elides, is_word=self._is_word):
            if word.text.isalpha() and len(word.text) in SHOWN_LETTERS and word.text not in self._stop_words:
                written = chunk[folded.starts[word.start] : folded.ends[word.end - 1]].lower()
                yield word.text if written == word.text else f"{word.text}{PARTING}{written}"

    def _chunk(self, chunk: str) -> Iterator[tuple[str, int, int]]:
        folded = fold_with_places(chunk)
        for word in words_of(folded, elides=self._elides, is_word=self._is_word):
            if word.text not in self._stop_words:
                yield self._term(word.text), folded.starts[word.start], folded.ends[word.end - 1]


def analyser(language: Language = "fr") -> Analyser:
    """Return the analyser of a language; there is one, with its memory of chunks."""
    return _analyser(language)


@cache  # by what is given: with a default there would be one for `analyser()` and another for `analyser("fr")`
def _analyser(language: Language) -> Analyser:
    return Analyser(language)


def analyse(text: str, language: Language = "fr") -> list[Token]:
    """Return the terms of a text with their places in it, in order."""
    return analyser(language).analyse(text)


def terms(text: str, language: Language = "fr") -> str:
    """Return the terms of a text with blanks between; the same terms as `analyse`, quicker."""
    return analyser(language).terms(text)
