"""What the addresses of work without network take and answer."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from quietude.portal.openapi.schemas import many, things
from quietude.portal.openapi.shapes import COUNT, JSON, OBJECT, SCRIPT, TEXT, Operation

OFFLINE: Mapping[str, tuple[Operation, ...]] = MappingProxyType(
    {
        "offline:worker": (Operation(summary="The worker of the pages without network", answers={SCRIPT: TEXT}),),
        "offline:manifest": (
            Operation(summary="What the installed portal is called", answers={"application/manifest+json": OBJECT}),
        ),
        "offline:key": (
            Operation(
                summary="The key that opens what an account left on one device, and a form token",
                query={"device": {"type": "string", "format": "uuid"}},
                answers={JSON: things(account=COUNT, key=TEXT, token=TEXT)},
                refusals=frozenset({400}),
            ),
        ),
        "offline:kept": (
            Operation(
                summary="What a device keeps for work without network",
                answers={JSON: things(account=COUNT, until=TEXT, addresses=many(TEXT), parts=many(OBJECT))},
            ),
        ),
        "offline:words": (
            Operation(
                summary="Every category that a logbook takes",
                query={"logbook": TEXT},
                answers={JSON: things(timezone=TEXT, categories=many(OBJECT))},
                refusals=frozenset({404}),
            ),
        ),
        "offline:places": (Operation(summary="Names of streets and places", answers={JSON: things(names=many(TEXT))}),),
    }
)
