"""The shape of an operation's description, and the schemas that many share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Schema = Mapping[str, Any]
JSON = "application/json"
SCRIPT = "text/javascript; charset=utf-8"
HTML = "text/html; charset=utf-8"
GEOJSON = "application/geo+json"
EVENTS = "text/event-stream; charset=utf-8"
TEXT: Schema = {"type": "string"}
OBJECT: Schema = {"type": "object"}
COUNT: Schema = {"type": "integer", "minimum": 0}
SWITCH: Schema = {"type": "string", "enum": ["0", "1"]}
BOX: Schema = {
    "type": "string",
    "examples": ["5.36,43.28,5.44,43.32"],
    "description": "west,south,east,north in degrees",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One address of data, asked by one method."""

    summary: str
    method: str = "get"
    query: Mapping[str, Schema] = field(default_factory=dict)
    form: Mapping[str, Schema] = field(default_factory=dict)
    """Fields of the form that a POST carries."""
    body: Schema = field(default_factory=dict)
    """What a POST carries as JSON, where it is no form."""
    path: Mapping[str, Schema] = field(default_factory=dict)
    """What parts of the address mean, beyond the type that the route gives them."""
    answers: Mapping[str, Schema] = field(default_factory=dict)
    """Media type of a good answer to its schema."""
    refusals: frozenset[int] = frozenset()
    """Statuses of refusals beyond those of every address: 401, 403."""
