"""Makes parts of a picture unreadable for good: a few squares of one rounded colour each, nothing to compute back."""

from __future__ import annotations

import io
import math
from collections import defaultdict
from typing import Annotated, Literal

from PIL import Image, ImageDraw
from pydantic import BaseModel, ConfigDict, Field

from quietude.portal.uploads.judging import JPEG_QUALITY, Kind

SQUARES = 3
"""Squares across a mark: a face that fills it is about a dozen colours. What people call pixelated is far finer, and a
network trained on the persons in question tells such mosaics apart. Source: R. McPherson, R. Shokri, V. Shmatikov,
Defeating Image Obfuscation with Deep Learning (2016)."""
EDGE_SQUARES = 64  # however small the mark, no square is smaller than this part of the longer edge
SQUARE_MIN_PX = 16
LEVELS_MASK, LEVELS_MIDDLE = 0xE0, 0x10  # eight levels a channel: what is left of a colour says little
MARKS_MAX = 400
POINTS_MAX = 4000  # of one stroke: a minute of painting

Px = Annotated[float, Field(ge=-100_000, le=100_000, allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Stroke(_Part):
    """What the brush covers: a line of so much radius through points, in pixels of the picture."""

    kind: Literal["stroke"] = "stroke"
    radius: float = Field(gt=0, le=100_000, allow_inf_nan=False)
    points: tuple[tuple[Px, Px], ...] = Field(min_length=1, max_length=POINTS_MAX)

    @property
    def across(self) -> float:
        """Return how wide it is, in pixels."""
        return 2 * self.radius

    def draw(self, on: ImageDraw.ImageDraw) -> None:
        """Cover it on a mask."""
        if len(self.points) > 1:
            on.line(self.points, fill=255, width=max(1, round(self.across)), joint="curve")
        for x, y in self.points:
            on.ellipse((x - self.radius, y - self.radius, x + self.radius, y + self.radius), fill=255)


class Frame(_Part):
    """A rectangle, in pixels of the picture."""

    kind: Literal["frame"]
    left: Px
    top: Px
    width: float = Field(gt=0, le=100_000, allow_inf_nan=False)
    height: float = Field(gt=0, le=100_000, allow_inf_nan=False)

    @property
    def across(self) -> float:
        """Return its shorter side, in pixels."""
        return min(self.width, self.height)

    def draw(self, on: ImageDraw.ImageDraw) -> None:
        """Cover it on a mask."""
        on.rectangle((self.left, self.top, self.left + self.width, self.top + self.height), fill=255)


Mark = Annotated[Stroke | Frame, Field(discriminator="kind")]


class Marks(_Part):
    """What of a picture is to be blurred."""

    marks: tuple[Mark, ...] = Field(min_length=1, max_length=MARKS_MAX)


def square_px(across: float, size: tuple[int, int]) -> int:
    """Return the side of the squares for a mark of some width on a picture: at least `SQUARE_MIN_PX`.

    Rounded up to a quarter of a power of two, so that many marks need few mosaics.
    """
    wanted = max(SQUARE_MIN_PX, max(size) / EDGE_SQUARES, across / SQUARES)
    step = 1 << max(0, math.floor(math.log2(wanted)) - 2)
    return math.ceil(wanted / step) * step


def blurred(content: bytes, kind: Kind, marks: Marks) -> bytes:
    """Return a picture with its marks made unreadable, written anew from its points."""
    with Image.open(io.BytesIO(content), formats=(kind.name,)) as opened:
        picture = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
    by_square: dict[int, list[Stroke | Frame]] = defaultdict(list)
    for mark in marks.marks:
        by_square[square_px(mark.across, picture.size)].append(mark)
    whole = picture.convert("RGB")
    for square, some in sorted(by_square.items()):
        mask = Image.new("L", picture.size)
        drawn = ImageDraw.Draw(mask)
        for mark in some:
            mark.draw(drawn)
        picture.paste(_mosaic(whole, square), mask=mask)
    written = io.BytesIO()
    picture.save(written, format=kind.name, quality=JPEG_QUALITY)
    return written.getvalue()


def _mosaic(picture: Image.Image, square: int) -> Image.Image:
    """Return a picture of squares, each of the mean of what it covers, rounded to few levels."""
    few = (max(1, math.ceil(picture.width / square)), max(1, math.ceil(picture.height / square)))
    small = picture.resize(few, Image.Resampling.BOX)
    levels = [(value & LEVELS_MASK) | LEVELS_MIDDLE for value in range(256)]
    return small.point(levels * len(small.getbands())).resize(picture.size, Image.Resampling.NEAREST)
