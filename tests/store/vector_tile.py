"""Reads a Mapbox vector tile of points, by the specification (version 2.1), for tests."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any


def fields(data: bytes) -> Iterator[tuple[int, Any]]:
    """Yield the fields of a protocol buffer message: number and value (bytes, or an integer)."""
    position = 0
    while position < len(data):
        tag, position = _varint(data, position)
        number, kind = tag >> 3, tag & 7
        if kind == 0:
            value, position = _varint(data, position)
            yield number, value
        elif kind == 2:
            length, position = _varint(data, position)
            yield number, data[position : position + length]
            position += length
        else:
            width = {1: 8, 5: 4}[kind]
            yield number, data[position : position + width]
            position += width


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[position]
        value |= (byte & 0x7F) << shift
        position += 1
        if byte < 0x80:
            return value, position
        shift += 7


def _value(data: bytes) -> Any:
    ((number, value),) = fields(data)
    if number == 1:
        return value.decode()
    if number in {2, 3}:
        return struct.unpack("<f" if number == 2 else "<d", value)[0]
    return value if number in {4, 5} else (value >> 1) ^ -(value & 1)


def _packed(data: bytes) -> list[int]:
    position, values = 0, []
    while position < len(data):
        value, position = _varint(data, position)
        values.append(value)
    return values


def points(tile: bytes) -> list[dict[str, Any]]:
    """Return the points of the tile's only layer: x, y and properties; [] for no bytes."""
    if not tile:
        return []
    ((_, layer),) = fields(tile)
    keys: list[str] = []
    values: list[Any] = []
    features: list[bytes] = []
    for number, value in fields(layer):
        if number == 2:
            features.append(value)
        elif number == 3:
            keys.append(value.decode())
        elif number == 4:
            values.append(_value(value))
    found = []
    for feature in features:
        parts = dict(fields(feature))
        tags = _packed(parts[2])
        command, x, y = _packed(parts[4])
        assert command == 9, "a single point: one MoveTo"
        properties = {keys[key]: values[value] for key, value in zip(tags[::2], tags[1::2], strict=True)}
        found.append({"x": (x >> 1) ^ -(x & 1), "y": (y >> 1) ^ -(y & 1), **properties})
    return found
