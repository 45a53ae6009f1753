"""A rule's text from the values of the form: what did not change stays as it was written, comments and order too."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.http import QueryDict
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from quietude.alarms.api import Rule
from quietude.portal.alarm_rules.tree import ROOT, Values, condition_of
from quietude.sources.api import ManifestError, plain, yaml_of

KEYS = ("title", "instruction", "scope", "by", "when", "calendar", "lateness", "severity", "latching")
"""Keys of a rule that the form holds; what else stands in a text stays there."""
WIDTH = 120
LONG = 90
"""Characters of a mapping that still stands on one line."""
NOWHERE = Path("rule.yml")


def values_typed(typed: QueryDict | Mapping[str, str], days: list[str]) -> Values:
    """Return the rule that stands in a form's fields; what is left empty is not stated."""

    def said(name: str) -> str:
        return typed.get(name, "").strip()

    values: Values = {"title": {"fr": said("title_fr"), "en": said("title_en")}}
    if said("instruction_fr") or said("instruction_en"):
        values["instruction"] = {"fr": said("instruction_fr"), "en": said("instruction_en")}
    if said("scope"):
        values["scope"] = said("scope")
    values["by"] = said("by") or "town"
    values["when"] = condition_of({name: str(typed[name]) for name in typed if name.startswith(f"{ROOT}.")})
    calendar: Values = {}
    if days:
        calendar["days"] = days
    if said("hours"):
        calendar["hours"] = said("hours")
    if calendar:
        values["calendar"] = calendar
    if said("lateness"):
        values["lateness"] = said("lateness")
    level = said("severity")
    values["severity"] = int(level) if level.isdecimal() else level
    if said("latching"):
        values["latching"] = True
    return values


def written(values: Values, former: str) -> str:
    """Return the text of a rule: the former one with what changed; a former text that is no YAML counts for nothing."""
    document = _document(former)
    for key in KEYS:
        if key not in values:
            if plain(document.get(key, _default(key))) != _default(key):
                del document[key]
        elif key not in document:
            if values[key] != _default(key):
                document[key] = _node(values[key])
        elif plain(document[key]) != values[key]:
            document[key] = _node(values[key])
    out = io.StringIO()
    _yaml().dump(document, out)
    return out.getvalue()


def values_in(text: str) -> Values:
    """Return the values that a text states.

    Raises:
        ManifestError: it is not YAML, or states no keys.
    """
    document, _ = yaml_of(text, NOWHERE)
    found: Values = plain(document)
    return found


def _document(text: str) -> CommentedMap:
    try:
        yaml_of(text, NOWHERE)
    except ManifestError:
        return CommentedMap()
    document: CommentedMap = _yaml().load(text)
    return document


def _yaml() -> YAML:
    keeping = YAML(typ="rt")
    keeping.width = WIDTH
    keeping.preserve_quotes = True
    keeping.allow_unicode = True
    return keeping


def _default(key: str) -> Any:
    info = Rule.model_fields[key]
    return None if info.is_required() else info.default


def _node(value: Any) -> Any:
    """Return a value as the file writes it: short mappings and lists on one line."""
    if isinstance(value, dict):
        mapping = CommentedMap({name: _node(inner) for name, inner in value.items()})
        if len(str(value)) <= LONG:
            mapping.fa.set_flow_style()
        return mapping
    if isinstance(value, list):
        sequence = CommentedSeq([_node(inner) for inner in value])
        if len(str(value)) <= LONG:
            sequence.fa.set_flow_style()
        return sequence
    return value
