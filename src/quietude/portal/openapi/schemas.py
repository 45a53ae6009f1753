"""Shapes that the descriptions of several addresses share."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from quietude.model.event import SEVERITIES
from quietude.model.filter.url import CHOICES, EXCLUDED, PARAMETERS
from quietude.portal.explore.paging import Order
from quietude.portal.explore.selection import Colour, Measure, Mode
from quietude.portal.openapi.shapes import (
    BOX,
    COUNT,
    SWITCH,
    TEXT,
    Schema,
)


def many(schema: Schema) -> Schema:
    """Return the schema of a list of what one describes."""
    return {"type": "array", "items": schema}


def _filter() -> dict[str, Schema]:
    known: dict[str, Schema] = {
        "day": {"type": "string", "enum": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]},
        "since": {"type": "string", "examples": ["2026-05-01"], "description": "a day, or an instant with its offset"},
        "until": {"type": "string", "examples": ["2026-06-01"], "description": "as since; excluded"},
        "severity-from": {"type": "string", "enum": [str(severity) for severity in SEVERITIES]},
        "severity-to": {"type": "string", "enum": [str(severity) for severity in SEVERITIES]},
        "located": {"type": "string", "enum": ["yes", "no"]},
        "box": BOX,
        "zone": {"type": "string", "description": "level:code"},
        "id": {"type": "string", "description": "public name of a fact"},
    }
    several = {"day", "hour", "zone", "id", "q", *CHOICES}
    return {
        name: many(known.get(plain, TEXT))
        if (plain := name.removeprefix(EXCLUDED)) in several
        else known.get(name, TEXT)
        for name in sorted(PARAMETERS)
    }


FILTER: Mapping[str, Schema] = MappingProxyType(
    _filter()
    | {"change": many({"type": "string", "description": "a change of the question: verb:value"}), "add": many(TEXT)}
)
"""The question: the URL form of docs/filter.md, and changes to it."""
DISPLAY: Mapping[str, Schema] = MappingProxyType(
    {
        "map": {"type": "string", "enum": [*Mode]},
        "level": TEXT,
        "measure": {"type": "string", "enum": [*Measure]},
        "colour": {"type": "string", "enum": [*Colour]},
        "sort": {"type": "string", "enum": [*Order]},
        "page": COUNT,
        "at": TEXT,
        "stack": SWITCH,
    }
)
FEATURES: Schema = {
    "type": "object",
    "required": ["type", "features"],
    "properties": {"type": {"const": "FeatureCollection"}, "features": many({"type": "object"})},
}
ANSWER: Schema = {
    "anyOf": [
        {
            "type": "object",
            "required": ["problem"],
            "properties": {
                "problem": {"type": "object", "required": ["message"], "properties": {"message": TEXT}},
            },
        },
        {"type": "object", "required": ["query", "total", "rows"], "properties": {"query": TEXT, "total": COUNT}},
    ]
}
SUGGESTION: Schema = {
    "type": "object",
    "required": ["text", "label", "kind", "icon", "open"],
    "properties": {"text": TEXT, "label": TEXT, "kind": TEXT, "icon": TEXT, "open": {"type": "boolean"}},
}
PART: Schema = {"type": "string", "contentMediaType": "text/html"}
"""A part of a page."""
FILE: Schema = {"type": "string"}
BYTES: Schema = {}
"""Bytes of no text form, as OpenAPI 3.1 says it: no schema."""
NAME: Schema = {"type": "string", "maxLength": 80}
VIEW_REFUSALS = frozenset({400, 404})


def things(**properties: Schema) -> Schema:
    """Return the schema of an object that has each of the properties."""
    return {"type": "object", "required": sorted(properties), "properties": properties}


_WAY = things(label=TEXT, address=TEXT, count=COUNT)
_PIECES = many(things(text=TEXT, hit={"type": "boolean"}))
FOUND = things(
    count=COUNT,
    whole={"type": "boolean", "description": "false while the index is being built: more will be found"},
    page=COUNT,
    facts=many(
        things(
            id=TEXT,
            title=TEXT,
            occurred_from=TEXT,
            excerpt=_PIECES,
            marks={
                "type": "object",
                "description": "title and place with the found words marked, where there are any",
                "properties": {"title": _PIECES, "place": _PIECES},
            },
            distance_m={
                "oneOf": [{"type": "null"}, COUNT],
                "description": "metres from the place that was asked for; null without one, or where the fact has none",
            },
        )
    ),
    documents={
        "oneOf": [
            {"type": "null"},
            things(
                count=COUNT,
                rows=many(
                    things(
                        **{"page": {"oneOf": [{"type": "null"}, COUNT]}, "class": TEXT},
                        key=COUNT,
                        title=TEXT,
                        day=TEXT,
                        address=TEXT,
                        excerpt=many(things(text=TEXT, hit={"type": "boolean"})),
                    )
                ),
                facets=many(things(title=TEXT, values=many(_WAY))),
            ),
        ],
        "description": "null where documents are not looked for, or may not be seen",
    },
    kinds={**many(_WAY), "description": "what is found in all, of facts, of entries of logbooks, of documents"},
    facets=many(things(title=TEXT, values=many(_WAY))),
    notes=many(TEXT),
    without={**many(_WAY), "description": "where nothing is found: what would be, without one of the conditions"},
    meant={"oneOf": [{"type": "null"}, _WAY]},
)
"""What a search finds."""
CELL: Schema = {"oneOf": [{"type": "null"}, things(told={"enum": ["rounded", "small", "beside"]}, count=COUNT)]}
"""Facts that may only be counted, as they are told; null where there are none."""
COUNTS = things(
    by={"type": "array", "items": TEXT},
    least=COUNT,
    listed=COUNT,
    counted=CELL,
    told={"type": "boolean"},
    rows={"type": "array", "items": things(key={"type": "array"}, listed=COUNT, counted=CELL)},
)
EVENT = things(id=TEXT, event={"enum": ["changed", "beat"]}, data=TEXT)
VALUE = things(value=TEXT, code=TEXT)
"""One word of a source, and the code that was said of it; empty while nobody did."""
