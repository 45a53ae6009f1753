"""The words for codes that facts carry: statuses, origins, rules, ways of locating."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from quietude.model.event import Event
from quietude.portal.ui.figures import percent

WORDS: dict[str, dict[str, str]] = {
    "precision": {
        "minute": gettext_noop("minute"),
        "hour": gettext_noop("hour"),
        "day": gettext_noop("day"),
        "month": gettext_noop("month"),
        "year": gettext_noop("year"),
    },
    "status": {
        "open": gettext_noop("open"),
        "under_way": gettext_noop("under way"),
        "closed": gettext_noop("closed"),
        "unknown": gettext_noop("unknown"),
    },
    "origin": {
        "reported": gettext_noop("a report"),
        "sensor": gettext_noop("a sensor"),
        "patrol": gettext_noop("a patrol"),
        "administrative": gettext_noop("an administrative act"),
    },
    "regime": {
        "RGPD": gettext_noop("administrative (GDPR)"),
        "TITRE_III": gettext_noop("penal (title III)"),
    },
    "sensitivity": {
        "public": gettext_noop("public"),
        "internal": gettext_noop("internal"),
        "restricted": gettext_noop("restricted"),
        "confidential": gettext_noop("confidential"),
    },
    "reality": {
        "real": gettext_noop("real"),
        "fictional": gettext_noop("fictional"),
        "exercise": gettext_noop("exercise"),
    },
}
"""Kind of code, code, word."""

LOCATED = {
    "source": gettext_noop("coordinates of the source"),
    "source:scaled": gettext_noop("coordinates of the source, put to scale"),
    "source:swapped": gettext_noop("coordinates of the source, latitude and longitude swapped back"),
    "source:scaled+swapped": gettext_noop("coordinates of the source, put to scale and swapped back"),
    "address:number": gettext_noop("address, by street and number"),
    "address:street": gettext_noop("address, by street"),
    "address:crossing": gettext_noop("address, by crossing"),
    "address:block": gettext_noop("address, by block"),
    "address:place": gettext_noop("address, by the name of a place"),
    "address:road": gettext_noop("address, by road and kilometre"),
    "zone": gettext_noop("centre of the zone that the source names"),
}
"""Value of `located_by`, words."""


def word_for(kind: str, code: str) -> str:
    """Return the word for a code; the code itself where there is none."""
    word = WORDS[kind].get(code)
    return _(word) if word is not None else code


def rule_in_words(category_by: str | None, confidence: float | None) -> str:
    """Return who or what translated a category, from its `category_by`."""
    if category_by is None:
        return _("nobody and no rule yet")
    kind, _colon, name = category_by.partition(":")
    sentences = {
        "crosswalk": gettext_noop("crosswalk “%(name)s”"),
        "person": gettext_noop("person %(name)s"),
        "model": gettext_noop("model %(name)s"),
        "manifest": gettext_noop("manifest %(name)s"),
    }
    name, _at, version = name.partition("@")
    said = _(sentences[kind]) % {"name": name} if kind in sentences else category_by
    if version and kind in sentences:
        said = _("%(rule)s, version %(version)s") % {"rule": said, "version": version}
    if confidence is not None and confidence < 1:
        return _("%(rule)s, confidence %(percent)s") % {"rule": said, "percent": percent(confidence)}
    return said


def located_in_words(event: Event) -> str:
    """Return how a fact got its place, how precise it is and how sure."""
    if event.located_by is None:
        return _("not located")
    parts = [_(LOCATED[event.located_by]) if event.located_by in LOCATED else event.located_by]
    if event.accuracy_m is not None:
        parts.append(_("within about %(metres)d m") % {"metres": round(event.accuracy_m)})
    if event.located_score is not None and event.located_score < 1:
        parts.append(_("%(percent)s sure of the right zone") % {"percent": percent(event.located_score)})
    return ", ".join(parts)
