"""What each address of data takes and answers, by the name of its route; the rest is read from the views themselves."""

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
    EVENTS,
    GEOJSON,
    HTML,
    JSON,
    OBJECT,
    SCRIPT,
    SWITCH,
    TEXT,
    Operation,
    Schema,
)


def _many(schema: Schema) -> Schema:
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
        name: _many(known.get(plain, TEXT))
        if (plain := name.removeprefix(EXCLUDED)) in several
        else known.get(name, TEXT)
        for name in sorted(PARAMETERS)
    }


FILTER: Mapping[str, Schema] = MappingProxyType(
    _filter()
    | {"change": _many({"type": "string", "description": "a change of the question: verb:value"}), "add": _many(TEXT)}
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
    "properties": {"type": {"const": "FeatureCollection"}, "features": _many({"type": "object"})},
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


def _things(**properties: Schema) -> Schema:
    return {"type": "object", "required": sorted(properties), "properties": properties}


CELL: Schema = {"oneOf": [{"type": "null"}, _things(told={"enum": ["rounded", "small", "beside"]}, count=COUNT)]}
"""Facts that may only be counted, as they are told; null where there are none."""
COUNTS = _things(
    by={"type": "array", "items": TEXT},
    least=COUNT,
    listed=COUNT,
    counted=CELL,
    told={"type": "boolean"},
    rows={"type": "array", "items": _things(key={"type": "array"}, listed=COUNT, counted=CELL)},
)
EVENT = _things(id=TEXT, event={"enum": ["changed", "beat"]}, data=TEXT)
VALUE = _things(value=TEXT, code=TEXT)
"""One word of a source, and the code that was said of it; empty while nobody did."""

OPERATIONS: Mapping[str, tuple[Operation, ...]] = MappingProxyType(
    {
        "openapi": (
            Operation(summary="This description", answers={JSON: _things(openapi=TEXT, paths={"type": "object"})}),
        ),
        "alive": (Operation(summary="Whether the process lives", answers={JSON: _things(alive={"const": True})}),),
        "ready": (
            Operation(
                summary="Whether database and store answer",
                answers={JSON: _things(**{part: {"type": "boolean"} for part in ("ready", "database", "store")})},
                refusals=frozenset({503}),
            ),
        ),
        "oidc:ended": (
            Operation(
                method="post",
                summary="A notice of logout by the identity provider (OpenID Connect Back-Channel Logout 1.0)",
                form={"logout_token": TEXT},
                answers={"text/html; charset=utf-8": PART},
                refusals=frozenset({400, 404, 503}),
            ),
        ),
        "explore:answer": (
            Operation(
                summary="List, bars and counts of a selection; `problem` where the question cannot be read",
                query={**FILTER, **DISPLAY},
                answers={JSON: ANSWER},
                refusals=frozenset({503}),
            ),
        ),
        "explore:suggest": (
            Operation(
                summary="Ways to complete what is typed",
                query={"q": TEXT, "at": COUNT},
                answers={JSON: _things(suggestions=_many(SUGGESTION))},
            ),
        ),
        "explore:tile": (
            Operation(
                summary="One vector tile of the selection",
                query={**FILTER, "colour": DISPLAY["colour"], "state": TEXT},
                answers={"application/vnd.mapbox-vector-tile": BYTES},
                refusals=frozenset({400, 404}),
            ),
        ),
        "explore:hexes": (
            Operation(
                summary="Hexagons of a part of the map, with their counts",
                query={**FILTER, "view": BOX, "resolution": {"type": "integer", "minimum": 5, "maximum": 10}},
                answers={GEOJSON: FEATURES},
                refusals=frozenset({400, 404}),
            ),
        ),
        "explore:labels": (Operation(summary="Names of streets and places", answers={GEOJSON: FEATURES}),),
        "explore:zones": (
            Operation(
                summary="Outlines of one level of the town",
                path={"level": {"type": "string", "examples": ["district"]}},
                answers={GEOJSON: FEATURES},
                refusals=frozenset({404}),
            ),
        ),
        "explore:zone_table": (
            Operation(
                summary="Counts by zone, as a table",
                query={**FILTER, **DISPLAY},
                answers={HTML: PART},
                refusals=frozenset({400}),
            ),
        ),
        "explore:counts_data": (
            Operation(
                summary="Counts by one or two dimensions; small ones of facts that may only be counted are not told",
                query={**FILTER, "by": TEXT, "across": TEXT},
                answers={JSON: COUNTS},
                refusals=frozenset({400, 404}),
            ),
        ),
        "explore:card": (Operation(summary="The card of one fact", answers={HTML: PART}, refusals=frozenset({404})),),
        "explore:here": (
            Operation(
                summary="Facts of a part of the map or of one hexagon",
                query={**FILTER, "view": BOX, "cell": {"type": "string", "pattern": "^[0-9a-f]{15,16}$"}},
                answers={HTML: PART},
                refusals=frozenset({400, 404}),
            ),
        ),
        "explore:export": (
            Operation(
                summary="The selection as a file",
                path={"kind": {"type": "string", "enum": ["csv", "geojson", "parquet"]}},
                query={**FILTER, "bom": SWITCH},
                answers={
                    "text/csv; charset=utf-8": FILE,
                    GEOJSON: FEATURES,
                    "application/vnd.apache.parquet": BYTES,
                },
                refusals=frozenset({400, 404}),
            ),
        ),
        "explore:views": (
            Operation(summary="The menu of saved views", answers={HTML: PART}),
            Operation(
                method="post",
                summary="Keep a selection under a name",
                form={"name": NAME, "query": TEXT},
                answers={HTML: PART},
                refusals=frozenset({400}),
            ),
        ),
        "explore:view_rename": (
            Operation(
                method="post",
                summary="Give a view another name",
                form={"name": NAME},
                answers={HTML: PART},
                refusals=VIEW_REFUSALS,
            ),
        ),
        "explore:view_delete": (
            Operation(method="post", summary="Delete a view", answers={HTML: PART}, refusals=VIEW_REFUSALS),
        ),
        "explore:view_restore": (
            Operation(method="post", summary="Bring a view back", answers={HTML: PART}, refusals=VIEW_REFUSALS),
        ),
        "logbook:counts": (
            Operation(
                summary="The ready filters with their counts, as a part of a page",
                query={"show": TEXT, "logbook": TEXT, "zone": TEXT, "street": TEXT},
                answers={HTML: PART},
            ),
        ),
        "logbook:places": (
            Operation(
                summary="The likeliest places for what is typed",
                query={"q": TEXT},
                answers={JSON: _things(places=_many(OBJECT))},
            ),
        ),
        "logbook:categories": (
            Operation(
                summary="Categories for what is typed, in the words of a logbook's service",
                query={"q": TEXT, "logbook": TEXT},
                answers={JSON: _things(categories=_many(OBJECT))},
            ),
        ),
        "logbook:suggestions": (
            Operation(
                method="post",
                summary="The likeliest categories for the text so far",
                form={"logbook": TEXT, "text": TEXT},
                answers={JSON: _things(categories=_many(OBJECT))},
            ),
        ),
        "logbook:moment": (
            Operation(
                summary="How a time that is typed is read; with `ahead`, a term",
                query={"q": TEXT, "ahead": TEXT},
                answers={JSON: _things(said=TEXT, is_wrong={"type": "boolean"})},
            ),
        ),
        "logbook:point": (
            Operation(
                summary="The zones of a point of the map",
                query={"lon": TEXT, "lat": TEXT},
                answers={JSON: _things(zones=_many(TEXT))},
                refusals=frozenset({400}),
            ),
        ),
        "logbook:last": (
            Operation(
                summary="The last entries of a logbook, as a part of a page",
                query={"logbook": TEXT, "kind": TEXT},
                answers={HTML: PART},
            ),
        ),
        "logbook:save": (
            Operation(
                method="post",
                summary="Write an entry without leaving the form",
                form={"logbook": TEXT, "key": TEXT, "when": TEXT, "category": TEXT, "text": TEXT},
                answers={JSON: _things(said=TEXT, label=TEXT, address=TEXT, next_key=TEXT)},
                refusals=frozenset({400}),
            ),
        ),
        "logbook:sync": (
            Operation(
                method="post",
                summary="Send entries that were written earlier; each is answered by itself",
                body=_things(owner=TEXT, device_at=TEXT, entries=_many(OBJECT)),
                answers={JSON: _things(received_at=TEXT, answers=_many(OBJECT))},
                refusals=frozenset({400, 409, 413, 415}),
            ),
        ),
        "offline:worker": (Operation(summary="The worker of the pages without network", answers={SCRIPT: TEXT}),),
        "offline:manifest": (
            Operation(summary="What the installed portal is called", answers={"application/manifest+json": OBJECT}),
        ),
        "offline:key": (
            Operation(
                summary="The key that opens what an account left on one device, and a form token",
                query={"device": {"type": "string", "format": "uuid"}},
                answers={JSON: _things(account=COUNT, key=TEXT, token=TEXT)},
                refusals=frozenset({400}),
            ),
        ),
        "offline:kept": (
            Operation(
                summary="What a device keeps for work without network",
                answers={JSON: _things(account=COUNT, until=TEXT, addresses=_many(TEXT), parts=_many(OBJECT))},
            ),
        ),
        "offline:words": (
            Operation(
                summary="Every category that a logbook takes",
                query={"logbook": TEXT},
                answers={JSON: _things(timezone=TEXT, categories=_many(OBJECT))},
                refusals=frozenset({404}),
            ),
        ),
        "offline:places": (
            Operation(summary="Names of streets and places", answers={JSON: _things(names=_many(TEXT))}),
        ),
        "flows:records": (
            Operation(
                method="post",
                summary="Records of a source, as its manifest maps them; answered once they are on disk",
                body={"anyOf": [OBJECT, _many(OBJECT)]},
                answers={JSON: _things(accepted=COUNT, delivery=COUNT)},
                refusals=frozenset({404, 415, 503}),
            ),
        ),
        "alarms:part": (Operation(summary="The alarms of one tab", query={"show": TEXT}, answers={HTML: PART}),),
        "alarms:stream": (Operation(summary="That an alarm changed, as it happens", answers={EVENTS: EVENT}),),
        "wizard:values_data": (
            Operation(
                summary="A draft's own words and the vocabulary they may mean",
                answers={
                    JSON: _things(
                        revision=COUNT, values=_many(VALUE), terms=_many(_things(code=TEXT, label=TEXT)), nothing=TEXT
                    )
                },
                refusals=frozenset({404, 409}),
            ),
            Operation(
                method="post",
                summary="Say what a draft's own words mean",
                body=_things(revision=COUNT, decided={"type": "object", "additionalProperties": TEXT}),
                answers={JSON: _things(revision=COUNT)},
                refusals=frozenset({404, 409}),
            ),
        ),
        "protection:register_file": (
            Operation(
                summary="The register of processing as a file",
                path={"form": {"type": "string", "enum": ["csv", "md"]}},
                answers={"text/csv; charset=utf-8": FILE, "text/markdown; charset=utf-8": FILE},
                refusals=frozenset({404}),
            ),
        ),
        "protection:notice": (
            Operation(
                summary="The notice of one processing",
                answers={"text/markdown; charset=utf-8": FILE},
                refusals=frozenset({404}),
            ),
        ),
        "protection:assessment": (
            Operation(
                summary="The draft of the impact assessment, for the CNIL's tool",
                answers={"application/json; charset=utf-8": {"type": "object"}},
            ),
        ),
    }
)
