"""What a screen of the room asks for: its address says severity, district, service, pane and wall."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quietude.model.event import SENSITIVITY_ORDER, SEVERITIES, Regime, Sensitivity
from quietude.model.filter.question import Choice, Filter, ZoneChoice
from quietude.model.viewer import Viewer
from quietude.portal.rights.models import Level
from quietude.portal.rights.standing import standing_in
from quietude.portal.services.api import open_services
from quietude.portal.town import current_town

PANES: dict[str, str | Promise] = {
    "map": _("Map"),
    "tray": _("Alarms"),
    "log": _("Live log"),
    "situations": _("Situations"),
}
ZONES_LISTED = 120
"""A list of more zones is no help: the coarsest levels are offered that together have no more."""
WITHHELD = frozenset({"title", "text", "attributes", "source_key", "place_label"})
"""Columns that no wall shows."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One view of the room: equal views of equal readers share one board."""

    severity_from: int = 1
    zone: str = ""
    """ "level:code", "" for the whole town."""
    service: str = ""
    """Code of a service: what is in its logbooks."""
    is_wall: bool = False

    @classmethod
    def of(cls, parameters: QueryDict) -> Asked:
        """Return what an address asks; what it does not know is as if it were not there."""
        severity, zone, service = (parameters.get(name, "") for name in ("severity", "zone", "service"))
        return cls(
            severity_from=int(severity) if severity in {str(each) for each in SEVERITIES} else 1,
            zone=zone if zone in dict(zone_choices()) else "",
            service=service if service in logbooks_by_service() else "",
            is_wall=parameters.get("wall") == "1",
        )

    @property
    def query(self) -> str:
        """Return it as it stands in an address."""
        said = {"severity": str(self.severity_from) if self.severity_from > 1 else "", "zone": self.zone}
        said |= {"service": self.service, "wall": "1" if self.is_wall else ""}
        return urlencode({name: value for name, value in said.items() if value})

    def narrow(self, question: Filter) -> Filter:
        """Return a question about facts, asked of this view only."""
        level, _colon, code = self.zone.partition(":")
        return replace(
            question,
            severity_from=self.severity_from if self.severity_from > 1 else None,
            zones=ZoneChoice(((level, code),)) if code else question.zones,
            sources=Choice(logbooks_by_service()[self.service]) if self.service else question.sources,
        )


def zone_choices() -> list[tuple[str, str]]:
    """Return the districts that can be chosen: "level:code" and name, from coarse to fine."""
    found: list[tuple[str, str]] = []
    for level in current_town().territory.levels:
        if len(level.zones) > 1 and len(found) + len(level.zones) <= ZONES_LISTED:
            found += sorted(
                ((f"{level.name}:{zone.code}", zone.name) for zone in level.zones), key=lambda each: each[1]
            )
    return found


def logbooks_by_service() -> dict[str, tuple[str, ...]]:
    """Return the logbooks that each service keeps as its own, by the service's code."""
    found: dict[str, list[str]] = {}
    for name, logbook in current_town().logbooks.items():
        for code in logbook.services:
            found.setdefault(code, []).append(name)
    return {code: tuple(names) for code, names in found.items()}


def service_choices(language: str) -> list[tuple[str, str]]:
    """Return the open services that keep a logbook of their own: code and name."""
    known = logbooks_by_service()
    return [(each.code, each.say(language)) for each in open_services(timezone.now()) if each.code in known]


def viewer_for(request: HttpRequest, asked: Asked) -> Viewer:
    """Return the reader of a screen: whoever asks, without the name, so that equal rights share what is looked up.

    A wall is read by everybody who stands before it: it shows facts up to internal ones of the administrative regime,
    nothing that was opened on demand, and no words of theirs.
    """
    standing = standing_in(request)
    viewer = replace(standing.viewer, who="room", motive=None)
    if not asked.is_wall:
        return viewer
    standing_grants = (grant.compiled() for grant in standing.grants if grant.level == Level.LIST)
    walled = tuple(
        replace(
            grant,
            ceiling=min(grant.ceiling, Sensitivity.INTERNAL, key=SENSITIVITY_ORDER.index),
            regimes=grant.regimes & {Regime.RGPD},
            masked=grant.masked | WITHHELD,
        )
        for grant in standing_grants
    )
    return replace(viewer, who="room:wall", grants=tuple(grant for grant in walled if grant.regimes), counted=())
