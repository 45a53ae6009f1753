"""The counts of a selection as tables: what the reader may list, and beside it what they may only count."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as noop

from quietude.model.disclosure import Told
from quietude.model.event import ZONE_PREFIX
from quietude.model.filter.question import Filter
from quietude.portal.explore.answers import Reader
from quietude.portal.town import current_town, current_vocabulary
from quietude.portal.ui.words import SEVERITIES
from quietude.store.api import Tally

WIDTH = 100.0  # of the chart's own coordinates; the page stretches it
BY_TIME = ("year", "month", "weekday", "hour", "severity")
"""Dimensions whose values have an order of their own; the others begin with the fullest."""
WEEKDAYS = (
    noop("Monday"),
    noop("Tuesday"),
    noop("Wednesday"),
    noop("Thursday"),
    noop("Friday"),
    noop("Saturday"),
    noop("Sunday"),
)


def dimensions(reader: Reader, language: str) -> dict[str, str]:
    """Return the dimensions that counts are offered by, and their titles."""
    zones = {f"{ZONE_PREFIX}{level.name}": level.labels.get(language, level.name) for level in reader.territory.levels}
    return zones | {
        "family": _("Family"),
        "month": _("Month"),
        "year": _("Year"),
        "weekday": _("Day of the week"),
        "hour": _("Hour"),
        "severity": _("Severity"),
        "source": _("Source"),
    }


@dataclass(frozen=True, slots=True)
class Counted:
    """An answer in counts, and why what may only be counted is not among them, where it is not."""

    tally: Tally
    refusal: str | None


def count(reader: Reader, question: Filter, by: tuple[str, ...]) -> Counted:
    """Return the counts of a selection; where what may only be counted can't be told by it, what may be listed."""
    refusal = reader.store.uncounted(reader.viewer, question, by)
    viewer = reader.viewer if refusal is None else replace(reader.viewer, counted=())
    found = reader.kept(("tally", question, by), lambda: reader.store.tally(viewer, question, by))
    assert isinstance(found, Tally)  # noqa: S101  # what the cache keeps under this name
    return Counted(found, refusal)


def counted_beside(reader: Reader, question: Filter) -> int | Literal["", "small", "refused"]:
    """Return how many facts the reader may only count, as far as it is told; "" where there are none."""
    if not reader.viewer.counted:
        return ""
    counted = count(reader, question, ())
    if counted.refusal is not None:
        return "refused"
    cell = counted.tally.counted
    if cell is None:
        return ""
    return "small" if cell.told is Told.SMALL else cell.count


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table by one dimension."""

    label: str
    listed: int
    told: str
    """How the facts that may only be counted are told: "none", "rounded", "small" or "beside"."""
    counted: int
    listed_to: str
    """Where the bar of what may be listed ends, out of `WIDTH`, as SVG wants it."""
    counted_length: str


def lines(tally: Tally, name: Callable[[Hashable], str]) -> list[Line]:
    """Return the rows of a table by one dimension, in its own order or the fullest first."""
    rows = [
        (row.key[0], row.listed, *((row.counted.told.value, row.counted.count) if row.counted else ("none", 0)))
        for row in tally.rows
    ]
    if tally.by[0] in BY_TIME:
        rows.sort(key=lambda row: (row[0] is None, row[0]))
    else:
        rows.sort(key=lambda row: (-row[1] - row[3], str(row[0])))
    largest = max((listed + counted for _key, listed, _told, counted in rows), default=0) or 1
    scale = WIDTH / largest
    return [
        Line(name(key), listed, told, counted, f"{listed * scale:.2f}", f"{counted * scale:.2f}")
        for key, listed, told, counted in rows
    ]


@dataclass(frozen=True, slots=True)
class Cross:
    """A table by two dimensions: rows of cells, None where there is no fact."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Mapping[str, Any] | None, ...]], ...]


def cross(tally: Tally, down: Callable[[Hashable], str], across: Callable[[Hashable], str]) -> Cross:
    """Return the rows and columns of a table by two dimensions, in the order of their values."""

    def ordered(place: int) -> list[Hashable]:
        return sorted({row.key[place] for row in tally.rows}, key=lambda key: (key is None, _padded(key)))

    cells = {
        row.key: {
            "listed": row.listed,
            "told": row.counted.told.value if row.counted else "none",
            "counted": row.counted.count if row.counted else 0,
        }
        for row in tally.rows
    }
    columns = ordered(1)
    return Cross(
        tuple(across(column) for column in columns),
        tuple((down(key), tuple(cells.get((key, column)) for column in columns)) for key in ordered(0)),
    )


def _padded(key: Hashable) -> str:
    return f"{key:06d}" if isinstance(key, int) else str(key)


def names(dimension: str, reader: Reader, language: str) -> Callable[[Hashable], str]:
    """Return how the values of a dimension are named on a page."""
    nothing = _("In no zone") if dimension.startswith(ZONE_PREFIX) else _("not known")
    say = _say(dimension, reader, language)
    return lambda key: nothing if key is None else say(key)


def _say(dimension: str, reader: Reader, language: str) -> Callable[[Any], str]:
    if dimension.startswith(ZONE_PREFIX):
        zones = reader.territory.level(dimension.removeprefix(ZONE_PREFIX)).by_code
        return lambda code: zones[code].name if code in zones else str(code)
    if dimension == "family":
        return lambda code: current_vocabulary().label(code, language)
    if dimension == "source":
        sources = current_town().sources
        return lambda name: sources[name].title.say(language) if name in sources else str(name)
    return SAID[dimension]


SAID: Mapping[str, Callable[[Any], str]] = {
    "month": lambda month: date_format(date(int(month[:4]), int(month[5:]), 1), "F Y"),
    "year": str,
    "weekday": lambda day: _(WEEKDAYS[day]),
    "hour": lambda hour: gettext_lazy("%(hour)s h") % {"hour": hour},
    "severity": lambda severity: str(SEVERITIES[severity]),
}
"""How the values of a dimension are said where the town has no name for them."""
