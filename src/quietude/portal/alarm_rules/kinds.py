"""What the form knows of conditions: one line a kind, one line a value. The rest is read from the rule's own model."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from quietude.alarms.api import Condition

Said = str | Promise

KINDS: Mapping[str, Said] = MappingProxyType(
    {
        "match": _("A fact is there"),
        "count": _("So many facts within a time"),
        "sequence": _("One fact, then another"),
        "silence": _("Nothing comes for a while"),
        "level": _("A measured value passes a level"),
        "departure": _("More facts than these hours let expect"),
        "entering": _("Something comes into a place"),
    }
)
"""Kinds of condition, in the order in which the form offers them; one that is not named here is offered by its key."""
JOINED: Mapping[str, Said] = MappingProxyType(
    {"all": _("All of these hold"), "any": _("One of these holds"), "not": _("This does not hold")}
)
"""What joins conditions."""
VALUES: Mapping[str, tuple[Said, str]] = MappingProxyType(
    {
        "scope": (_("Which of the rule's facts"), "scope"),
        "first": (_("Which facts come first"), "scope"),
        "then": (_("Which facts follow"), "scope"),
        "at_least": (_("At least how many"), "number"),
        "within": (_("Within"), "length"),
        "holds": (_("How long it stands"), "length"),
        "lasts": (_("For how long"), "length"),
        "series": (_("Which series: source/sensor/quantity"), "text"),
        "gap": (_("How long a value holds without another one"), "length"),
        "above": (_("Above"), "number"),
        "until_below": (_("Until below"), "number"),
        "below": (_("Below"), "number"),
        "until_above": (_("Until above"), "number"),
        "window": (_("Within"), "length"),
    }
)
"""Values of conditions with their label and the way they are typed; others are typed as what they are."""
LENGTHS = ("PT10M", "PT30M", "PT1H", "PT2H", "PT6H", "PT12H", "P1D", "P7D")
"""Lengths that the form proposes."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a kind of condition."""

    name: str
    label: Said
    typed_as: str
    """scope, number, length, check, choice, text, or yaml for what has parts of its own."""
    is_needed: bool
    choices: tuple[str, ...] = ()


def kinds() -> dict[str, Said]:
    """Return every kind of condition that a rule may state, those that join others last."""
    own = {**KINDS, **{name: name for name in _leaves() if name not in KINDS}}
    return {**{name: label for name, label in own.items() if name in _leaves()}, **JOINED}


def values_of(kind: str) -> tuple[Value, ...]:
    """Return the values of a kind of condition, in the order of the model; none of what joins others."""
    model = _leaves().get(kind)
    if model is None:
        return ()
    return tuple(_value(name, info.annotation, info.is_required()) for name, info in model.model_fields.items())


def _leaves() -> dict[str, type[BaseModel]]:
    found = {}
    for name, info in Condition.model_fields.items():
        model = _model(info.annotation)
        if model is not None and model is not Condition:
            found[info.alias or name] = model
    return found


def _value(name: str, annotation: object, is_needed: bool) -> Value:  # what pydantic says of it
    plain = _without_none(annotation)
    if name in VALUES:
        return Value(name, VALUES[name][0], VALUES[name][1], is_needed)
    label = name.replace("_", " ")
    if typing.get_origin(plain) is typing.Literal:
        return Value(name, label, "choice", is_needed, tuple(map(str, typing.get_args(plain))))
    typed = {int: "number", float: "number", bool: "check", str: "text"}.get(plain, "yaml")  # type: ignore[call-overload]
    return Value(name, label, str(typed), is_needed)


def _without_none(annotation: object) -> object:
    if typing.get_origin(annotation) in {types.UnionType, typing.Union}:
        inner = [each for each in typing.get_args(annotation) if each is not type(None)]
        return _without_none(inner[0]) if len(inner) == 1 else annotation
    return _without_none(typing.get_args(annotation)[0]) if hasattr(annotation, "__metadata__") else annotation


def _model(annotation: object) -> type[BaseModel] | None:
    plain = _without_none(annotation)
    return plain if isinstance(plain, type) and issubclass(plain, BaseModel) else None
