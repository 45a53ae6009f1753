"""Series as their readers see them: which there are, and what one says over a period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _

from quietude.model.observation import Note, mark_of, notes_of, own_name
from quietude.model.viewer import Viewer
from quietude.portal.measures.chart import Chart, Row, chart_of
from quietude.portal.town import current_store, current_town
from quietude.sources.api import Manifest, SeriesSpec, parse_duration

POINTS = 600
"""Of a curve: more than one a pixel nobody sees."""
TABLE_ROWS = 200
PERIODS = {
    "day": (_("24 hours"), timedelta(days=1)),
    "week": (_("7 days"), timedelta(days=7)),
    "month": (_("30 days"), timedelta(days=30)),
    "year": (_("a year"), timedelta(days=365)),
}
NOTES = {
    Note.RANGE: _("out of the plausible range"),
    Note.STUCK: _("stuck: the same for too long"),
    Note.UNIT: _("the sensor's unit changed"),
    Note.JUMP: _("a jump from the value before"),
    Note.GAP: _("after a gap"),
    Note.CONVERTED: _("converted from another unit"),
}
STEPS_OF_GAP = 3
"""Steps without a value after which a curve is cut, where the manifest says no gap."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a series says over a period."""

    chart: Chart | None
    rows: tuple[Row, ...]
    """The newest first, `TABLE_ROWS` at most."""
    is_measured: bool
    """Whether they are values as measured, not means of steps."""
    is_energetic: bool
    doubtful: int
    notes: tuple[tuple[str, int], ...]
    """What is to be known of values as measured, with how many."""
    gaps: int


def series_of(viewer: Viewer, manifest: Manifest, *, mark: str = "") -> list[dict[str, Any]]:
    """Return the series of a source that the viewer may list, with their ends, as rows: the real ones.

    With a mark, those that this exercise played.
    """
    return [row for row in played_and_real(viewer, manifest) if row["mark"] == mark]


def played_and_real(viewer: Viewer, manifest: Manifest) -> list[dict[str, Any]]:
    """Return all series of a source that the viewer may list, with the mark of the exercise that played them or ""."""
    there = current_store().series(viewer).to_pylist()
    return [
        row
        | {
            "sensor": row["series"].split("/")[-2],
            "quantity": row["series"].split("/")[-1],
            "mark": mark_of(row["series"]),
        }
        for row in there
        if row["source"] == manifest.name
    ]


def heard(
    viewer: Viewer, series: str, since: datetime, until: datetime, *, levels: Sequence[float] = (), points: int = POINTS
) -> Heard:
    """Return what a series says from one moment to another."""
    found = current_store().downsampled(viewer, [series], since=since, until=until, points=points)
    spec = spec_of(series)
    is_energetic = found.step is not None and is_energetic_by(spec, series)
    rows = [_row(each, is_energetic=is_energetic, is_measured=found.step is None) for each in found.rows.to_pylist()]
    gap = _gap(spec, rows, found.step)
    notes = [note for row in rows for note in notes_of(row.quality)] if found.step is None else []
    shown = [row for row in rows if row.value is not None]
    return Heard(
        chart=chart_of(rows, since, until, gap=gap, levels=levels),
        rows=tuple(reversed(rows[-TABLE_ROWS:])),
        is_measured=found.step is None,
        is_energetic=is_energetic,
        doubtful=sum(row.is_doubtful for row in rows),
        notes=tuple((str(NOTES[note]), notes.count(note)) for note in Note if note in notes),
        gaps=sum(later.at - row.at > gap for row, later in pairwise(shown)),
    )


def _row(said: dict[str, Any], *, is_energetic: bool, is_measured: bool) -> Row:
    if is_measured:
        return Row(said["at"], said["value"], None, None, 1, said["quality"])
    value = said["leq"] if is_energetic and said["leq"] is not None else said["value"]
    return Row(said["at"], value, said["low"], said["high"], said["count"], "suspect" if said["doubtful"] else "good")


def _gap(spec: SeriesSpec | None, rows: Sequence[Row], step: timedelta | None) -> timedelta:
    """Return how far apart two points are that a curve does not join."""
    least = step * STEPS_OF_GAP if step is not None else timedelta(0)
    if spec is not None and spec.gap_after is not None:
        return max(parse_duration(spec.gap_after).exact, least)
    apart = sorted(later.at - row.at for row, later in pairwise(rows))
    return max(apart[len(apart) // 2] * STEPS_OF_GAP, least) if apart else max(least, timedelta(hours=1))


def spec_of(series: str) -> SeriesSpec | None:
    """Return the part of a manifest that a series is of; None where none says."""
    prefix, _sensor, quantity = own_name(series).split("/")
    for manifest in current_town().sources.values():
        if (manifest.series or manifest.name) == prefix:
            for spec in manifest.map.series:
                if fnmatchcase(quantity, spec.quantity.lower().replace("{column}", "*")):
                    return spec
    return None


def is_energetic_by(spec: SeriesSpec | None, series: str) -> bool:
    """Tell whether a series is averaged by energy: its manifest says so, or it is an equivalent level in dB."""
    if spec is None:
        return False
    if spec.mean is not None:
        return spec.mean == "energetic"
    quantity = series.rpartition("/")[2]
    return spec.unit.startswith("dB") and quantity.startswith("l") and "eq" in quantity
