"""The URL form of a question: for links, saved views and requests; the same question always has the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from quietude.model.event import SEVERITIES
from quietude.model.filter.errors import FilterError, Problem
from quietude.model.filter.numbers import (
    box_text,
    hours_text,
    near_text,
    outline_text,
    read_hours,
    read_near,
    read_outline,
    read_weekdays,
)
from quietude.model.filter.question import Box, Choice, Filter, ZoneChoice

CHOICES: Mapping[str, str] = {
    "category": "categories",
    "source": "sources",
    "status": "statuses",
    "origin": "origins",
    "reality": "realities",
    "regime": "regimes",
    "sensitivity": "sensitivities",
    "flag": "flags",
}
"""Parameter → field of the question."""

EXCLUDED = "not-"
"""Before a parameter: none of its values."""

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

PARAMETERS = frozenset(
    {"since", "until", "day", "hour", "zone", "q", *CHOICES}
    | {f"{EXCLUDED}{name}" for name in ("zone", "q", *CHOICES)}
    | {"severity-from", "severity-to", "located", "near", "box", "outline", "id"}
)
"""All parameters of the URL form; a page may use any other name for its own state."""


def to_query(question: Filter) -> dict[str, list[str]]:
    """Return the parameters of a question, each with its values, in a fixed order; none for every fact.

    Instants are said in UTC, so that equal questions have equal parameters.
    """
    query: dict[str, list[str]] = {
        "since": [_moment_text(question.since)] if question.since is not None else [],
        "until": [_moment_text(question.until)] if question.until is not None else [],
        "day": [_DAYS[day] for day in question.weekdays],
        "hour": hours_text(question.hours),
    }
    for name, field in CHOICES.items():
        choice: Choice = getattr(question, field)
        query[name], query[f"{EXCLUDED}{name}"] = list(choice.any_of), list(choice.none_of)
    query |= {
        "zone": [f"{level}:{code}" for level, code in question.zones.any_of],
        f"{EXCLUDED}zone": [f"{level}:{code}" for level, code in question.zones.none_of],
        "severity-from": [str(question.severity_from)] if question.severity_from is not None else [],
        "severity-to": [str(question.severity_to)] if question.severity_to is not None else [],
        "located": [] if question.is_located is None else ["yes" if question.is_located else "no"],
        "near": [near_text(question.near, unit="")] if question.near is not None else [],
        "box": [box_text(question.box)] if question.box is not None else [],
        "outline": [outline_text(question.polygon)] if question.polygon is not None else [],
        "id": list(question.ids),
        "q": list(question.words),
        f"{EXCLUDED}q": list(question.without_words),
    }
    return {name: values for name, values in query.items() if values}


def from_query(query: Mapping[str, Sequence[str]]) -> Filter:
    """Return the question that parameters state; parameters that are not of the URL form are left aside.

    Raises:
        FilterError: a value does not suit its parameter, or a parameter of one value has two. The error names the
            parameter (`key`) and points inside the value.
    """
    fields: dict[str, Any] = {
        field: Choice(tuple(query.get(name, ())), tuple(query.get(f"{EXCLUDED}{name}", ())))
        for name, field in CHOICES.items()
    }
    fields["zones"] = ZoneChoice(_zones(query, "zone"), _zones(query, f"{EXCLUDED}zone"))
    fields["weekdays"] = tuple(day for text in query.get("day", ()) for day in _read("day", text, read_weekdays))
    fields["hours"] = tuple(hour for text in query.get("hour", ()) for hour in _read("hour", text, read_hours))
    for name, field, read in _SINGLE:
        values = query.get(name, ())
        if len(values) > 1:
            raise _fault(name, values[1])
        fields[field] = _read(name, values[0], read) if values else None
    for name, field in (("id", "ids"), ("q", "words"), (f"{EXCLUDED}q", "without_words")):
        fields[field] = tuple(text for text in query.get(name, ()) if text)
    return Filter(**fields)


def _read(name: str, text: str, read: Callable[[str], Any]) -> Any:
    value = read(text)
    if value is None:
        raise _fault(name, text)
    return value


def _fault(name: str, text: str) -> FilterError:
    return FilterError(Problem.BAD_VALUE, 0, len(text), {"key": name, "value": text})


def _zones(query: Mapping[str, Sequence[str]], name: str) -> tuple[tuple[str, str], ...]:
    pairs = [text.partition(":") for text in query.get(name, ())]
    for level, separator, code in pairs:
        if not (level and separator and code):
            raise _fault(name, f"{level}{separator}{code}")
    return tuple((level, code) for level, _, code in pairs)


def _moment_text(moment: date | datetime) -> str:
    if isinstance(moment, datetime):
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return moment.isoformat()


def _read_moment(text: str) -> date | datetime | None:
    try:
        if "T" not in text:
            return date.fromisoformat(text)
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else None


def _read_severity(text: str) -> int | None:
    return int(text) if text in {str(severity) for severity in SEVERITIES} else None


def _read_box(text: str) -> Any:
    shape = read_outline(text)
    return shape if isinstance(shape, Box) else None


def _read_corners(text: str) -> Any:
    shape = read_outline(text)
    return shape if isinstance(shape, tuple) else None


_SINGLE: tuple[tuple[str, str, Callable[[str], Any]], ...] = (
    ("since", "since", _read_moment),
    ("until", "until", _read_moment),
    ("severity-from", "severity_from", _read_severity),
    ("severity-to", "severity_to", _read_severity),
    ("located", "is_located", {"yes": True, "no": False}.get),
    ("near", "near", read_near),
    ("box", "box", _read_box),
    ("outline", "polygon", _read_corners),
)
"""Parameter, field and reader of what is said once; a reader answers None to what it can't read."""
