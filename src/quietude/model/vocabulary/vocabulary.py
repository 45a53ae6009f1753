"""The terms together: looked up by code, by label, by the words people use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from quietude.model.fold import fold
from quietude.model.vocabulary.search import SearchIndex
from quietude.model.vocabulary.term import LANGUAGES, Family, Match, Term

PATH_SEPARATOR = " › "


class UnknownTermError(KeyError):
    """No term has this code; the message names the nearest ones."""

    def __init__(self, code: str, nearest: tuple[str, ...]) -> None:
        self.code = code
        self.nearest = nearest
        remedy = f"; nearest: {', '.join(nearest)}" if nearest else ""
        super().__init__(f"no term {code!r} in the vocabulary{remedy}")

    def __str__(self) -> str:
        """Return the message as it is, where KeyError would quote it."""
        return str(self.args[0])


@dataclass(frozen=True)
class Vocabulary:
    """Terms in order: each family followed by its natures, each nature by its details. Codes are unique."""

    terms: tuple[Term, ...]
    _by_code: Mapping[str, Term] = field(init=False, repr=False, compare=False)
    _children: Mapping[str, tuple[Term, ...]] = field(init=False, repr=False, compare=False)
    _by_words: Mapping[str, Mapping[str, tuple[str, ...]]] = field(init=False, repr=False, compare=False)
    _indexes: Mapping[str, SearchIndex] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        children: dict[str, list[Term]] = {}
        for term in self.terms:
            if term.parent is not None:
                children.setdefault(term.parent, []).append(term)
        object.__setattr__(self, "_by_code", {term.code: term for term in self.terms})
        object.__setattr__(self, "_children", {code: tuple(below) for code, below in children.items()})
        object.__setattr__(self, "_by_words", {language: _by_words(self.terms, language) for language in LANGUAGES})
        object.__setattr__(self, "_indexes", {language: SearchIndex.of(self.terms, language) for language in LANGUAGES})

    def __hash__(self) -> int:
        """Vocabularies are compared by their terms, but kept in caches by identity."""
        return id(self)

    @property
    def families(self) -> tuple[Family, ...]:
        """Return the terms of the first level, in the order of screens."""
        return tuple(term for term in self.terms if isinstance(term, Family))

    @property
    def severities(self) -> dict[str, int]:
        """Return the default severity of every code."""
        return {term.code: term.severity for term in self.terms}

    def term(self, code: str) -> Term:
        """Return one term.

        Raises:
            UnknownTermError: no term has this code; the error names the nearest.
        """
        if code not in self._by_code:
            raise UnknownTermError(code, self.nearest(code, 3))
        return self._by_code[code]

    def has(self, code: str) -> bool:
        """Tell whether a term has this code."""
        return code in self._by_code

    def family(self, code: str) -> Family:
        """Return the family that a code belongs to.

        Raises:
            UnknownTermError: no term has this code.
        """
        family = self.term(self.term(code).code.split(".", 1)[0])
        if not isinstance(family, Family):
            raise TypeError(f"{family.code!r} is no family")
        return family

    def label(self, code: str, language: str = "fr") -> str:
        """Return the label of a term; the first of `LANGUAGES` when the language is not kept.

        Raises:
            UnknownTermError: no term has this code.
        """
        return self.term(code).label(language)

    def path_label(self, code: str, language: str = "fr") -> str:
        """Return the labels from the family down: "Bruit › Musique › Bar".

        Raises:
            UnknownTermError: no term has this code.
        """
        return PATH_SEPARATOR.join(term.label(language) for term in (*self.ancestors(code), self.term(code)))

    def children(self, code: str) -> tuple[Term, ...]:
        """Return the terms right below a code, in order; none below a detail.

        Raises:
            UnknownTermError: no term has this code.
        """
        return self._children.get(self.term(code).code, ())

    def ancestors(self, code: str) -> tuple[Term, ...]:
        """Return the terms above a code, the family first; none above a family.

        Raises:
            UnknownTermError: no term has this code.
        """
        above: list[Term] = []
        parent = self.term(code).parent
        while parent is not None:
            above.insert(0, self._by_code[parent])
            parent = self._by_code[parent].parent
        return tuple(above)

    def search(self, words: str, language: str = "fr", limit: int = 10) -> tuple[Match, ...]:
        """Return the terms that `words` most likely mean, best first; typing errors are tolerated."""
        return self._index(language).search(words, limit)

    def find(self, words: str, language: str = "fr") -> tuple[str, ...]:
        """Return the codes whose code, label or synonym is `words`, but for case and accents; coarser terms first."""
        return self._by_words.get(language, self._by_words[LANGUAGES[0]]).get(fold(words.strip()), ())

    def nearest(self, code: str, n: int = 3) -> tuple[str, ...]:
        """Return up to `n` codes spelt most like `code`, best first."""
        exact_end = [known for known in self._by_code if known.endswith(f".{code}")]
        alike = get_close_matches(code, list(self._by_code), n=n, cutoff=0.5)  # below half alike is no help
        return tuple(dict.fromkeys([*exact_end, *alike]))[:n]

    def _index(self, language: str) -> SearchIndex:
        return self._indexes.get(language, self._indexes[LANGUAGES[0]])


def _by_words(terms: Iterable[Term], language: str) -> dict[str, tuple[str, ...]]:
    """Return codes by folded code, label and synonym, coarser terms first."""
    found: dict[str, list[str]] = {}
    for term in sorted(terms, key=lambda term: term.level):
        for words in dict.fromkeys(fold(words) for words in (term.code, *term.words(language))):
            found.setdefault(words, []).append(term.code)
    return {words: tuple(codes) for words, codes in found.items()}
