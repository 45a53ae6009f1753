"""The words of the text form, in French and English: names of criteria and of the values that are ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache

from quietude.model.event import Origin, Reality, Regime, Sensitivity, Status
from quietude.model.filter.question import ABSENT
from quietude.model.fold import fold

LANGUAGES = ("fr", "en")


class Key(StrEnum):
    """The criteria of a question, by their name in code."""

    CATEGORY = "category"
    FAMILY = "family"
    ZONE = "zone"
    SINCE = "since"
    UNTIL = "until"
    PERIOD = "period"
    WEEKDAY = "weekday"
    HOUR = "hour"
    SOURCE = "source"
    STATUS = "status"
    ORIGIN = "origin"
    REALITY = "reality"
    REGIME = "regime"
    SENSITIVITY = "sensitivity"
    FLAG = "flag"
    SEVERITY = "severity"
    LOCATED = "located"
    NEAR = "near"
    WITHIN = "within"
    ID = "id"


KEY_NAMES: Mapping[Key, Mapping[str, tuple[str, ...]]] = {
    Key.CATEGORY: {"fr": ("nature", "catégorie", "type"), "en": ("nature", "category", "type", "kind")},
    Key.FAMILY: {"fr": ("famille",), "en": ("family",)},
    Key.ZONE: {"fr": ("zone", "secteur", "lieu"), "en": ("zone", "area")},
    Key.SINCE: {"fr": ("depuis", "après", "dès"), "en": ("since", "from")},
    Key.UNTIL: {"fr": ("jusqu'à", "jusqu'au", "jusque", "jusqua", "jusquau"), "en": ("until", "to")},
    Key.PERIOD: {"fr": ("période", "pendant", "le", "date"), "en": ("period", "during", "on", "date")},
    Key.WEEKDAY: {"fr": ("jour", "jours"), "en": ("weekday", "day", "days")},
    Key.HOUR: {"fr": ("heure", "heures"), "en": ("hour", "hours")},
    Key.SOURCE: {"fr": ("source",), "en": ("source",)},
    Key.STATUS: {"fr": ("statut", "état"), "en": ("status", "state")},
    Key.ORIGIN: {"fr": ("origine",), "en": ("origin",)},
    Key.REALITY: {"fr": ("réalité",), "en": ("reality",)},
    Key.REGIME: {"fr": ("régime",), "en": ("regime", "law")},
    Key.SENSITIVITY: {"fr": ("sensibilité",), "en": ("sensitivity",)},
    Key.FLAG: {"fr": ("signe", "drapeau", "qualité"), "en": ("flag", "quality")},
    Key.SEVERITY: {"fr": ("gravité",), "en": ("severity",)},
    Key.LOCATED: {"fr": ("localisé",), "en": ("located",)},
    Key.NEAR: {"fr": ("près", "autour"), "en": ("near", "around")},
    Key.WITHIN: {"fr": ("dans", "contour"), "en": ("within", "in", "outline")},
    Key.ID: {"fr": ("fait", "id"), "en": ("fact", "id")},
}
"""The first name in each language is the one that questions are said with; all are read, case and accents aside."""

Words = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Value → language → its words, the first of which is said."""

STATUSES: Words = {
    Status.OPEN: {"fr": ("ouvert",), "en": ("open",)},
    Status.UNDER_WAY: {"fr": ("en-cours",), "en": ("under-way", "ongoing")},
    Status.CLOSED: {"fr": ("clos", "fermé", "traité"), "en": ("closed", "done")},
    Status.UNKNOWN: {"fr": ("inconnu",), "en": ("unknown",)},
}
ORIGINS: Words = {
    Origin.REPORTED: {"fr": ("signalé", "signalement"), "en": ("reported", "report")},
    Origin.SENSOR: {"fr": ("capteur",), "en": ("sensor",)},
    Origin.PATROL: {"fr": ("patrouille",), "en": ("patrol",)},
    Origin.ADMINISTRATIVE: {"fr": ("administratif",), "en": ("administrative",)},
}
REALITIES: Words = {
    Reality.REAL: {"fr": ("réel",), "en": ("real",)},
    Reality.FICTIONAL: {"fr": ("fictif",), "en": ("fictional", "fictitious")},
    Reality.EXERCISE: {"fr": ("exercice",), "en": ("exercise",)},
}
REGIMES: Words = {
    Regime.RGPD: {"fr": ("RGPD",), "en": ("GDPR",)},
    Regime.TITRE_III: {"fr": ("titre-III", "pénal"), "en": ("title-III", "penal")},
}
SENSITIVITIES: Words = {
    Sensitivity.PUBLIC: {"fr": ("public",), "en": ("public",)},
    Sensitivity.INTERNAL: {"fr": ("interne",), "en": ("internal",)},
    Sensitivity.RESTRICTED: {"fr": ("restreint",), "en": ("restricted",)},
    Sensitivity.CONFIDENTIAL: {"fr": ("confidentiel",), "en": ("confidential",)},
}
YES_NO: Words = {"yes": {"fr": ("oui",), "en": ("yes",)}, "no": {"fr": ("non",), "en": ("no",)}}
WEEKDAYS: Words = {
    "0": {"fr": ("lundi", "lun"), "en": ("monday", "mon")},
    "1": {"fr": ("mardi", "mar"), "en": ("tuesday", "tue")},
    "2": {"fr": ("mercredi", "mer"), "en": ("wednesday", "wed")},
    "3": {"fr": ("jeudi", "jeu"), "en": ("thursday", "thu")},
    "4": {"fr": ("vendredi", "ven"), "en": ("friday", "fri")},
    "5": {"fr": ("samedi", "sam"), "en": ("saturday", "sat")},
    "6": {"fr": ("dimanche", "dim"), "en": ("sunday", "sun")},
}
WEEKEND: Words = {"5,6": {"fr": ("week-end",), "en": ("weekend",)}}
NOTHING: Words = {ABSENT: {"fr": ("aucune", "aucun", "sans"), "en": ("none",)}}

VALUE_WORDS: Mapping[Key, Words] = {
    Key.STATUS: STATUSES,
    Key.ORIGIN: ORIGINS,
    Key.REALITY: REALITIES,
    Key.REGIME: REGIMES,
    Key.SENSITIVITY: SENSITIVITIES,
    Key.LOCATED: YES_NO,
    Key.WEEKDAY: {**WEEKDAYS, **WEEKEND},
}
"""The criteria whose values are a closed list of ours."""


@lru_cache(maxsize=8192)  # names of zones and criteria are compared at every key stroke
def plain(text: str) -> str:
    """Return a name as it is compared: folded, with one space for hyphens, apostrophes, dots and runs of spaces."""
    return " ".join(re.split(r"[\s\-_'.]+", fold(text))).strip()


def key_of(name: str) -> Key | None:
    """Return the criterion of that name in either language, or None."""
    wanted = plain(name)
    for key, names in KEY_NAMES.items():
        if any(plain(known) == wanted for known in all_words(names)):
            return key
    return None


def key_name(key: Key, language: str) -> str:
    """Return the name that a criterion is said with."""
    return KEY_NAMES[key][spoken(language)][0]


def value_of(words: Words, said: str) -> str | None:
    """Return the value of that word in either language, or by its name in code; None when there is none."""
    wanted = plain(said)
    for value, names in words.items():
        if plain(value) == wanted or any(plain(known) == wanted for known in all_words(names)):
            return str(value)
    return None


def word_of(words: Words, value: str, language: str) -> str:
    """Return the word that a value is said with; a value that isn't ours is its own word."""
    return words[value][spoken(language)][0] if value in words else value


def all_words(names: Mapping[str, tuple[str, ...]]) -> Iterable[str]:
    """Return the words of all languages."""
    return (word for language in LANGUAGES for word in names[language])


def spoken(language: str) -> str:
    """Return the language itself, or English where the text form does not speak it."""
    return language if language in LANGUAGES else "en"
