"""Where in the form a fault of a rule's text belongs: at the field whose value stands at its line and column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from quietude.portal.alarm_rules.kinds import JOINED
from quietude.portal.alarm_rules.tree import ROOT
from quietude.portal.alarm_rules.writing import NOWHERE
from quietude.sources.api import Fault, ManifestError, yaml_of

Location = tuple[str | int, ...]
PAIRS = {"title", "instruction"}


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with a rule, by field of the form and altogether."""

    listed: tuple[Fault, ...] = ()
    at: dict[str, list[Fault]] = field(default_factory=dict)
    """By name of the field; what belongs to none is listed only."""


def placed(text: str, error: ManifestError) -> Faults:
    """Return the faults of a text with the fields that they belong to."""
    try:
        _, marks = yaml_of(text, NOWHERE)
    except ManifestError:
        return Faults(error.faults)
    found = Faults(error.faults)
    for fault in error.faults:
        before = [(place, where) for where, place in marks.at.items() if place <= (fault.line, fault.column)]
        if before:
            _, where = max(before, key=lambda each: (each[0], len(each[1])))
            found.at.setdefault(field_at(where), []).append(fault)
    return found


def field_at(location: Location) -> str:
    """Return the name of the field for a place of the file, such as `w.0.kind` for `when.all[0]`."""
    key = str(location[0])
    if key == "when":
        return _condition(ROOT, location[1:])
    if key in PAIRS:
        return f"{key}_{location[1]}" if len(location) > 1 else f"{key}_fr"
    if key == "calendar":
        return str(location[1]) if len(location) > 1 else "hours"
    return key


def _condition(path: str, rest: Sequence[str | int]) -> str:
    if not rest:
        return f"{path}.kind"
    if rest[0] == "lasting":
        return f"{path}.lasting"
    if rest[0] in JOINED:
        if rest[0] == "not":
            return _condition(f"{path}.0", rest[1:])
        return _condition(f"{path}.{rest[1]}", rest[2:]) if len(rest) > 1 else f"{path}.kind"
    return f"{path}.f.{rest[1]}" if len(rest) > 1 else f"{path}.kind"
