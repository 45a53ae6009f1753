"""Numbers in and out of a store: filed, read as measured or rolled up, followed as they come, and let go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pyarrow as pa

from quietude.model.viewer import Viewer
from quietude.store.engines.duck import DuckEngine
from quietude.store.folder import Folder
from quietude.store.reading.measures import observations, span_of
from quietude.store.reading.reader import Reader
from quietude.store.reading.rolled import Downsampled, downsampled
from quietude.store.reading.rolled import series as series_there_are
from quietude.store.rollups import values_gone
from quietude.store.writing.arrived import arrived_numbers, numbers_beside, rolled_days
from quietude.store.writing.expiry import expire_observations, forget_played, let_values_go
from quietude.store.writing.measures import append_observations
from quietude.store.writing.rolling import roll_up
from quietude.store.writing.writer import Writer


class Measuring:
    """What a store does with observations; every read is to a viewer."""

    _folder: Folder
    _reader: Reader
    _duck: DuckEngine
    _writing: Callable[[], Writer]
    _tidy: Callable[..., None]

    def append_observations(self, table: pa.Table) -> int:
        """File numbers (`OBSERVATION_SCHEMA`) by (series, at), the last wins; return how many were new or changed."""
        writer = self._writing()
        with writer.turn():
            changed = append_observations(self._duck, self._folder, table)
        self._tidy(self._folder.observations)
        return changed

    def roll_up(self) -> int:
        """Make the roll-ups of all hours that were touched since they were made last; return how many hours."""
        return roll_up(self._writing())

    def expire_observations(self, source: str, before: datetime) -> int:
        """Delete a source's numbers of before a moment (aware) and their roll-ups physically; return how many."""
        return expire_observations(self._writing(), source, before)

    def let_values_go(self, source: str, before: datetime) -> int:
        """Delete a source's numbers of before an hour (aware) physically, their roll-ups stay; return how many.

        The roll-ups are made first where they do not hold. Older numbers are refused from then on.
        """
        return let_values_go(self._writing(), source, before)

    def values_gone(self, source: str) -> datetime | None:
        """Return before which moment values of a source were let go, whose roll-ups are there; None where none."""
        return values_gone(self._folder.path).get(source)

    def rolled_days(self, source: str, *, until: datetime) -> pa.Table:
        """Return series and at of the days before a moment of which roll-ups are there, by the system's own right."""
        return self._reader.retrying(lambda: rolled_days(self._duck, self._folder.rollups, source, until))

    def forget_played(self, source: str, mark: str) -> int:
        """Delete the series of a source that an exercise played physically, with roll-ups; return how many values."""
        return forget_played(self._writing(), source, mark)

    def observations(
        self,
        viewer: Viewer,
        *,
        series: Sequence[str] | None = None,
        source: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        every: timedelta | None = None,
    ) -> pa.Table:
        """Return numbers ordered by series and time: `OBSERVATION_SCHEMA`.

        With `every`, one row a step: series, at (its beginning), value (mean), low, high, count, unit.
        `since` is inclusive, `until` exclusive. `every` averages over steps that start at the epoch, UTC.
        """
        span = span_of(series, source, since, until)
        return observations(self._reader, self._folder.observations, viewer, span, every)

    def downsampled(
        self, viewer: Viewer, series: Sequence[str], *, since: datetime, until: datetime, points: int = 500
    ) -> Downsampled:
        """Return numbers at the finest resolution (as measured, minute, quarter, hour, day) of about so many points.

        Late values count: what was touched since it was rolled up is made anew from the values.
        """
        return downsampled(self._reader, self._folder, viewer, tuple(series), since=since, until=until, points=points)

    def arrived_numbers(self, source: str, received_at: datetime, *, since: datetime) -> pa.Table:
        """Return the numbers that came of a source at one moment (their `received_at`), by the system's own right.

        Only those measured since a moment: `OBSERVATION_SCHEMA`, by series and time.
        """
        return self._reader.retrying(
            lambda: arrived_numbers(self._duck, self._folder.observations, source, received_at, since=since)
        )

    def numbers_beside(self, series: Sequence[str], *, since: datetime, until: datetime) -> pa.Table:
        """Return the numbers of some series of a period, by the system's own right, for whoever files more of them."""
        return self._reader.retrying(
            lambda: numbers_beside(self._duck, self._folder.observations, series, since, until)
        )

    def series(self, viewer: Viewer) -> pa.Table:
        """Return source, series, unit, sensitivity, reality, first, last, count, lon_deg, lat_deg of each series."""
        return series_there_are(self._reader, self._folder, viewer)
