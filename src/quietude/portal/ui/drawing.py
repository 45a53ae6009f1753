"""The geometry of small charts, as text for SVG attributes: never in the page's own way of writing numbers."""

from __future__ import annotations

from dataclasses import dataclass

from quietude.portal.ui.usual import Usual

WIDTH = 100.0  # of a chart's own coordinates; the page stretches it
SPARK_HEIGHT = 30.0
GAP = 0.28  # share of a bar's step that stays empty


@dataclass(frozen=True, slots=True)
class Mark:
    """One rectangle: x, y, width and height as SVG wants them."""

    x: str
    y: str
    width: str
    height: str
    is_now: bool = False


@dataclass(frozen=True, slots=True)
class BarDrawing:
    """A horizontal bar with the usual range behind it; lengths are out of `WIDTH`."""

    now: str
    usual_from: str
    usual_length: str


def _text(value: float) -> str:
    return f"{value:.2f}"


def bar(count: int, usual: Usual | None, largest: float) -> BarDrawing:
    """Return the drawing of one count on a scale that ends at `largest`."""
    scale = WIDTH / largest if largest > 0 else 0.0
    if usual is None:
        return BarDrawing(_text(count * scale), "0", "0")
    return BarDrawing(_text(count * scale), _text(usual.low * scale), _text((usual.high - usual.low) * scale))


def spark(counts: list[int], now_last: int) -> list[Mark]:
    """Return one bar per count, the last `now_last` of them marked as the window that is told."""
    if not counts:
        return []
    step, largest = WIDTH / len(counts), max(*counts, 1)
    marks = []
    for place, count in enumerate(counts):
        height = max(SPARK_HEIGHT * count / largest, 0.5)
        marks.append(
            Mark(
                x=_text(place * step),
                y=_text(SPARK_HEIGHT - height),
                width=_text(step * (1 - GAP)),
                height=_text(height),
                is_now=place >= len(counts) - now_last,
            )
        )
    return marks
