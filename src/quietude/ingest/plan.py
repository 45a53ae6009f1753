"""What one import works with, settled before the first record is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import polars as pl

from quietude.model.crosswalk import Crosswalk
from quietude.model.territory import Territory
from quietude.model.vocabulary import Vocabulary
from quietude.sources.api import Duration, Manifest, parse_duration
from quietude.video.api import Authorisation


class Locator(Protocol):
    """What finds where a place is: the geocoder, or a stand-in."""

    def locate(
        self, places: pl.DataFrame, *, scale: float | None = None, source_accuracy_m: float = 20.0
    ) -> pl.DataFrame:
        """Return place, zone and h3 columns and `place_flags`, row for row (see `quietude.ingest.locate`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One import's manifest and the town's knowledge it needs."""

    manifest: Manifest
    territory: Territory
    town_timezone: str
    town_country: str
    vocabulary: Vocabulary
    crosswalk: Crosswalk | None
    locator: Locator
    positions: pl.DataFrame | None
    """Columns key, lon, lat (texts), or None."""
    authorisations: tuple[Authorisation, ...] = ()
    """Those of algorithmic video that are kept; without one every alert of a camera's algorithm is refused."""
    now: datetime
    """The moment of the import, aware: what is received, too old, or in the future."""

    @property
    def timezone(self) -> str:
        """Return the time zone of the source's times and of the days its facts fall on."""
        return self.manifest.timezone or self.town_timezone

    @property
    def country(self) -> str:
        """Return the country whose telephone numbers texts hold."""
        return self.manifest.country or self.town_country

    @property
    def retention(self) -> Duration:
        """Return how long facts of the source are kept."""
        return parse_duration(self.manifest.retention)

    @property
    def oldest_day(self) -> date | None:
        """Return the first local day whose facts are not past retention; None where all are kept as published."""
        if self.manifest.history == "open":
            return None
        raw = self.manifest.retention_raw
        length = self.retention if raw is None else parse_duration(raw)
        return length.before(self.now.astimezone(ZoneInfo(self.timezone)).date())
