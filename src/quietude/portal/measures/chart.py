"""A curve of numbers as SVG drawn by the server: gaps stay gaps, and a table says the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from quietude.model.observation import worth_of

WIDTH, HEIGHT = 1_000, 300
"""Of the drawing, in its own units; it stretches to the page."""
MARGIN = 0.08  # of the range of values, above and below: the curve does not touch the frame


@dataclass(frozen=True, slots=True)
class Row:
    """One value or one step."""

    at: datetime
    value: float | None
    low: float | None
    high: float | None
    count: int
    quality: str
    """`quality` of a value; of a step "good" or "suspect"."""

    @property
    def is_doubtful(self) -> bool:
        """Tell whether it is not to be relied upon."""
        return worth_of(self.quality) == "suspect"


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn."""

    lines: tuple[str, ...]
    """Points of polylines, one a stretch without a gap."""
    bands: tuple[str, ...]
    """Points of polygons between the lowest and highest of each step."""
    dots: tuple[tuple[float, float], ...]
    """Values that stand alone between two gaps."""
    doubtful: tuple[tuple[float, float], ...]
    levels: tuple[float, ...]
    """Heights of the lines that a rule states."""
    top: float
    middle: float
    bottom: float
    since: datetime
    until: datetime
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def half(self) -> datetime:
        """Return the middle of the period."""
        return self.since + (self.until - self.since) / 2


def chart_of(
    rows: Sequence[Row], since: datetime, until: datetime, *, gap: timedelta, levels: Sequence[float] = ()
) -> Chart | None:
    """Return the drawing of some values of a period; None where there is none to draw."""
    shown = [row for row in rows if row.value is not None]
    if not shown:
        return None
    ends = [number for row in shown for number in (row.low, row.value, row.high) if number is not None] + list(levels)
    low, high = min(ends), max(ends)
    margin = (high - low) * MARGIN or 1.0
    bottom, top = low - margin, high + margin
    span = (until - since).total_seconds()

    def x(row: Row) -> float:
        return round((row.at - since).total_seconds() / span * WIDTH, 1)

    def y(value: float) -> float:
        return round((top - value) / (top - bottom) * HEIGHT, 1)

    stretches: list[list[Row]] = []
    for row in shown:
        if not stretches or row.at - stretches[-1][-1].at > gap:
            stretches.append([])
        stretches[-1].append(row)
    many = [stretch for stretch in stretches if len(stretch) > 1]
    return Chart(
        lines=tuple(" ".join(f"{x(row)},{y(row.value or 0.0)}" for row in stretch) for stretch in many),
        bands=tuple(_band(stretch, x, y) for stretch in many if stretch[0].low is not None),
        dots=tuple((x(each[0]), y(each[0].value or 0.0)) for each in stretches if len(each) == 1),
        doubtful=tuple((x(row), y(row.value or 0.0)) for row in shown if row.is_doubtful),
        levels=tuple(y(level) for level in levels),
        top=top, middle=(top + bottom) / 2, bottom=bottom, since=since, until=until,
    )  # fmt: skip


def _band(stretch: Sequence[Row], x: Callable[[Row], float], y: Callable[[float], float]) -> str:
    there = [(x(row), row.low, row.high) for row in stretch if row.low is not None and row.high is not None]
    above = [f"{at},{y(high)}" for at, _, high in there]
    below = [f"{at},{y(low)}" for at, low, _ in reversed(there)]
    return " ".join([*above, *below])
