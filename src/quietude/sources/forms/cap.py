"""Alerts of the Common Alerting Protocol, read and judged.

Source: OASIS, Common Alerting Protocol 1.2 (1 July 2010), 3.2 and its schema. Version 1.1 differs in nothing read here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import shapely
from shapely import affinity

from quietude.sources.forms.problem import FormError
from quietude.sources.forms.xml_tree import Node, XmlError, read_xml

SPACES = ("urn:oasis:names:tc:emergency:cap:1.2", "urn:oasis:names:tc:emergency:cap:1.1")
STATES = ("Actual", "Exercise", "System", "Test", "Draft")
KINDS = ("Alert", "Update", "Cancel", "Ack", "Error")
ABOUT_OTHERS = ("Update", "Cancel")
"""Kinds that say which messages they are about."""
WORDS = {
    "category": (
        "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other",
    ),
    "responseType": (
        "Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None",
    ),
    "urgency": ("Immediate", "Expected", "Future", "Past", "Unknown"),
    "severity": ("Extreme", "Severe", "Moderate", "Minor", "Unknown"),
    "certainty": ("Observed", "Likely", "Very Likely", "Possible", "Unlikely", "Unknown"),
}  # fmt: skip
"""The words of an `info`; "Very Likely" is of version 1.0 and still sent."""
NEEDED = ("category", "event", "urgency", "severity", "certainty")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
BARRED = re.compile(r"[\s,<&]")
LONGEST_NAME = 255
CORNERS = 4  # of a polygon, at least, the first one again at the end
TEXTS = ("event", "urgency", "severity", "certainty", "senderName", "headline", "description", "instruction", "web")
DEGREE_KM = 111.2  # of latitude
LEAST_KM = 0.001  # a circle of radius 0 is a point, drawn as one metre
EARTH_KM = 20_038  # half the equator: no circle is wider


@dataclass(frozen=True, slots=True, kw_only=True)
class CapAlert:
    """One message of a chain: Alert, Update or Cancel."""

    name: str
    """`sender,identifier,sent` with the time in UTC: how other messages refer to it."""
    kind: str
    sent_at: datetime
    about: tuple[str, ...]
    """Names of the messages it updates or cancels."""
    expires_at: datetime | None
    record: dict[str, Any]
    """Its columns; those of its chain come besides."""


def read_cap(body: bytes, *, language: str) -> list[CapAlert]:
    """Return the alert of a text; none for an acknowledgement or an error message, which state no fact.

    `language` ("fr") chooses among the `info` blocks of several; without one of it the first's language counts.

    Raises:
        FormError: the text is no CAP 1.2; the message names line, element, value and what was expected.
    """
    try:
        root = read_xml(body)
    except XmlError as error:
        raise FormError(str(error)) from error
    return alert_of(root, language=language)


def alert_of(root: Node, *, language: str) -> list[CapAlert]:
    """Return the alert of an element, as `read_cap`.

    Raises:
        FormError: it is no CAP 1.2.
    """
    if root.name != "alert" or root.space not in SPACES:
        raise FormError(f"line {root.line}: <{root.name}> in {root.space!r}: expected <alert xmlns={SPACES[0]!r}>")
    kind = _word(root, "msgType", KINDS)
    state = _word(root, "status", STATES)
    scope = _word(root, "scope", ("Public", "Restricted", "Private"))
    for need, name in (("Restricted", "restriction"), ("Private", "addresses")):
        if scope == need:
            _needed(root, name)
    sender, identifier = (_needed(root, name) for name in ("sender", "identifier"))
    for name, value in (("sender", sender), ("identifier", identifier)):
        if BARRED.search(value.text):
            raise FormError(f"line {value.line}: {name} {value.text!r}: no blank, comma, < or & is allowed")
    sent_at = _time(_needed(root, "sent"))
    about = tuple(dict.fromkeys(_names(root)))
    if kind in ABOUT_OTHERS and not about:
        raise FormError(f"line {root.line}: references is missing: a message of type {kind} says which it is about")
    infos = [_judged(info) for info in root.all("info")]
    if kind not in {"Alert", *ABOUT_OTHERS}:
        return []
    told = _told(infos, language)
    expires = [_time(found) for info in told if (found := info.first("expires")) is not None and found.text]
    record: dict[str, Any] = {
        "identifier": identifier.text,
        "sender": sender.text,
        "sent": _text_of(sent_at),
        "status": state,
        "msgType": kind,
        "scope": scope,
        "note": root.said("note"),
        "codes": " ".join(code.text for code in root.all("code")),
        **(_info(told) if told else {}),
    }
    expires_at = max(expires) if expires else None
    record["begins"] = record.get("onset") or record.get("effective") or record["sent"]
    record["expires"] = _text_of(expires_at) if expires_at is not None else ""
    return [
        CapAlert(
            name=_name(sender.text, identifier.text, sent_at), kind=kind, sent_at=sent_at, about=about,
            expires_at=expires_at, record={name: value for name, value in record.items() if value != ""},
        )
    ]  # fmt: skip


def _names(root: Node) -> Iterator[str]:
    found = root.first("references")
    for text in found.text.split() if found is not None else ():
        parts = text.split(",")
        if len(parts) != 3 or TIME.fullmatch(parts[2]) is None:  # sender, identifier, sent
            line = found.line if found is not None else root.line
            raise FormError(f"line {line}: references {text!r}: expected sender,identifier,sent, separated by blanks")
        yield _name(parts[0], parts[1], datetime.fromisoformat(parts[2]))


def _name(sender: str, identifier: str, sent_at: datetime) -> str:
    name = f"{sender},{identifier},{_text_of(sent_at)}"
    if len(name) > LONGEST_NAME:
        raise FormError(
            f"{name[:60]}…: sender, identifier and sent have {len(name)} characters, {LONGEST_NAME} at most"
        )
    return name


def _text_of(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _needed(node: Node, name: str) -> Node:
    found = node.first(name)
    if found is None or not found.text:
        raise FormError(f"line {node.line}: <{node.name}> has no {name}, which CAP 1.2 requires")
    return found


def _word(node: Node, name: str, words: Sequence[str]) -> str:
    found = _needed(node, name)
    if found.text not in words:
        raise FormError(f"line {found.line}: {name} {found.text!r}: expected one of {', '.join(words)}")
    return found.text


def _time(node: Node) -> datetime:
    try:
        if TIME.fullmatch(node.text) is None:
            raise ValueError(node.text)
        return datetime.fromisoformat(node.text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise FormError(
            f"line {node.line}: {node.name} {node.text!r}: expected a time with its zone, as 2026-11-27T21:14:05+01:00"
        ) from error


def _judged(info: Node) -> Node:
    for name in NEEDED:
        _needed(info, name)
    for name, words in WORDS.items():
        for found in info.all(name):
            if found.text not in words:
                raise FormError(f"line {found.line}: {name} {found.text!r}: expected one of {', '.join(words)}")
    for name in ("effective", "onset", "expires"):
        if (moment := info.first(name)) is not None and moment.text:
            _time(moment)
    for area in info.all("area"):
        _needed(area, "areaDesc")
        for each in area.children:
            if each.name in {"polygon", "circle"}:
                _shape_of(each)
    return info


def _told(infos: Sequence[Node], language: str) -> list[Node]:
    """Return the blocks of one language, the most severe first."""
    languages = [info.said("language").lower() or "en-us" for info in infos]  # CAP 1.2: en-US when absent
    chosen = next((each for each in languages if each.partition("-")[0] == language), languages[0] if infos else "")
    same = [info for info, own in zip(infos, languages, strict=True) if own == chosen]
    return sorted(same, key=lambda info: WORDS["severity"].index(info.said("severity")))


def _info(told: Sequence[Node]) -> dict[str, Any]:
    main = told[0]
    found: dict[str, Any] = {name: main.said(name) for name in TEXTS}
    found["certainty"] = "Likely" if found["certainty"] == "Very Likely" else found["certainty"]
    found["category"] = " ".join(each.text for each in main.all("category"))
    found["responseType"] = " ".join(each.text for each in main.all("responseType"))
    found["language"] = main.said("language")
    for name in ("effective", "onset"):
        if (moment := main.first(name)) is not None and moment.text:
            found[name] = _text_of(_time(moment))
    for kind in ("eventCode", "parameter"):
        for each in main.all(kind):
            found[f"{kind}.{each.said('valueName')}"] = each.said("value")
    areas = [area for info in told for area in info.all("area")]
    found["areas"] = "; ".join(dict.fromkeys(area.said("areaDesc") for area in areas))
    codes: dict[str, list[str]] = {}
    for code in (code for area in areas for code in area.all("geocode")):
        codes.setdefault(code.said("valueName"), []).append(code.said("value"))
    found |= {f"geocode.{name}": " ".join(dict.fromkeys(values)) for name, values in codes.items()}
    return found | _place([each for area in areas for each in area.children if each.name in {"polygon", "circle"}])


def _place(shapes: Sequence[Node]) -> dict[str, Any]:
    """Return a point inside the largest area, and the areas as WKT (longitude first)."""
    drawn = [_shape_of(each) for each in shapes]
    if not drawn:
        return {}
    largest = max(drawn, key=lambda pair: pair[0].area)
    inside = largest[0].representative_point() if largest[1] == 0 else largest[0].centroid
    wkt = shapely.to_wkt(shapely.union_all([shape for shape, _ in drawn]), rounding_precision=6)
    return {"lon": round(inside.x, 6), "lat": round(inside.y, 6), "shape": wkt, "radius_km": largest[1] or ""}


def _shape_of(node: Node) -> tuple[Any, float]:
    """Return a polygon and 0, or a circle's outline and its radius in km."""
    try:
        if node.name == "circle":
            centre, radius = node.text.split()
            lat, lon = _pair(centre)
            size = float(radius)
            if not 0 <= size <= EARTH_KM:
                raise ValueError(radius)
            circle = shapely.Point(lon, lat).buffer(max(size, LEAST_KM) / DEGREE_KM)
            return affinity.scale(circle, xfact=1 / max(math.cos(math.radians(lat)), LEAST_KM)), size
        corners = [_pair(text) for text in node.text.split()]
        if len(corners) < CORNERS or corners[0] != corners[-1]:
            raise ValueError(node.text)
        if all(first == second for first, second in pairwise(corners)):
            raise ValueError(node.text)
        return shapely.make_valid(shapely.Polygon([(lon, lat) for lat, lon in corners])), 0.0
    except ValueError as error:
        expected = (
            "“lat,lon radius” in degrees and kilometres"
            if node.name == "circle"
            else "four or more “lat,lon” pairs in degrees, the first one again at the end"
        )
        raise FormError(f"line {node.line}: {node.name} {node.text[:80]!r}: expected {expected}") from error


def _pair(text: str) -> tuple[float, float]:
    lat, lon = (float(part) for part in text.split(","))
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):  # degrees of the sphere; false for NaN
        raise ValueError(text)
    return lat, lon
