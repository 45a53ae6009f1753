"""A situation as a message of the Common Alerting Protocol 1.2 (OASIS, 2010), for systems of partners.

The first message is the Alert; what is taken away later is an Update of it, and a Cancel once it is resolved. Nothing
that was noted goes out: kind, title, place, times, urgency, and what is drawn on the map.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET  # nosec B405 - it writes only
from datetime import datetime
from zoneinfo import ZoneInfo

from quietude.portal.situations.models import LogLine, Situation, Sketch, State
from quietude.portal.situations.reading import where_of
from quietude.portal.town import current_town, installation

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
URGENCY = {5: "Immediate", 4: "Immediate", 3: "Expected", 2: "Expected", 1: "Future"}
SEVERITY = {5: "Extreme", 4: "Severe", 3: "Moderate", 2: "Minor", 1: "Minor"}
AROUND_KM = 0.2
"""Of a situation that is a point only: what lies within two streets."""


def cap_of(situation: Situation, language: str) -> bytes:
    """Return the message, as XML in UTF-8."""
    ET.register_namespace("", NAMESPACE)
    last = LogLine.objects.filter(situation=situation).order_by("-pk").first()
    is_first = last is None or last.what == LogLine.What.OPENED
    is_over = situation.state in {State.RESOLVED, State.CLOSED} or situation.merged_into_id is not None
    sent = situation.opened_at if last is None or is_first else last.at
    alert = ET.Element(_q("alert"))
    _add(alert, "identifier", f"{situation.key}-{0 if last is None or is_first else last.pk}")
    _add(alert, "sender", _sender())
    _add(alert, "sent", _time(sent))
    _add(alert, "status", "Exercise" if situation.is_exercise else "Actual")
    _add(alert, "msgType", "Cancel" if is_over else "Alert" if is_first else "Update")
    _add(alert, "scope", "Restricted")
    _add(alert, "restriction", "Public safety services that the town shared it with")
    if is_over or not is_first:
        _add(alert, "references", f"{_sender()},{situation.key}-0,{_time(situation.opened_at)}")
    alert.append(_info(situation, language))
    return bytes(ET.tostring(alert, encoding="utf-8", xml_declaration=True))


def _info(situation: Situation, language: str) -> ET.Element:
    kind = situation.edition.kind
    info = ET.Element(_q("info"))
    _add(info, "language", "en-GB" if language == "en" else "fr-FR")
    _add(info, "category", "Safety")
    _add(info, "event", kind.title.say(language))
    _add(info, "urgency", "Past" if situation.resolved_at is not None else URGENCY[situation.priority])
    _add(info, "severity", SEVERITY[situation.priority])
    _add(info, "certainty", "Observed")
    _add(info, "onset", _time(situation.began_at))
    _add(info, "headline", f"{situation.title} ({situation.key})"[:160])
    where = where_of(situation) or current_town().title.say(language)
    area = ET.SubElement(info, _q("area"))
    _add(area, "areaDesc", where)
    polygons = situation.sketches.filter(removed_at=None, what=Sketch.What.PERIMETER)
    for sketch in polygons:
        _add(area, "polygon", " ".join(f"{lat:.6f},{lon:.6f}" for lon, lat, *_ in sketch.geometry["coordinates"][0]))
    if not polygons and situation.lon_deg is not None and situation.lat_deg is not None:
        _add(area, "circle", f"{situation.lat_deg:.6f},{situation.lon_deg:.6f} {AROUND_KM}")
    return info


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, _q(name)).text = text


def _q(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _time(moment: datetime) -> str:
    """Return a moment as CAP wants it: the town's clock, whole seconds, the offset in figures."""
    return moment.astimezone(ZoneInfo(current_town().timezone)).isoformat(timespec="seconds")


def _sender() -> str:
    return f"quietude@{installation().hosts[0].lstrip('.').partition(':')[0]}"
