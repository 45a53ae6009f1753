"""What the portal's own addresses, its doors and its registers take and answer."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from quietude.portal.openapi.schemas import FILE, PART, VALUE, many, things
from quietude.portal.openapi.shapes import COUNT, JSON, TEXT, Operation

OTHER: Mapping[str, tuple[Operation, ...]] = MappingProxyType(
    {
        "openapi": (
            Operation(summary="This description", answers={JSON: things(openapi=TEXT, paths={"type": "object"})}),
        ),
        "alive": (Operation(summary="Whether the process lives", answers={JSON: things(alive={"const": True})}),),
        "ready": (
            Operation(
                summary="Whether database and store answer",
                answers={JSON: things(**{part: {"type": "boolean"} for part in ("ready", "database", "store")})},
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
        "wizard:values_data": (
            Operation(
                summary="A draft's own words and the vocabulary they may mean",
                answers={
                    JSON: things(
                        revision=COUNT, values=many(VALUE), terms=many(things(code=TEXT, label=TEXT)), nothing=TEXT
                    )
                },
                refusals=frozenset({404, 409}),
            ),
            Operation(
                method="post",
                summary="Say what a draft's own words mean",
                body=things(revision=COUNT, decided={"type": "object", "additionalProperties": TEXT}),
                answers={JSON: things(revision=COUNT)},
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
