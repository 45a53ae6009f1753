"""What flows, alarms and situations take and answer."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from quietude.portal.openapi.schemas import EVENT, PART, many, things
from quietude.portal.openapi.shapes import COUNT, EVENTS, HTML, JSON, OBJECT, SWITCH, TEXT, Operation, Schema

TAKEN = things(accepted=COUNT, delivery={"type": ["integer", "null"]})
"""How many records were taken, and under which number; null where a message states no fact."""
VIEW: Mapping[str, Schema] = MappingProxyType(
    {
        "severity": {"type": "string", "enum": ["1", "2", "3", "4", "5"], "description": "from this one on"},
        "zone": {"type": "string", "description": "level:code"},
        "service": {"type": "string", "description": "code of a service: what is in its logbooks"},
        "wall": SWITCH,
    }
)
"""What a screen of the room asks for."""
BOARD = ("alarms", "log", "flows", "situations")
"""The parts of the room's board."""
METRES: Schema = {"type": "integer", "minimum": 50, "maximum": 5_000}
MINUTES: Schema = {"type": "integer", "minimum": 5, "maximum": 10_080}
TODAY: Mapping[str, tuple[Operation, ...]] = MappingProxyType(
    {
        "flows:records": (
            Operation(
                method="post",
                summary="Records of a source, as its manifest maps them; answered once they are on disk",
                body={"anyOf": [OBJECT, many(OBJECT)]},
                answers={JSON: TAKEN},
                refusals=frozenset({404, 415, 503}),
            ),
        ),
        "flows:webhook": (
            Operation(
                method="post",
                summary="A signed message of a source, as its manifest says; answered once its records are on disk",
                body={"anyOf": [OBJECT, many(OBJECT)]},
                answers={JSON: TAKEN},
                refusals=frozenset({401, 404, 409, 415, 503}),
            ),
        ),
        "alarms:part": (Operation(summary="The alarms of one tab", query={"show": TEXT}, answers={HTML: PART}),),
        "alarms:stream": (Operation(summary="That an alarm changed, as it happens", answers={EVENTS: EVENT}),),
        "situations:listed": (
            Operation(summary="The situations of one tab", query={"show": TEXT}, answers={HTML: PART}),
        ),
        "situations:part": (
            Operation(
                summary="What changes by itself of one situation's page",
                answers={HTML: PART},
                refusals=frozenset({404}),
            ),
        ),
        "saved_searches:stream": (
            Operation(
                summary="How much rang that was not looked at yet, as it happens",
                answers={EVENTS: things(event={"enum": ["news", "beat"]}, data=TEXT)},
            ),
        ),
        "room:stream": (
            Operation(
                summary="The parts of the room's board that the caller does not have, then those that change",
                query={**VIEW, "last": {"type": "string", "description": "as Last-Event-ID: what the caller has"}},
                answers={EVENTS: things(id=TEXT, event={"enum": [*BOARD, "beat"]}, data=TEXT)},
            ),
        ),
        "room:board": (
            Operation(
                summary="All parts of the room's board, once",
                query=VIEW,
                answers={
                    JSON: things(
                        known=TEXT, alarms=OBJECT, log=many(OBJECT), flows=many(OBJECT), situations=many(OBJECT)
                    )
                },
            ),
        ),
        "room:near": (
            Operation(
                summary="What else happened near an alarm and just before it, each with its reason",
                query={"radius": METRES, "minutes": MINUTES},
                answers={JSON: things(rows=many(OBJECT), radius=COUNT, minutes=COUNT, is_cut={"type": "boolean"})},
                refusals=frozenset({404}),
            ),
        ),
    }
)
