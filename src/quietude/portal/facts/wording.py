"""The words for codes that facts carry: statuses, origins, rules, ways of locating."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from quietude.model.event import Event

WORDS: dict[str, dict[str, str]] = {
    "precision": {
        "minute": noop("minute"),
        "hour": noop("hour"),
        "day": noop("day"),
        "month": noop("month"),
        "year": noop("year"),
    },
    "status": {
        "open": noop("open"),
        "under_way": noop("under way"),
        "closed": noop("closed"),
        "unknown": noop("unknown"),
    },
    "origin": {
        "reported": noop("a report"),
        "sensor": noop("a sensor"),
        "patrol": noop("a patrol"),
        "administrative": noop("an administrative act"),
    },
    "regime": {
        "RGPD": noop("administrative (GDPR)"),
        "TITRE_III": noop("penal (title III)"),
    },
    "sensitivity": {
        "public": noop("public"),
        "internal": noop("internal"),
        "restricted": noop("restricted"),
        "confidential": noop("confidential"),
    },
    "reality": {
        "real": noop("real"),
        "fictional": noop("fictional"),
        "exercise": noop("exercise"),
    },
}
"""Kind of code, code, word."""

LOCATED = {
    "source": noop("coordinates of the source"),
    "source:scaled": noop("coordinates of the source, put to scale"),
    "source:swapped": noop("coordinates of the source, latitude and longitude swapped back"),
    "address:number": noop("address, by street and number"),
    "address:street": noop("address, by street"),
    "address:crossing": noop("address, by crossing"),
    "address:block": noop("address, by block"),
    "address:place": noop("address, by the name of a place"),
    "address:road_km": noop("address, by road and kilometre"),
    "zone": noop("centre of the zone that the source names"),
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
        "crosswalk": noop("crosswalk %(name)s"),
        "person": noop("person %(name)s"),
        "model": noop("model %(name)s"),
        "manifest": noop("manifest %(name)s"),
    }
    said = _(sentences[kind]) % {"name": name} if kind in sentences else category_by
    if confidence is not None and confidence < 1:
        return _("%(rule)s, confidence %(percent)d %%") % {"rule": said, "percent": round(confidence * 100)}
    return said


def located_in_words(event: Event) -> str:
    """Return how a fact got its place, how precise it is and how sure."""
    if event.located_by is None:
        return _("not located")
    parts = [_(LOCATED[event.located_by]) if event.located_by in LOCATED else event.located_by]
    if event.accuracy_m is not None:
        parts.append(_("within about %(metres)d m") % {"metres": round(event.accuracy_m)})
    if event.located_score is not None and event.located_score < 1:
        percent = {"percent": round(event.located_score * 100)}
        parts.append(_("%(percent)d %% sure of the right zone") % percent)
    return ", ".join(parts)
