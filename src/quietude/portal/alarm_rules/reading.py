"""Rules as their page shows them: in words, with their editions and how often they rang for the reader."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from quietude.model.viewer import Viewer
from quietude.portal.alarm_editions.models import Edition
from quietude.portal.alarm_editions.standing import Held, held_rules
from quietude.portal.alarm_rules.words import watched
from quietude.portal.alarm_rules.writing import values_in
from quietude.portal.alarms.models import Alarm, World
from quietude.portal.alarms.reading import visible
from quietude.sources.api import ManifestError

RECENT = timedelta(days=30)
PART = 400
"""Alarms whose facts are looked up at once."""


@dataclass(frozen=True, slots=True)
class Line:
    """One rule of the list."""

    held: Held
    title: str
    says: str
    severity: int | None
    rings: int
    """In the last thirty days, of those that the reader may see."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One edition of a rule with what it changed."""

    edition: Edition
    changes: tuple[tuple[str, str], ...]
    """Lines with their mark: "+", "-" or " "."""


def lines(viewer: Viewer, now: datetime, language: str) -> list[Line]:
    """Return the rules of the town, those of which a proposal waits first, then by what they ring.

    Raises:
        ManifestError: a file of the town is no text.
    """
    rings = Counter(alarm.rule for alarm in rung(viewer, now - RECENT, now))
    found = [line_of(held, rings[held.name], language) for held in held_rules()]
    return sorted(found, key=lambda line: (line.held.proposal is None, not line.held.is_in_force, line.held.name))


def line_of(held: Held, rings: int, language: str) -> Line:
    """Return one rule in words; a text that is broken is told by its name."""
    text = held.text or (held.proposal.text if held.proposal is not None else "")
    try:
        values = values_in(text) if text else {}
        title = values["title"]["en" if language.startswith("en") else "fr"] if values else held.name
        return Line(held, title, watched(values, language) if values else "", values.get("severity"), rings)
    except (ManifestError, KeyError, TypeError, ValueError):
        return Line(held, held.name, "", None, rings)


def rung(viewer: Viewer, since: datetime, until: datetime, world: World = World.REAL) -> Iterator[Alarm]:
    """Yield the alarms that rang within a time, of those that the viewer may see."""
    found = Alarm.objects.filter(world=world, raised_at__gte=since, raised_at__lt=until, withdrawn_at=None)
    alarms = list(found.order_by("raised_at", "pk"))
    for begin in range(0, len(alarms), PART):
        yield from visible(viewer, alarms[begin : begin + PART])


def editions(held: Held) -> list[Kept]:
    """Return the editions of a rule, the newest first, each with what it changed of the accepted one before it."""
    found: list[Kept] = []
    former = held.file_text or ""
    for edition in Edition.objects.filter(name=held.name).order_by("number").select_related("written_by", "decided_by"):
        found.append(Kept(edition, tuple(changes(former, edition.text))))
        if edition.state == Edition.State.ACCEPTED:
            former = edition.text
    return found[::-1]


def changes(former: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield the lines of a text with what became of those of a former one, three lines around each change."""
    for line in difflib.unified_diff(former.splitlines(), text.splitlines(), lineterm="", n=3):
        if not line.startswith(("---", "+++", "@@")):
            yield line[:1], line[1:]


def said_of(values: dict[str, Any], language: str) -> str:
    """Return what the values of a rule watch in words, "" where they are no sound rule."""
    try:
        return watched(values, language)
    except (KeyError, TypeError, ValueError, AttributeError):
        return ""
