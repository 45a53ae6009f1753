"""A rule as the form holds it: from its values to what stands in the fields, and back without loss.

A condition's place is its path: `w` for the whole, `w.0` for the first of those it joins. Its fields are `w.0.kind`,
`w.0.lasting`, for each value of its kind `w.0.f.at_least`, and `w.0.was`, the kind whose fields are shown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from quietude.portal.alarm_rules.kinds import JOINED, Value, kinds, values_of

ROOT = "w"
DEEPEST = 6
"""Conditions within conditions: more is a rule that nobody can read."""
MOST_JOINED = 20
Values = dict[str, Any]
"""A rule, or a part of one, as its file states it."""
Typed = Mapping[str, str]
"""What stands in the form's fields."""


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a condition in the form."""

    value: Value
    name: str
    typed: str


@dataclass(frozen=True, slots=True)
class Node:
    """One condition in the form."""

    path: str
    kind: str
    lasting: str
    fields: tuple[Field, ...] = ()
    inside: tuple[Node, ...] = field(default=())

    @property
    def is_list(self) -> bool:
        """Tell whether it joins as many conditions as one likes."""
        return self.kind in {"all", "any"}

    @property
    def may_grow(self) -> bool:
        """Tell whether one more condition may be put into it."""
        return self.is_list and len(self.inside) < MOST_JOINED and self.path.count(".") < DEEPEST


def node_of(values: object, path: str = ROOT) -> Node:
    """Return the form of a condition; what states no kind that is known is shown as one without a fact's scope."""
    stated = values if isinstance(values, dict) else {}
    lasting = str(stated.get("lasting", ""))
    kind = next((name for name in kinds() if name in stated), "match")
    inner = stated.get(kind)
    if kind in JOINED:
        parts = inner if isinstance(inner, list) else [inner]
        inside = tuple(node_of(each, f"{path}.{number}") for number, each in enumerate(parts[:MOST_JOINED]))
        return Node(path, kind, lasting, (), inside)
    held = inner if isinstance(inner, dict) else {}
    fields = (Field(each, f"{path}.f.{each.name}", typed_of(held.get(each.name))) for each in values_of(kind))
    return Node(path, kind, lasting, tuple(fields))


def condition_of(typed: Typed, path: str = ROOT) -> Values:
    """Return the condition that stands in a form's fields."""
    kind = typed.get(f"{path}.kind", "match")
    stated: Values = {}
    if kind in JOINED:
        inside = [condition_of(typed, f"{path}.{number}") for number in _numbers(typed, path)]
        inside = inside or [_leaf(typed, path, typed.get(f"{path}.was", ""))]
        stated[kind] = inside if kind != "not" else inside[0]
    else:
        stated |= _leaf(typed, path, kind)
    if lasting := typed.get(f"{path}.lasting", "").strip():
        stated["lasting"] = lasting
    return stated


def typed_of(value: object) -> str:
    """Return what stands in a field for a value of a rule."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def fields_of(node: Node) -> dict[str, str]:
    """Return what stands in all fields of a condition: the reverse of `node_of`, for `condition_of`."""
    found = {f"{node.path}.kind": node.kind, f"{node.path}.lasting": node.lasting}
    found.update({each.name: each.typed for each in node.fields})
    for each in node.inside:
        found.update(fields_of(each))
    return found


def with_one_more(values: Values, path: str) -> Values:
    """Return a condition with one more inside the one of a path."""
    return _at(values, path.split(".")[1:], lambda parts: [*parts, {"match": {}}])


def without(values: Values, path: str) -> Values:
    """Return a condition without the one of a path; what joins nothing any more becomes what was left, or a match."""
    steps = path.split(".")[1:]
    if not steps:
        return {"match": {}}
    gone = int(steps[-1])
    return _at(values, steps[:-1], lambda parts: [each for place, each in enumerate(parts) if place != gone])


def _at(values: Values, steps: list[str], change: Any) -> Values:
    kind = next((name for name in JOINED if name in values), None)
    if kind is None:
        return values
    parts = values[kind] if isinstance(values[kind], list) else [values[kind]]
    if not steps:
        changed = change(parts) or [{"match": {}}]
    else:
        place = int(steps[0])
        changed = [_at(each, steps[1:], change) if number == place else each for number, each in enumerate(parts)]
    return {**values, kind: changed[0] if kind == "not" else changed}


def _leaf(typed: Typed, path: str, kind: str) -> Values:
    """Return a condition that joins none; where one is joined to others by its kind being changed, as it was."""
    if not values_of(kind):
        return {"match": {}}
    held = {each.name: _read(each, typed.get(f"{path}.f.{each.name}", "")) for each in values_of(kind)}
    return {kind: {name: value for name, value in held.items() if value is not None}}


def _numbers(typed: Typed, path: str) -> list[int]:
    if path.count(".") >= DEEPEST:
        return []
    return [number for number in range(MOST_JOINED) if f"{path}.{number}.kind" in typed]


def _read(value: Value, typed: str) -> object:
    """Return the value that stands in a field, as text where it cannot be read: the rule's check says why."""
    text = typed.strip()
    if value.typed_as == "check":
        return True if text else None
    if not text:
        return None
    if value.typed_as not in {"number", "yaml"}:
        return text
    try:
        return YAML(typ="safe").load(text)
    except YAMLError:
        return text
