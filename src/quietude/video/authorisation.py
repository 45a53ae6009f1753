"""Which alerts of algorithmic video a dated authorisation allows: a pure question of time, place, camera and event.

Analysing images of the public road by algorithm is unlawful without a statute (Conseil d'État, 30 January 2026,
n° 506370; CSI L. 251-2). So nothing goes through the gate that no authorisation names, and the alert itself has no
field for a person, a plate, an incident or a situation: who makes those is an operator, by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files

from ruamel.yaml import YAML

from quietude.video.places import Places, Point


class AuthorisationError(ValueError):
    """An authorisation that cannot be: the message says what is wrong and what to do."""


class Refusal(StrEnum):
    """Why an alert is refused; the first that holds, in this order."""

    NO_AUTHORISATION = "video_no_authorisation"
    WRONG_EVENT = "video_wrong_event"
    WRONG_CAMERA = "video_wrong_camera"
    WRONG_TIME = "video_wrong_time"
    WRONG_PLACE = "video_wrong_place"
    WITHDRAWN = "video_withdrawn"


@dataclass(frozen=True, slots=True)
class Alert:
    """What an algorithm says it saw. Nothing here leads to a person: see the module."""

    event: str
    camera: str
    at: datetime
    zones: frozenset[str]
    """Zones that the camera's point lies in, as `level:code`."""
    point: Point | None = None
    """The camera's; None where none is known, which lies in no drawn area."""


FIELDS = tuple(field.name for field in fields(Alert))
"""All that an alert may say."""


@dataclass(frozen=True, slots=True)
class Authorisation:
    """What an act of the law allows: these events, on these cameras, in these places, from one moment to another."""

    legal_text: str
    places: Places
    cameras: frozenset[str]
    events: frozenset[str]
    since: datetime
    until: datetime
    """The first moment that is no longer allowed."""
    is_withdrawn: bool = False
    """One that was withdrawn allows nothing any more, not even what is said to have been seen before."""

    def __post_init__(self) -> None:
        """Refuse what no act can be.

        Raises:
            AuthorisationError: no text or camera, no time, or an event outside the closed list.
        """
        unknown = sorted(self.events - event_types())
        if unknown:
            known = ", ".join(sorted(event_types()))
            raise AuthorisationError(f"{unknown[0]!r} is none of the events that the law admits: {known}")
        if not self.events or not self.cameras or not self.legal_text.strip():
            raise AuthorisationError("an authorisation names its legal text, its cameras and its events")
        if self.since.tzinfo is None or self.until.tzinfo is None or self.until <= self.since:
            raise AuthorisationError(f"expected a beginning before the end, both with their time zone: {self.until}")

    def refuses(self, alert: Alert) -> Refusal | None:
        """Return why this authorisation does not allow an alert; None where it does."""
        if alert.event not in self.events:
            return Refusal.WRONG_EVENT
        if alert.camera not in self.cameras:
            return Refusal.WRONG_CAMERA
        if not self.since <= alert.at < self.until:
            return Refusal.WRONG_TIME
        if not self.places.hold(alert.zones, alert.point):
            return Refusal.WRONG_PLACE
        return Refusal.WITHDRAWN if self.is_withdrawn else None


NEAREST = tuple(Refusal)[::-1]
"""Of several authorisations, the one that an alert misses by least says why."""


def refusal_of(alert: Alert, authorisations: Iterable[Authorisation]) -> Refusal | None:
    """Return why an alert is refused, None where an authorisation allows it.

    An event outside the closed list is refused whatever is authorised.
    """
    if alert.event not in event_types():
        return Refusal.WRONG_EVENT
    reasons = [each.refuses(alert) for each in authorisations]
    if None in reasons:
        return None
    return next((reason for reason in NEAREST if reason in reasons), Refusal.NO_AUTHORISATION)


@cache
def event_labels() -> Mapping[str, Mapping[str, str]]:
    """Return the events that the law admits, with their names by language."""
    text = files("quietude.video").joinpath("events.yml").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = YAML(typ="safe").load(text)
    return found


def event_types() -> frozenset[str]:
    """Return the codes of the events that the law admits."""
    return frozenset(event_labels())
