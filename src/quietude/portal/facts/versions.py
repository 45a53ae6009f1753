"""What changed from one version of a fact to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from quietude.model.event import Event
from quietude.model.vocabulary import Vocabulary
from quietude.portal.facts.wording import word_for

LABELS = {
    "occurred_from": gettext_noop("Beginning"),
    "occurred_to": gettext_noop("End"),
    "time_precision": gettext_noop("Precision of the time"),
    "category": gettext_noop("Category"),
    "source_category": gettext_noop("Category of the source"),
    "category_by": gettext_noop("Translated by"),
    "severity": gettext_noop("Severity"),
    "status": gettext_noop("Status"),
    "origin": gettext_noop("Known by"),
    "title": gettext_noop("Title"),
    "text": gettext_noop("Text"),
    "place_label": gettext_noop("Place"),
    "lat_deg": gettext_noop("Latitude"),
    "lon_deg": gettext_noop("Longitude"),
    "located_by": gettext_noop("Located by"),
    "regime": gettext_noop("Regime"),
    "sensitivity": gettext_noop("Sensitivity"),
    "retain_until": gettext_noop("Kept until"),
    "flags": gettext_noop("Remarks on quality"),
    "attributes": gettext_noop("Rest of the record"),
}
"""Fields whose changes are shown, in this order."""

CODED = {
    "status": "status",
    "origin": "origin",
    "regime": "regime",
    "sensitivity": "sensitivity",
    "time_precision": "precision",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One version of a fact and how it differs from the one before."""

    version: int
    received_at: datetime
    differences: tuple[tuple[str, str, str], ...]
    """(field, before, after) in words; empty for the first version."""


def changes_between(versions: Sequence[Event], *, vocabulary: Vocabulary, language: str) -> tuple[Change, ...]:
    """Return the versions (newest first, as given), each with its differences from the one it replaced."""
    older: list[Event | None] = [*versions[1:], None]
    changes = []
    for event, before in zip(versions, older, strict=True):
        differences = (
            ()
            if before is None
            else tuple(
                (
                    _(label),
                    _words(field, getattr(before, field), vocabulary, language),
                    _words(field, getattr(event, field), vocabulary, language),
                )
                for field, label in LABELS.items()
                if getattr(before, field) != getattr(event, field)
            )
        )
        changes.append(Change(version=event.version, received_at=event.received_at, differences=differences))
    return tuple(changes)


def _words(field: str, value: object, vocabulary: Vocabulary, language: str) -> str:
    if value is None or value == ():
        return "—"
    if field in CODED:
        return word_for(CODED[field], str(value))
    if field == "category":
        return vocabulary.path_label(str(value), language)
    return _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return date_format(localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    return str(value)
