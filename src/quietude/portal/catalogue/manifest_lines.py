"""A manifest in words: under which law a source is held, and which column becomes what."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from quietude.portal.facts.wording import word_for
from quietude.sources.api import Expression, Manifest

KINDS = {
    "incidents": gettext_noop("facts"),
    "register": gettext_noop("acts of a register"),
    "observations": gettext_noop("numbers of sensors"),
    "places": gettext_noop("places"),
    "documents": gettext_noop("documents of another system"),
}
PARTS = {
    "source_key": gettext_noop("Identifier"),
    "occurred_from": gettext_noop("Beginning"),
    "occurred_to": gettext_noop("End"),
    "reported_at": gettext_noop("Reported"),
    "category": gettext_noop("Category"),
    "severity": gettext_noop("Severity"),
    "status": gettext_noop("Status"),
    "origin": gettext_noop("Known by"),
    "reality": gettext_noop("Reality"),
    "title": gettext_noop("Title"),
    "text": gettext_noop("Text"),
    "at": gettext_noop("Time"),
    "sensor": gettext_noop("Sensor"),
    "name": gettext_noop("Name"),
}
PLACE_PARTS = {
    "place.address": gettext_noop("Address"),
    "place.postcode": gettext_noop("Postcode"),
    "place.zone_hint": gettext_noop("Zone named by the source"),
    "place.lon": gettext_noop("Longitude"),
    "place.lat": gettext_noop("Latitude"),
    "place.km": gettext_noop("Kilometre"),
    "place.km_offset": gettext_noop("Metres after it"),
    "place.label": gettext_noop("Name of the place"),
    "place.accuracy_m": gettext_noop("Accuracy"),
}


WAYS = {
    "iso": gettext_noop("an ISO time"),
    "french": gettext_noop("a French date in words"),
    "ymd_clock": gettext_noop("year, month, day and clock"),
    "spreadsheet": gettext_noop("a cell of a workbook"),
}
EXAMPLE = datetime(2026, 12, 31, 23, 59, 30, tzinfo=UTC)
"""A time whose parts cannot be taken for one another."""


def law_of(manifest: Manifest, language: str) -> tuple[tuple[str, str], ...]:
    """Return (question, answer) pairs on the law a source is held under; unanswered ones are left out."""
    answers = (
        (_("What it holds"), _(KINDS[manifest.kind])),
        (_("Owner"), manifest.owner),
        (_("Legal basis"), manifest.legal_basis),
        (_("Purpose"), manifest.purpose),
        (_("Regime"), word_for("regime", manifest.regime)),
        (_("Sensitivity"), word_for("sensitivity", manifest.sensitivity)),
        (_("Kept for"), duration_in_words(manifest.retention)),
        (_("Older facts"), _history(manifest)),
        (_("Licence"), manifest.licence),
        (_("Credit"), manifest.attribution),
        (_("Persons informed by"), manifest.notice),
        (_("Caution"), manifest.caution.say(language) if manifest.caution is not None else None),
    )
    return tuple((question, answer) for question, answer in answers if answer)


def _history(manifest: Manifest) -> str:
    words = {
        None: gettext_noop("refused at the door, with a count"),
        "open": gettext_noop("kept as published, under an open licence"),
        "statistics": gettext_noop("kept without text, key or exact place"),
    }
    return _(words[manifest.history])


def duration_in_words(text: str) -> str:
    """Return an ISO 8601 duration of whole years, months, weeks or days in words; any other as it is."""
    units = {
        "Y": gettext_noop("%(n)s years"),
        "M": gettext_noop("%(n)s months"),
        "W": gettext_noop("%(n)s weeks"),
        "D": gettext_noop("%(n)s days"),
    }
    number, unit = text[1:-1], text[-1:]
    if text.startswith("P") and number.isdigit() and unit in units:
        return _(units[unit]) % {"n": number}
    return text


def mapping_of(manifest: Manifest) -> tuple[tuple[str, str, str], ...]:
    """Return (what it becomes, columns, rule) lines, in the manifest's order."""
    lines = []
    for part, expression in manifest.map.expressions().items():
        label = PARTS.get(part) or PLACE_PARTS.get(part) or part
        columns = ", ".join(dict.fromkeys(expression.reads()))
        lines.append((_(label), columns, _rule(part, expression, manifest)))
    series = manifest.map.series
    lines.extend((_("Series"), ", ".join(one.columns), f"{one.quantity} [{one.unit}]") for one in series)
    return tuple(lines)


def time_in_words(way: str) -> str:
    """Return how a time is read: a named way in words, a strptime format as an example of it."""
    return _(WAYS[way]) if way in WAYS else EXAMPLE.strftime(way)


def _rule(part: str, expression: Expression, manifest: Manifest) -> str:
    """Return what is done to the columns, in a few words."""
    rules = []
    if part == "category" and manifest.map.category is not None and manifest.map.category.crosswalk is not None:
        rules.append(_("crosswalk %(name)s") % {"name": manifest.map.category.crosswalk})
    if expression.constant is not None:
        rules.append(_("always “%(value)s”") % {"value": expression.constant})
    if expression.first:
        rules.append(_("the first that has a value"))
    if expression.when:
        rules.append(_("by cases"))
    if expression.digest:
        rules.append(_("fingerprint of the record"))
    if expression.replace or expression.extract is not None:
        rules.append(_("part of the text"))
    if expression.translate:
        rules.append(_("translated word by word"))
    if expression.parse:
        rules.append(_("read as %(formats)s") % {"formats": ", ".join(time_in_words(way) for way in expression.parse)})
    return "; ".join(rules)
