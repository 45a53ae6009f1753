"""An entry in words: one line a field that says something, in the order a reader wants them."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from quietude.model.event import Regime
from quietude.portal.logbook.content import Content
from quietude.portal.logbook.forms import ROLES
from quietude.portal.town import current_town
from quietude.portal.ui.words import SEVERITIES, category_view
from quietude.sources.api import Logbook


@dataclass(frozen=True, slots=True)
class Line:
    """One field of an entry in words."""

    name: str
    label: str
    said: str


def lines_of(content: Content, logbook: Logbook | None, language: str) -> list[Line]:
    """Return what an entry says, field by field; fields that say nothing are left out."""
    zone = ZoneInfo(current_town().timezone)
    until = content.occurred_to.astimezone(zone).strftime("%d/%m/%Y %H:%M") if content.occurred_to is not None else ""
    regime = _("penal (title III)") if content.regime == Regime.TITRE_III else _("administrative (GDPR)")
    lines = [
        Line("occurred_at", _("When"), content.occurred_at.astimezone(zone).strftime("%d/%m/%Y %H:%M")),
        Line("occurred_to", _("Until"), until),
        Line("category", _("Category"), category_view(content.category or None, language).path),
        Line("words", _("In the service's words"), content.words),
        Line("place", _("Place"), content.place.label or _position(content)),
        Line("sender", _("From"), content.sender),
        Line("receiver", _("To"), content.receiver),
        Line("text", _("Facts"), content.text),
        Line("action", _("Action taken"), content.action),
        Line("crew", _("Crew"), content.crew),
        Line("agents", _("Agents"), content.agents),
        Line("parties", _("Parties"), _parties(content)),
        Line("severity", _("Severity"), str(SEVERITIES[content.severity])),
        Line("regime", _("Regime"), regime),
    ]
    known = {field.code: field.label.say(language) for field in logbook.fields} if logbook is not None else {}
    lines += [Line(f"fields.{code}", known.get(code, code), value) for code, value in content.fields.items()]
    return [line for line in lines if line.said]


def _position(content: Content) -> str:
    place = content.place
    return (
        f"{place.lat_deg:.5f}, {place.lon_deg:.5f}" if place.lat_deg is not None and place.lon_deg is not None else ""
    )


def _parties(content: Content) -> str:
    roles = dict(ROLES)
    return "\n".join(
        f"{roles[party.role.value]}: {party.note}" if party.note else str(roles[party.role.value])
        for party in content.parties
    )
