"""What was not understood, or left aside, in a search: it is said beside the results and never stops them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Left(StrEnum):
    """Why a piece of what was typed is read otherwise, or not at all."""

    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    TOO_DEEP = "too_deep"
    UNCLOSED_QUOTE = "unclosed_quote"
    PARENTHESIS = "parenthesis"
    OPERATOR = "operator"
    WILDCARD = "wildcard"
    SHORT_PREFIX = "short_prefix"
    FUZZY = "fuzzy"
    NO_WORD = "no_word"
    CONDITION = "condition"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to tell the person who typed."""

    why: Left
    position: int
    """First character in the text as it was typed."""
    length: int
    said: str
    """The characters themselves, at most `LONGEST_SAID` of them."""
    detail: tuple[tuple[str, str], ...] = ()
    """Of a condition: what is wrong with it, by language."""

    def say(self, language: str) -> str:
        """Return the note as a sentence in French or English."""
        spoken = language if language in {"fr", "en"} else "en"
        return SENTENCES[self.why][spoken].format(said=self.said, detail=dict(self.detail).get(spoken, "")).strip()


LONGEST_SAID = 60  # characters: a note is one line
LONGEST_QUERY = 2_000  # characters: a page of text; what is longer is a paste by mistake
MOST_LEAVES = 64  # an engine opens a list of postings for each
DEEPEST = 16  # parentheses within one another

SENTENCES: dict[Left, dict[str, str]] = {
    Left.TOO_LONG: {
        "fr": f"Seuls les {LONGEST_QUERY} premiers caractères sont cherchés.",
        "en": f"Only the first {LONGEST_QUERY} characters are looked for.",
    },
    Left.TOO_MANY: {
        "fr": f"Seuls les {MOST_LEAVES} premiers mots et critères sont cherchés.",
        "en": f"Only the first {MOST_LEAVES} words and conditions are looked for.",
    },
    Left.TOO_DEEP: {
        "fr": f"Les parenthèses imbriquées au-delà de {DEEPEST} niveaux sont ignorées.",
        "en": f"Parentheses nested deeper than {DEEPEST} are ignored.",
    },
    Left.UNCLOSED_QUOTE: {
        "fr": "Le guillemet n'est pas refermé : la suite est cherchée telle quelle.",
        "en": "The quote is not closed: what follows is looked for as it is.",
    },
    Left.PARENTHESIS: {
        "fr": "Une parenthèse n'a pas sa pareille : elle est ignorée.",
        "en": "A parenthesis has no match: it is ignored.",
    },
    Left.OPERATOR: {
        "fr": "« {said} » ne relie rien ici : il est ignoré.",
        "en": '"{said}" joins nothing here: it is ignored.',
    },
    Left.WILDCARD: {
        "fr": "L'étoile ne compte qu'à la fin d'un mot : « {said} » est lu sans elle.",
        "en": 'A star counts only at the end of a word: "{said}" is read without it.',
    },
    Left.SHORT_PREFIX: {
        "fr": "Avant l'étoile, il faut deux lettres au moins : « {said} » est lu sans elle.",
        "en": 'A star needs two letters before it at least: "{said}" is read without it.',
    },
    Left.FUZZY: {
        "fr": "« {said} » : le tilde vaut pour un mot de trois lettres au moins, avec 1 ou 2 ; il est ignoré.",
        "en": '"{said}": a tilde goes with one word of three letters or more, and 1 or 2; it is ignored.',
    },
    Left.NO_WORD: {
        "fr": "« {said} » n'est pas cherché : ni mot ni nombre, ou mot présent partout.",
        "en": '"{said}" is not looked for: no word or number, or a word found everywhere.',
    },
    Left.CONDITION: {
        "fr": "« {said} » est cherché comme des mots. {detail}",
        "en": '"{said}" is looked for as words. {detail}',
    },
    Left.PERIOD: {
        "fr": "« {said} » est lu comme une période ; entre guillemets, c'est un mot.",
        "en": '"{said}" is read as a period; in quotes it is a word.',
    },
}
