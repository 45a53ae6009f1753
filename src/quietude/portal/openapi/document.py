"""The description itself: paths and rights from the URL configuration, the rest from `operations`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, SlugConverter

from quietude import __version__
from quietude.portal.accounts.access import Access
from quietude.portal.accounts.tokens import RIGHT_OF
from quietude.portal.openapi.operations import OPERATIONS
from quietude.portal.openapi.shapes import JSON, Operation, Schema
from quietude.portal.parameters import KEY_MAX
from quietude.portal.town import installation

REFUSAL = {"$ref": "#/components/schemas/Refusal"}
SAID = {
    304: "Not modified since the answer that If-None-Match names",
    400: "Something cannot be read",
    401: "Nobody is signed in",
    403: "The account or the token may not do this, or the form's token is missing",
    404: "Nothing there, or nothing that the account may see",
    409: "Others changed it meanwhile, or a step before it is missing",
    413: "More than the portal takes",
    415: "The body is not of the form that is asked for",
    503: "A part of the portal does not answer; nothing is lost",
}


@dataclass(frozen=True, slots=True)
class DataRoute:
    """One address that answers data."""

    name: str
    path: str
    """As OpenAPI writes it: "/explore/cards/{event_id}"."""
    parts: dict[str, Schema]
    """Schema of each part of the address."""
    access: Access
    scope: str | None
    """What a token must be for; None where it is the session that counts."""


def data_routes(resolver: URLResolver | None = None, start: str = "/", names: str = "") -> Iterator[DataRoute]:
    """Yield every address of the portal whose view declares that it answers data."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inside = f"{names}{entry.namespace}:" if entry.namespace else names
            yield from data_routes(entry, start + str(entry.pattern), inside)
        elif isinstance(entry, URLPattern):
            access: Access | None = getattr(entry.callback, "access", None)
            if access is not None and access.answers == "data":
                yield DataRoute(
                    f"{names}{entry.name}",
                    re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", start + str(entry.pattern)),
                    {name: _schema_of(converter) for name, converter in entry.pattern.converters.items()},
                    access,
                    getattr(entry.callback, "scope", None),
                )


def document() -> dict[str, Any]:
    """Return the description of every address of data.

    Raises:
        KeyError: an address of data is not in `operations.OPERATIONS`.
    """
    paths: dict[str, dict[str, Any]] = {}
    for route in sorted(data_routes(), key=lambda route: route.path):
        for operation in OPERATIONS[route.name]:
            paths.setdefault(route.path, {})[operation.method] = _described(route, operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Quiétude",
            "version": __version__,
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "paths": paths,
        "components": {
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": _cookie("session")},
                "form": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-CSRFToken",
                    "description": "the page's form token",
                },
                "token": {"type": "http", "scheme": "bearer", "description": f"scopes: {', '.join(RIGHT_OF)}"},
            },
            "schemas": {
                "Refusal": {
                    "type": "object",
                    "required": ["error"],
                    "properties": {"error": {"type": "string", "description": "what happened and what to do"}},
                }
            },
        },
    }


def _described(route: DataRoute, operation: Operation) -> dict[str, Any]:
    named = [
        {"name": name, "in": "path", "required": True, "schema": dict(operation.path.get(name, schema))}
        for name, schema in route.parts.items()
    ]
    asked = [
        {"name": name, "in": "query", "required": False, "schema": dict(schema)}
        for name, schema in operation.query.items()
    ]
    described: dict[str, Any] = {
        "operationId": f"{route.name}.{operation.method}".replace(":", "."),
        "summary": operation.summary,
        "x-right": route.access.right or "open to all",
        "security": _security(route, operation),
        "parameters": [*named, *asked],
        "responses": _responses(route, operation),
    }
    if operation.form:
        form = {"type": "object", "properties": {name: dict(schema) for name, schema in operation.form.items()}}
        described["requestBody"] = {"content": {"application/x-www-form-urlencoded": {"schema": form}}}
    if operation.body:
        described["requestBody"] = {"required": True, "content": {JSON: {"schema": dict(operation.body)}}}
    return described


def _security(route: DataRoute, operation: Operation) -> list[dict[str, list[str]]]:
    if route.scope is not None:
        return [{"token": []}]
    if route.access.right is None:
        return []
    return [{"session": [], "form": []}] if operation.method == "post" else [{"session": []}]


def _responses(route: DataRoute, operation: Operation) -> dict[str, Any]:
    content = {kind: {"schema": dict(schema)} if schema else {} for kind, schema in operation.answers.items()}
    refusals = {*operation.refusals, 400}  # of every address: a nought, a token in the address, a broken encoding
    refusals |= {413} if operation.method == "post" else {304}
    refusals |= set() if route.access.right is None else {401, 403}
    refused = {
        str(status): {"description": SAID[status]} | ({"content": {JSON: {"schema": REFUSAL}}} if status != 304 else {})
        for status in sorted(refusals)
    }
    if route.access.right is None:  # signs of life say which part fails, a provider is answered by its standard's words
        for status in refused.keys() & {"400", "503"}:
            refused[status] = {"description": SAID[int(status)], "content": {JSON: {}}}
    return {"200": {"description": "As asked", "content": content}, **refused}


def _schema_of(converter: Any) -> Schema:
    if isinstance(converter, IntConverter):
        return {"type": "integer", "minimum": 0, "maximum": KEY_MAX}
    if isinstance(converter, SlugConverter):
        return {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"}
    return {"type": "string", "minLength": 1}


def _cookie(name: str) -> str:
    return f"__Host-{name}" if installation().is_https else name
