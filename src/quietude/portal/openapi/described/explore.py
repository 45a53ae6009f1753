"""What the addresses of Explore take and answer."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from quietude.portal.openapi.schemas import (
    ANSWER,
    BYTES,
    COUNTS,
    DISPLAY,
    FEATURES,
    FILE,
    FILTER,
    FOUND,
    NAME,
    PART,
    SUGGESTION,
    VIEW_REFUSALS,
    many,
    things,
)
from quietude.portal.openapi.shapes import BOX, COUNT, GEOJSON, HTML, JSON, SWITCH, TEXT, Operation

EXPLORE: Mapping[str, tuple[Operation, ...]] = MappingProxyType(
    {
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
                answers={JSON: things(suggestions=many(SUGGESTION))},
            ),
        ),
        "search:suggest": (
            Operation(
                summary="What may complete the text in the search box: words of facts that the reader may read, "
                "conditions, streets, pages",
                query={"q": TEXT},
                answers={
                    JSON: things(
                        suggestions=many({**SUGGESTION, "properties": {**SUGGESTION["properties"], "address": TEXT}}),
                        whole={"type": "boolean", "description": "false while words are gathered: ask again"},
                    )
                },
            ),
        ),
        "search:answer": (
            Operation(
                summary="Facts found by words, best first, with excerpts, facets, and what to drop where none is",
                query={
                    **FILTER,
                    "q": TEXT,
                    "page": COUNT,
                    "what": TEXT,
                    "doc_class": TEXT,
                    "doc_tag": TEXT,
                    "doc_service": TEXT,
                    "from": TEXT,
                },
                answers={JSON: FOUND},
                refusals=frozenset({400, 503}),
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
    }
)
