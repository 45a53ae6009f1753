"""The board of the room: its parts as one reader sees them, each with a digest, made once for all equal screens."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.utils import translation

from quietude.model.viewer import Viewer
from quietude.portal.room import alarms, flows, log, situations
from quietude.portal.room.asking import Asked


@dataclass(frozen=True, slots=True)
class Key:
    """What a board depends on: screens with equal keys are sent the same bytes."""

    viewer: Viewer
    asked: Asked
    language: str
    sees_situations: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a board."""

    content: bytes
    """JSON."""
    digest: str


Board = Mapping[str, Part]


def board_of(key: Key, now: datetime) -> Board:
    """Return the board at a moment.

    Raises:
        StoreError, DatabaseError: what it is made of cannot be read.
    """
    with translation.override(key.language):
        found = alarms.lines(key.viewer, key.asked, now, key.language)
        parts: dict[str, Any] = {
            "alarms": found,
            "log": log.lines(key.viewer, key.asked, now, key.language, sees_situations=key.sees_situations),
            "flows": flows.lines(now, key.language),
            "situations": situations.lines(key.asked, now, key.language) if key.sees_situations else [],
        }
        return {name: _part(content) for name, content in parts.items()}


def _part(content: Any) -> Part:
    body = orjson.dumps(content)
    return Part(body, hashlib.sha256(body).hexdigest()[:12])
