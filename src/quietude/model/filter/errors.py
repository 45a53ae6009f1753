"""What can be wrong with the text of a question: where, why and what to do, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Problem(StrEnum):
    """The kinds of mistakes in the text form and the URL form; each has its sentences in `SENTENCES`."""

    UNEXPECTED = "unexpected"
    UNCLOSED_QUOTE = "unclosed_quote"
    MISSING_VALUE = "missing_value"
    UNKNOWN_KEY = "unknown_key"
    UNKNOWN_VALUE = "unknown_value"
    UNKNOWN_CATEGORY = "unknown_category"
    AMBIGUOUS_CATEGORY = "ambiguous_category"
    UNKNOWN_ZONE = "unknown_zone"
    AMBIGUOUS_ZONE = "ambiguous_zone"
    UNKNOWN_SOURCE = "unknown_source"
    BAD_MOMENT = "bad_moment"
    BAD_HOUR = "bad_hour"
    BAD_SEVERITY = "bad_severity"
    BAD_POINT = "bad_point"
    BAD_OUTLINE = "bad_outline"
    NOT_NEGATED = "not_negated"
    NOT_COMPARED = "not_compared"
    SAID_TWICE = "said_twice"
    BAD_VALUE = "bad_value"


class FilterError(ValueError):
    """A question that can't be read; it points at the characters and says what to do.

    `code` and `parameters` are for those who word it themselves, `say` words it in French or English.
    """

    def __init__(
        self,
        code: Problem,
        position: int,
        length: int,
        parameters: Mapping[str, str] | None = None,
        suggestions: tuple[str, ...] = (),
    ) -> None:
        self.code = code
        self.position = position
        """First character at fault, from 0, in the text as it was given."""
        self.length = length
        """Number of characters at fault; 0 where something is missing."""
        self.parameters = dict(parameters or {})
        self.suggestions = suggestions
        """What may have been meant, nearest first, ready to stand in place of the fault."""
        super().__init__(self.say("en"))

    def message(self, language: str) -> str:
        """Return what is wrong, in one sentence."""
        return SENTENCES[self.code][_spoken(language)][0].format(**self.parameters)

    def remedy(self, language: str) -> str:
        """Return what to do, in one or two sentences."""
        advice = SENTENCES[self.code][_spoken(language)][1].format(**self.parameters)
        if not self.suggestions:
            return advice
        meant = MEANT[_spoken(language)].format(suggestions=", ".join(self.suggestions))
        return f"{meant} {advice}".strip()

    def say(self, language: str) -> str:
        """Return the message and the remedy."""
        return f"{self.message(language)} {self.remedy(language)}".strip()


def _spoken(language: str) -> str:
    return language if language in MEANT else "en"


MEANT = {"fr": "Vouliez-vous dire : {suggestions} ?", "en": "Did you mean: {suggestions}?"}

SENTENCES: dict[Problem, dict[str, tuple[str, str]]] = {
    Problem.UNEXPECTED: {
        "fr": (
            "Le signe {found} n'est pas attendu ici.",
            "Pour le chercher tel quel, mettez le texte entre guillemets droits.",
        ),
        "en": ("The sign {found} is not expected here.", "To look for it as it is, put the text in straight quotes."),
    },
    Problem.UNCLOSED_QUOTE: {
        "fr": ("Ce guillemet n'est pas refermé.", "Ajoutez le guillemet fermant."),
        "en": ("This quote is not closed.", "Add the closing quote."),
    },
    Problem.MISSING_VALUE: {
        "fr": ("Il manque une valeur après {key}.", "Écrivez la valeur, ou retirez {key}."),
        "en": ("A value is missing after {key}.", "Write the value, or take {key} away."),
    },
    Problem.UNKNOWN_KEY: {
        "fr": ("« {key} » n'est pas un critère.", "Pour chercher ces mots, mettez-les entre guillemets droits."),
        "en": ('"{key}" is not a criterion.', "To look for these words, put them in straight quotes."),
    },
    Problem.UNKNOWN_VALUE: {
        "fr": ("« {value} » n'est pas une valeur de {key}.", "Valeurs possibles : {expected}."),
        "en": ('"{value}" is not a value of {key}.', "Possible values: {expected}."),
    },
    Problem.UNKNOWN_CATEGORY: {
        "fr": ("Aucune nature de faits ne s'appelle « {value} ».", ""),
        "en": ('No nature of facts is called "{value}".', ""),
    },
    Problem.AMBIGUOUS_CATEGORY: {
        "fr": ("Plusieurs natures de faits s'appellent « {value} ».", "Choisissez-en une par son code."),
        "en": ('Several natures of facts are called "{value}".', "Choose one by its code."),
    },
    Problem.UNKNOWN_ZONE: {
        "fr": ("Aucune zone ne s'appelle « {value} ».", ""),
        "en": ('No zone is called "{value}".', ""),
    },
    Problem.AMBIGUOUS_ZONE: {
        "fr": ("Plusieurs zones s'appellent « {value} ».", "Dites laquelle."),
        "en": ('Several zones are called "{value}".', "Say which one."),
    },
    Problem.UNKNOWN_SOURCE: {
        "fr": ("Aucune source ne s'appelle « {value} ».", "Sources : {expected}."),
        "en": ('No source is called "{value}".', "Sources: {expected}."),
    },
    Problem.BAD_MOMENT: {
        "fr": ("« {value} » n'est pas une date.", "Exemples : 2019, 2019-05, 2019-05-31, 31/05/2019, 30j, hier."),
        "en": ('"{value}" is not a date.', "Examples: 2019, 2019-05, 2019-05-31, 31/05/2019, 30d, yesterday."),
    },
    Problem.BAD_HOUR: {
        "fr": ("« {value} » n'est pas une heure ni une plage d'heures.", "Exemples : 14, 22-6 (de 22 h à 6 h)."),
        "en": ('"{value}" is neither an hour nor a span of hours.', "Examples: 14, 22-6 (from 22:00 to 6:00)."),
    },
    Problem.BAD_SEVERITY: {
        "fr": ("« {value} » n'est pas une gravité.", "La gravité va de 1 à 5 ; exemples : gravité>=3, gravité:2-4."),
        "en": ('"{value}" is not a severity.', "Severity goes from 1 to 5; examples: severity>=3, severity:2-4."),
    },
    Problem.BAD_POINT: {
        "fr": (
            "« {value} » n'est pas un point et une distance.",
            "Écrivez latitude,longitude,distance ; exemple : 43.2965,5.3698,300m.",
        ),
        "en": (
            '"{value}" is not a point and a distance.',
            "Write latitude,longitude,distance; example: 43.2965,5.3698,300m.",
        ),
    },
    Problem.BAD_OUTLINE: {
        "fr": (
            "« {value} » n'est ni un cadre ni un contour.",
            "Écrivez deux coins opposés, ou de 3 à 64 sommets : latitude,longitude;latitude,longitude.",
        ),
        "en": (
            '"{value}" is neither a box nor an outline.',
            "Write two opposite corners, or 3 to 64 corners: latitude,longitude;latitude,longitude.",
        ),
    },
    Problem.NOT_NEGATED: {
        "fr": ("{key} ne peut pas être exclu.", "Retirez le signe moins, ou inversez la condition."),
        "en": ("{key} can't be excluded.", "Take the minus sign away, or turn the condition round."),
    },
    Problem.NOT_COMPARED: {
        "fr": ("{key} ne se compare pas.", "Écrivez {key}:valeur ; seule la gravité se compare."),
        "en": ("{key} can't be compared.", "Write {key}:value; only severity is compared."),
    },
    Problem.SAID_TWICE: {
        "fr": ("{key} est déjà dit plus haut.", "Gardez une seule des deux conditions."),
        "en": ("{key} is already said before.", "Keep one of the two conditions."),
    },
    Problem.BAD_VALUE: {
        "fr": ("« {value} » ne convient pas pour {key}.", "Vérifiez l'adresse, ou refaites la sélection."),
        "en": ('"{value}" does not suit {key}.', "Check the address, or make the selection again."),
    },
}
"""Kind of mistake → language → (what is wrong, what to do)."""
