"""One term of the vocabulary: a code, what it means and what people call it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from quietude.model.event import Origin

LANGUAGES = ("fr", "en")
"""Languages that every term is labelled and defined in; the first is the default."""

SCHEMES = ("sdm_alert", "ssmsi", "open311")
"""What terms may be mapped to: Smart Data Models `Alert` (category/subCategory), indicators of the statistical service
of the French Ministry of the Interior by their official label, service codes in the manner of Open311 GeoReport v2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A family, a nature or a detail. A fact that a term fits is also told by the terms above it."""

    code: str
    """Levels joined by dots: "noise", "noise.music", "noise.music.bar"."""
    level: int
    """1 for a family, 2 for a nature, 3 for a detail."""
    parent: str | None
    """Code of the term above; None for a family."""
    labels: Mapping[str, str]
    """Short name by language."""
    definitions: Mapping[str, str]
    """What belongs here and what does not, by language."""
    synonyms: Mapping[str, tuple[str, ...]]
    """Words that residents and services use, by language."""
    severity: int
    """Default severity of a fact, 1 to 5, where its source states none."""
    origin: Origin | None
    """How such facts usually come to be known; None where it depends on the source."""
    mappings: Mapping[str, tuple[str, ...]]
    """Equivalents in other vocabularies, by name of `SCHEMES`."""

    def label(self, language: str) -> str:
        """Return the label in a language, in the first of `LANGUAGES` when the language is not kept."""
        return self.labels.get(language, self.labels[LANGUAGES[0]])

    def definition(self, language: str) -> str:
        """Return the definition in a language, in the first of `LANGUAGES` when the language is not kept."""
        return self.definitions.get(language, self.definitions[LANGUAGES[0]])

    def words(self, language: str) -> tuple[str, ...]:
        """Return the label and the synonyms in a language."""
        return (self.label(language), *self.synonyms.get(language, ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Family(Term):
    """A term of the first level, with how screens show it."""

    icon: str
    """Name of a Lucide icon."""
    colour: int | None
    """Slot 0 to 7 of the palette of categories; None is shown in the colour of "other"."""
    order: int
    """Rank on screens, from 1."""


@dataclass(frozen=True, slots=True)
class Match:
    """A term found for some words."""

    term: Term
    score: float
    """Likeness of the words to what matched, 0 to 1."""
    matched: str
    """The label, synonym or code that matched."""
