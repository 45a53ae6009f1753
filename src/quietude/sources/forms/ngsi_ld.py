"""Notifications of NGSI-LD context brokers: each entity is one record of flat columns, whatever its representation.

Source: ETSI GS CIM 009 v1.8.1, 4.5 (representations: normalised, concise, simplified "key-values") and 5.3.1
(Notification).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from quietude.sources.forms.problem import FormError

NULL = "urn:ngsi-ld:null"
"""What stands for a value that was deleted."""
VALUES = ("value", "object", "languageMap", "vocab", "valueList", "objectList", "json")
"""Keys that hold the value of an attribute, one for each kind."""
SHAPES = frozenset(
    {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"}
)


def read_notification(body: bytes) -> list[dict[str, Any]]:
    """Return a record for each entity of a notification.

    Columns: `id`, `type`; `<attribute>.value`, `<attribute>.observedAt`, `<attribute>.unitCode`; a point's
    `<attribute>.lon` and `.lat`; the first two are the same in all three representations. An attribute that comes
    several times has its `datasetId` in its column names. `_notified_at` and `_subscription` are of the notification.

    Raises:
        FormError: the text is no notification; the message says where and what was expected.
    """
    try:
        document: Any = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise FormError(f"line {error.lineno}, column {error.colno}: not JSON: {error.msg}") from error
    if not isinstance(document, dict) or document.get("type") != "Notification":
        found = document.get("type") if isinstance(document, dict) else type(document).__name__
        raise FormError(f"type: {found!r}: expected an NGSI-LD notification, type 'Notification' with a list 'data'")
    entities = document.get("data")
    if not isinstance(entities, list) or not entities:
        raise FormError("data: expected a list of entities (not GeoJSON): set the subscription's accept to JSON")
    own = {"_notified_at": document.get("notifiedAt"), "_subscription": document.get("subscriptionId")}
    records = []
    for place, entity in enumerate(entities):
        if not isinstance(entity, dict) or not isinstance(entity.get("id"), str):
            raise FormError(f"data[{place}].id: missing: an entity is an object with an id")
        records.append(dict(_columns(entity)) | {name: value for name, value in own.items() if value is not None})
    return records


def _columns(entity: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in entity.items():
        if name in {"id", "createdAt", "modifiedAt", "deletedAt", "expiresAt"}:
            yield name, value
        elif name in {"type", "scope"}:
            yield name, " ".join(map(_short, value)) if isinstance(value, list) else _short(str(value))
        elif name != "@context":
            yield from _attribute(_short(name), value)


def _attribute(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    several = isinstance(value, list) and value and all(isinstance(each, dict) and _is_told(each) for each in value)
    for each in value if several else [value]:
        held = dict(each) if isinstance(each, dict) and _is_told(each) else {"value": each}
        dataset = held.pop("datasetId", None) if several else None
        path = f"{name}.{dataset}" if dataset is not None else name
        for key, part in held.items():
            if key in VALUES:
                yield from _value(path, key, part)
            elif key == "type":
                continue
            elif isinstance(part, dict) and _is_told(part):
                yield from _attribute(f"{path}.{_short(key)}", part)
            else:
                yield f"{path}.{_short(key)}", part


def _is_told(part: Mapping[str, Any]) -> bool:
    """Tell whether an object is an attribute that states its value, and not a value that is an object itself."""
    return any(key in part for key in VALUES)


def _value(path: str, key: str, value: Any) -> Iterator[tuple[str, Any]]:
    if value in (None, NULL):
        return
    if isinstance(value, dict) and value.get("type") in SHAPES:
        yield from _shape(path, value)
    elif isinstance(value, dict):
        for name, part in value.items():
            yield f"{path}.{_short(name)}" if key == "languageMap" else f"{path}.{key}.{_short(name)}", part
    else:
        yield f"{path}.{key}", value


def _shape(path: str, value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    coordinates = value.get("coordinates")
    if value["type"] == "Point" and isinstance(coordinates, list) and len(coordinates) >= 2:  # lon, lat
        yield f"{path}.lon", coordinates[0]
        yield f"{path}.lat", coordinates[1]
    else:
        yield f"{path}.value", orjson.dumps(value).decode()


def _short(name: str) -> str:
    """Return the last part of a name that was expanded to an address (no @context), and any other as it is."""
    return name.replace("#", "/").rsplit("/", 1)[-1] if name.startswith(("http://", "https://")) else name
