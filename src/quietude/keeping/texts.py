"""The sentences of generated documents, in two languages, kept as data (`texts.yml`)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML


@cache
def _texts() -> Mapping[str, Any]:
    text = files("quietude.keeping").joinpath("texts.yml").read_text(encoding="utf-8")
    document: Mapping[str, Any] = YAML(typ="safe", pure=True).load(text)
    return document


def say(name: str, language: str, **values: object) -> str:
    """Return a sentence by its name ("columns.title" for one inside a group), its braces filled.

    Raises:
        KeyError: there is no such sentence, or a brace has no value.
    """
    found: Any = _texts()
    for part in name.split("."):
        found = found[part]
    text: str = found["en" if language.startswith("en") else "fr"]
    return text.format_map(values) if values else text


def names_of(group: str) -> tuple[str, ...]:
    """Return the names of the sentences in a group, in order."""
    return tuple(_texts()[group])
