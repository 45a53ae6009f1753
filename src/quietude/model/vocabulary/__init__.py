"""The vocabulary of public tranquility: what facts are called here, whatever their source calls them."""

from __future__ import annotations

from quietude.model.vocabulary.read import VocabularyError, load_vocabulary, read_vocabulary
from quietude.model.vocabulary.term import LANGUAGES, Family, Match, Term
from quietude.model.vocabulary.vocabulary import UnknownTermError, Vocabulary

__all__ = [
    "LANGUAGES",
    "Family",
    "Match",
    "Term",
    "UnknownTermError",
    "Vocabulary",
    "VocabularyError",
    "load_vocabulary",
    "read_vocabulary",
]
