"""What forms the words of a language take: simplemma's dictionary, folded, as the judge of our own rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

from quietude.search.folded import fold_words


@dataclass(frozen=True)
class Lexicon:
    """The inflected forms of one language, folded: accents are gone, so that a form may be of several words."""

    lemmas: Mapping[str, tuple[str, ...]]
    """Folded form → the folded words that it may be a form of."""

    def __contains__(self, form: str) -> bool:
        return form in self.lemmas

    def is_form_of(self, form: str, lemma: str) -> bool:
        """Tell whether `form` may be a form of the word `lemma`."""
        return lemma in self.lemmas.get(form, ())


def load_lexicon(language: str) -> Lexicon:
    """Return the lexicon of a language ("fr", "en"): a quarter of a million forms, half a second of work."""
    lemmas: dict[str, tuple[str, ...]] = {}
    for form, lemma in DefaultDictionaryFactory(cache_max_size=1).get_dictionary(language).items():
        key, value = (text if text.isascii() and text.islower() else fold_words(text) for text in (form, lemma))
        known = lemmas.get(key)
        if known is None:
            lemmas[key] = (value,)
        elif value not in known:
            lemmas[key] = (*known, value)
    return Lexicon(lemmas)
