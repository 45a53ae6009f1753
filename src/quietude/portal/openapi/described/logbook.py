"""What the addresses of logbooks take and answer."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from quietude.portal.openapi.schemas import PART, many, things
from quietude.portal.openapi.shapes import HTML, JSON, OBJECT, TEXT, Operation

LOGBOOK: Mapping[str, tuple[Operation, ...]] = MappingProxyType(
    {
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
                answers={JSON: things(places=many(OBJECT))},
            ),
        ),
        "logbook:categories": (
            Operation(
                summary="Categories for what is typed, in the words of a logbook's service",
                query={"q": TEXT, "logbook": TEXT},
                answers={JSON: things(categories=many(OBJECT))},
            ),
        ),
        "logbook:suggestions": (
            Operation(
                method="post",
                summary="The likeliest categories for the text so far",
                form={"logbook": TEXT, "text": TEXT},
                answers={JSON: things(categories=many(OBJECT))},
            ),
        ),
        "logbook:moment": (
            Operation(
                summary="How a time that is typed is read; with `ahead`, a term",
                query={"q": TEXT, "ahead": TEXT},
                answers={JSON: things(said=TEXT, is_wrong={"type": "boolean"})},
            ),
        ),
        "logbook:point": (
            Operation(
                summary="The zones of a point of the map",
                query={"lon": TEXT, "lat": TEXT},
                answers={JSON: things(zones=many(TEXT))},
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
                answers={JSON: things(said=TEXT, label=TEXT, address=TEXT, next_key=TEXT)},
                refusals=frozenset({400}),
            ),
        ),
        "logbook:sync": (
            Operation(
                method="post",
                summary="Send entries that were written earlier; each is answered by itself",
                body=things(owner=TEXT, device_at=TEXT, entries=many(OBJECT)),
                answers={JSON: things(received_at=TEXT, answers=many(OBJECT))},
                refusals=frozenset({400, 409, 413, 415}),
            ),
        ),
    }
)
