"""What the source said beside what we made of it, line by line, with who or which rule translated."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from quietude.model.event import Event
from quietude.model.vocabulary import Vocabulary
from quietude.portal.facts.wording import located_in_words, rule_in_words, word_for
from quietude.portal.ui.figures import moment
from quietude.sources.api import Manifest, Town


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing known of a fact: the source's words, ours, and how one became the other."""

    label: str
    said: tuple[tuple[str, str], ...]
    """(column of the source, its value) pairs; empty where the source says nothing or the value is not kept."""
    understood: str
    by: str
    """Who or which rule, in words; empty where the value is the source's own."""


def attributes_of(event: Event) -> dict[str, str]:
    """Return what is kept of the source's record, column to value."""
    if event.attributes is None:
        return {}
    kept: dict[str, object] = json.loads(event.attributes)
    return {column: str(value) for column, value in kept.items() if value not in (None, "")}


def time_in_words(event: Event) -> str:
    """Return when the fact happened, no finer than it is known, in the town's time."""
    words = moment(event.occurred_from, event.time_precision)
    if event.occurred_to is not None and event.occurred_to != event.occurred_from:
        return _("from %(start)s to %(end)s") % {
            "start": words,
            "end": moment(event.occurred_to, event.time_precision),
        }
    return words


def zones_in_words(event: Event, town: Town) -> str:
    """Return the names of the zones that hold the fact, from fine to coarse."""
    names = []
    for level in reversed(town.territory.levels):
        code = event.zones.get(level.name)
        if code is not None:
            zone = level.by_code.get(code)
            names.append(zone.name if zone is not None else code)
    return ", ".join(names)


def _said(attributes: Mapping[str, str], columns: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((column, attributes[column]) for column in columns if column in attributes)


def _columns(manifest: Manifest | None, *parts: str) -> list[str]:
    """Return the source's columns that make these parts of a fact, in the manifest's order, each once."""
    if manifest is None:
        return []
    expressions = manifest.map.expressions()
    named = [column for part in parts if part in expressions for column in expressions[part].reads()]
    return list(dict.fromkeys(named))


def _place_columns(manifest: Manifest | None) -> list[str]:
    if manifest is None:
        return []
    return _columns(manifest, *(name for name in manifest.map.expressions() if name.startswith("place.")))


def compare(
    event: Event, *, manifest: Manifest | None, town: Town, vocabulary: Vocabulary, language: str
) -> tuple[Line, ...]:
    """Return the lines of one version of a fact, from when to where to what follows from them."""
    kept = attributes_of(event)
    place = event.place_label or _("no usable place")
    zones = zones_in_words(event, town)
    category = vocabulary.path_label(event.category, language) if event.category else _("no category fits")
    return (
        Line(
            label=_("When"),
            said=_said(kept, _columns(manifest, "occurred_from", "occurred_to")),
            understood=time_in_words(event),
            by=_("known to the %(precision)s") % {"precision": word_for("precision", event.time_precision)},
        ),
        Line(
            label=_("What"),
            said=((_("category"), event.source_category),) if event.source_category else (),
            understood=category,
            by=rule_in_words(event.category_by, event.category_confidence),
        ),
        Line(
            label=_("Where"),
            said=_said(kept, _place_columns(manifest)),
            understood=f"{place} ({zones})" if zones else place,
            by=located_in_words(event),
        ),
        Line(
            label=_("Severity"),
            said=_said(kept, _columns(manifest, "severity")),
            understood=_("%(severity)d of 5") % {"severity": event.severity},
            by=_("rule of the manifest") if _columns(manifest, "severity") else _("default of the vocabulary"),
        ),
        Line(
            label=_("Status"),
            said=_said(kept, _columns(manifest, "status")),
            understood=word_for("status", event.status),
            by="",
        ),
        Line(
            label=_("Known by"),
            said=_said(kept, _columns(manifest, "origin")),
            understood=word_for("origin", event.origin),
            by="",
        ),
    )


def rest_of(event: Event, lines: tuple[Line, ...]) -> tuple[tuple[str, str], ...]:
    """Return what the source said that no line shows, by column."""
    shown = {column for line in lines for column, _value in line.said}
    return tuple(sorted((column, value) for column, value in attributes_of(event).items() if column not in shown))
