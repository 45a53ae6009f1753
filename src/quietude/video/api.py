"""The door of `video`: authorisations of algorithmic video, and the gate. Other packages import from here only."""

from __future__ import annotations

from quietude.video.authorisation import (
    FIELDS,
    Alert,
    Authorisation,
    AuthorisationError,
    Refusal,
    event_labels,
    event_types,
    refusal_of,
)
from quietude.video.places import DrawnArea, PlaceError, Places, drawn_areas

__all__ = [
    "FIELDS",
    "Alert",
    "Authorisation",
    "AuthorisationError",
    "DrawnArea",
    "PlaceError",
    "Places",
    "Refusal",
    "drawn_areas",
    "event_labels",
    "event_types",
    "refusal_of",
]
