"""The words of codes: severity, status, reality, origin, and the family of a category."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from quietude.model.event import Origin, Reality, Sensitivity, Status
from quietude.portal.town import current_vocabulary

Words = str | Promise

SEVERITIES: Mapping[int, Words] = MappingProxyType(
    {
        1: pgettext_lazy("severity", "Minor"),
        2: pgettext_lazy("severity", "Moderate"),
        3: pgettext_lazy("severity", "Notable"),
        4: pgettext_lazy("severity", "Serious"),
        5: pgettext_lazy("severity", "Critical"),
    }
)
STATUSES: Mapping[str, tuple[Words, str, str]] = MappingProxyType(
    {
        Status.OPEN: (pgettext_lazy("status", "Open"), "circle-dot", "badge--warn"),
        Status.UNDER_WAY: (pgettext_lazy("status", "Under way"), "clock", "badge--accent"),
        Status.CLOSED: (pgettext_lazy("status", "Closed"), "circle-check", "badge--good"),
        Status.UNKNOWN: (pgettext_lazy("status", "Status unknown"), "circle-question-mark", ""),
    }
)
"""Status to its word, icon and class."""
REALITIES: Mapping[str, Words] = MappingProxyType(
    {
        Reality.REAL: pgettext_lazy("reality", "Real"),
        Reality.FICTIONAL: pgettext_lazy("reality", "Fictional"),
        Reality.EXERCISE: pgettext_lazy("reality", "Exercise"),
    }
)
ORIGINS: Mapping[str, Words] = MappingProxyType(
    {
        Origin.REPORTED: pgettext_lazy("origin", "Reported"),
        Origin.SENSOR: pgettext_lazy("origin", "Sensor"),
        Origin.PATROL: pgettext_lazy("origin", "Patrol"),
        Origin.ADMINISTRATIVE: pgettext_lazy("origin", "Administrative"),
    }
)
SENSITIVITIES: Mapping[str, Words] = MappingProxyType(
    {
        Sensitivity.PUBLIC: pgettext_lazy("sensitivity", "Public"),
        Sensitivity.INTERNAL: pgettext_lazy("sensitivity", "Internal"),
        Sensitivity.RESTRICTED: pgettext_lazy("sensitivity", "Restricted"),
        Sensitivity.CONFIDENTIAL: pgettext_lazy("sensitivity", "Confidential"),
    }
)
NOT_CATEGORISED: Words = pgettext_lazy("category", "Not categorised")


@dataclass(frozen=True, slots=True)
class CategoryView:
    """One category as screens show it."""

    label: str
    """Its own name, such as "Musique de bar"."""
    path: str
    """Its name under its family's, such as "Bruit › Musique › Bar"."""
    family: str
    """Name of its family, such as "Bruit"; empty where it is not known."""
    icon: str
    colour: str
    """End of a class and a token: "0".."7" or "other"."""


def category_view(code: str | None, language: str) -> CategoryView:
    """Return how a category's code is shown; codes that the vocabulary no longer has are shown as they are."""
    if not code:
        label = str(NOT_CATEGORISED)
        return CategoryView(label, label, "", "circle-question-mark", "other")
    if not current_vocabulary().has(code):
        return CategoryView(code, code, "", "circle-question-mark", "other")
    return _known_view(code, language)


@cache  # a few hundred codes, two languages; the vocabulary is the package's
def _known_view(code: str, language: str) -> CategoryView:
    vocabulary = current_vocabulary()
    family = vocabulary.family(code)
    colour = "other" if family.colour is None else str(family.colour)
    return CategoryView(
        label=vocabulary.label(code, language),
        path=vocabulary.path_label(code, language),
        family=vocabulary.label(family.code, language),
        icon=family.icon,
        colour=colour,
    )
