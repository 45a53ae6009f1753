"""Changes that a hand makes to a selection: a brushed period, a zone clicked, an outline drawn, words typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from quietude.model.filter.question import Box, Choice, Filter, ZoneChoice


class ChangeError(ValueError):
    """A change cannot be read; the message names it and what was expected."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change, as it stands in an address: `change=verb:value`."""

    verb: str
    value: str

    @classmethod
    def read(cls, text: str) -> Change:
        """Return the change that `verb:value` says.

        Raises:
            ChangeError: there is no such verb.
        """
        verb, _, value = text.partition(":")
        if verb not in VERBS and verb not in TEXT_VERBS:
            raise ChangeError(
                f"change={text!r}: expected one of {', '.join(sorted([*VERBS, *TEXT_VERBS]))}, then a colon"
            )
        return cls(verb, value)


def with_period(question: Filter, value: str) -> Filter:
    """Set the period to `first..last` (days, both included); an empty value clears it."""
    if not value:
        return replace(question, since=None, until=None)
    first, _, last = value.partition("..")
    try:
        since, until = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError as error:
        raise ChangeError(f"period {value!r}: expected two days, as 2024-01-31..2024-02-29") from error
    return replace(question, since=min(since, until), until=max(since, until))


def with_zone(question: Filter, value: str) -> Filter:
    """Choose a zone, as `level:code`, or give it up when it is chosen already."""
    level, _, code = value.partition(":")
    if not level or not code:
        raise ChangeError(f"zone {value!r}: expected level:code")
    pair = (level, code)
    chosen = question.zones.any_of
    kept = tuple(other for other in chosen if other != pair) if pair in chosen else (*chosen, pair)
    return replace(question, zones=ZoneChoice(kept, question.zones.none_of))


def with_category(question: Filter, value: str) -> Filter:
    """Choose a category, or give it up when it is chosen already."""
    chosen = question.categories.any_of
    kept = tuple(other for other in chosen if other != value) if value in chosen else (*chosen, value)
    return replace(question, categories=Choice(kept, question.categories.none_of))


def with_severity(question: Filter, value: str) -> Filter:
    """Set the severities to `from-to`; an empty value clears them."""
    if not value:
        return replace(question, severity_from=None, severity_to=None)
    low, _, high = value.partition("-")
    try:
        lowest, highest = int(low), int(high)
        asked = replace(question, severity_from=lowest, severity_to=highest)
    except ValueError as error:
        raise ChangeError(f"severity {value!r}: expected two numbers from 1 to 5, as 3-5") from error
    return replace(asked, severity_from=lowest if lowest > 1 else None, severity_to=highest if highest < 5 else None)


def with_box(question: Filter, value: str) -> Filter:
    """Keep what lies in `west,south,east,north`, in place of any place drawn before; an empty value clears it."""
    bare = replace(question, box=None, polygon=None, near=None)
    if not value:
        return bare
    try:
        west, south, east, north = (float(part) for part in value.split(","))
        return replace(bare, box=Box(west, south, east, north))
    except ValueError as error:
        raise ChangeError(f"box {value!r}: expected west,south,east,north in degrees") from error


def with_outline(question: Filter, value: str) -> Filter:
    """Keep what lies in an outline `lon,lat;lon,lat;…`, in place of any place drawn before."""
    try:
        corners = tuple((float(lon), float(lat)) for lon, lat in (corner.split(",") for corner in value.split(";")))
        return replace(question, box=None, near=None, polygon=corners)
    except ValueError as error:
        raise ChangeError(f"outline {value!r}: expected 3 to 64 corners lon,lat;lon,lat;…") from error


def cleared(_question: Filter, _value: str) -> Filter:
    """Ask for every fact."""
    return Filter()


VERBS: Mapping[str, Callable[[Filter, str], Filter]] = {
    "period": with_period,
    "zone": with_zone,
    "category": with_category,
    "severity": with_severity,
    "box": with_box,
    "outline": with_outline,
    "clear": cleared,
}
TEXT_VERBS = ("add", "text")
"""`add` joins conditions in the text form to the selection, `text` puts them in its place."""


def joined(question: Filter, addition: Filter) -> Filter:
    """Return the question with the conditions of `addition`: choices are united, single conditions replaced."""
    empty = Filter()
    changed: dict[str, object] = {}
    for name in Filter.__dataclass_fields__:
        new, old = getattr(addition, name), getattr(question, name)
        if new == getattr(empty, name):
            continue
        if isinstance(new, Choice):
            changed[name] = Choice((*old.any_of, *new.any_of), (*old.none_of, *new.none_of))
        elif isinstance(new, ZoneChoice):
            changed[name] = ZoneChoice((*old.any_of, *new.any_of), (*old.none_of, *new.none_of))
        elif isinstance(new, tuple) and name != "polygon":
            changed[name] = (*old, *new)
        else:
            changed[name] = new
    if {"near", "box", "polygon"} & changed.keys():
        changed = {"near": None, "box": None, "polygon": None, **changed}
    return replace(question, **changed)  # type: ignore[arg-type]  # each value came from the field of its name
