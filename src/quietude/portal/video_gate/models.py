"""Authorisations of algorithmic video, as they are kept: none is ever changed, it is withdrawn and another made."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from quietude.model.territory import Zone
from quietude.portal.accounts.models import User
from quietude.portal.town import current_town
from quietude.video.api import Authorisation as Allowed
from quietude.video.api import Places, drawn_areas


class Authorisation(models.Model):
    """One dated act that allows an algorithm to look for some events in the images of some cameras."""

    legal_text = models.CharField(max_length=300)
    zones = models.JSONField(default=list, blank=True)
    """Where it holds, as `level:code`; with `areas`. The whole town where both are empty."""
    areas = models.JSONField(default=list, blank=True)
    """What the act draws: GeoJSON features of polygons, with their name."""
    cameras = models.JSONField()
    events = models.JSONField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    """The first moment that is no longer allowed."""
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_said = models.CharField(max_length=300, blank=True)

    class Meta:
        """The newest first."""

        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return self.legal_text

    @property
    def places(self) -> Places:
        """Return where it holds.

        Raises:
            PlaceError: an area cannot be.
        """
        drawn = {"type": "FeatureCollection", "features": self.areas}
        return Places(frozenset(self.zones), drawn_areas(drawn) if self.areas else ())

    def named_zones(self) -> list[Zone]:
        """Return the zones that it names, as far as the town still has them."""
        territory = current_town().territory
        pairs = [each.partition(":")[::2] for each in self.zones]
        found = [territory.level(level).by_code.get(code) for level, code in pairs if level in territory.level_names]
        return [zone for zone in found if zone is not None]

    def places_said(self) -> list[str]:
        """Return the names of its zones and areas, zones first; none for the whole town."""
        known = {zone.code: zone.name for zone in self.named_zones()}
        zones = [known.get(each.partition(":")[2], each) for each in self.zones]
        return [*zones, *(feature["properties"]["name"] for feature in self.areas)]

    @property
    def allowed(self) -> Allowed:
        """Return what the gate reads.

        Raises:
            AuthorisationError, PlaceError: it cannot be.
        """
        return Allowed(
            legal_text=self.legal_text,
            places=self.places,
            cameras=frozenset(self.cameras),
            events=frozenset(self.events),
            since=self.since,
            until=self.until,
            is_withdrawn=self.withdrawn_at is not None,
        )
