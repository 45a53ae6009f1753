"""What is blurred cannot be read back: few squares of one rounded colour, whatever was below."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw
from pydantic import ValidationError
from tests.portal.attachments.conftest import photograph

from quietude.portal.attachments.blurring import (
    EDGE_SQUARES,
    MARKS_MAX,
    SQUARE_MIN_PX,
    Frame,
    Marks,
    Stroke,
    blurred,
    square_px,
)
from quietude.portal.uploads.judging import Kind

SIZE = (400, 300)
SMALL = '{"kind": "frame", "left": 0, "top": 0, "width": 5, "height": 5}'


def png(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, format="PNG")
    return written.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


def face() -> Image.Image:
    """Return a picture with much detail in its middle."""
    picture = Image.effect_noise(SIZE, 90).convert("RGB")
    drawn = ImageDraw.Draw(picture)
    for step in range(20):
        drawn.ellipse(
            (150 + step * 2, 100 + step, 250 - step * 2, 200 - step), outline=(step * 12, 40, 255 - step * 12)
        )
    return picture


def test_a_frame_holds_a_dozen_colours_and_nothing_else_changed() -> None:
    before = face()
    after = opened(
        blurred(png(before), Kind.PNG, Marks(marks=(Frame(kind="frame", left=150, top=100, width=100, height=100),)))
    )
    inside = after.crop((151, 101, 250, 200))
    assert len(before.crop((151, 101, 250, 200)).getcolors(100_000) or []) > 200
    assert len(inside.getcolors(100_000) or []) <= 25  # squares of 36 px: four by four at most, cut by its edges
    outside = ImageChops.difference(before, after)
    ImageDraw.Draw(outside).rectangle((150, 100, 250, 200), fill=0)
    assert outside.getbbox() is None


def test_two_faces_of_the_same_mean_become_the_same_squares() -> None:
    """Whatever a square held, only its mean is left, and that rounded: nothing can be computed back."""
    one = Image.new("RGB", SIZE, (128, 128, 128))
    other = one.copy()
    drawn = ImageDraw.Draw(other)
    for x in range(0, SIZE[0], 2):
        drawn.line((x, 0, x, SIZE[1]), fill=(130, 130, 130))
        drawn.line((x + 1, 0, x + 1, SIZE[1]), fill=(126, 126, 126))
    whole = Marks(marks=(Frame(kind="frame", left=0, top=0, width=400, height=300),))
    assert blurred(png(one), Kind.PNG, whole) == blurred(png(other), Kind.PNG, whole)


@given(
    st.lists(st.tuples(st.floats(-50, 450), st.floats(-50, 350)), min_size=1, max_size=20),
    st.floats(0.5, 300),
)
@settings(max_examples=40, deadline=None)
def test_whatever_the_brush_does_the_picture_keeps_its_size_and_its_squares_are_coarse(
    points: list[tuple[float, float]], radius: float
) -> None:
    stroke = Stroke(radius=radius, points=tuple(points))
    after = opened(blurred(png(Image.new("RGB", SIZE, (200, 10, 10))), Kind.PNG, Marks(marks=(stroke,))))
    assert after.size == SIZE
    side = square_px(stroke.across, SIZE)
    assert side >= max(SQUARE_MIN_PX, max(SIZE) / EDGE_SQUARES, stroke.across / 3)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_each_type_stays_what_it_is_and_says_nothing_more(form: str) -> None:
    mark = Stroke(radius=30, points=((160, 120), (180, 130)))
    made = blurred(photograph(form=form), Kind[form], Marks(marks=(mark,)))
    with Image.open(io.BytesIO(made)) as picture:
        assert picture.format == form
        assert not picture.getexif()


@pytest.mark.parametrize(
    "said",
    [
        pytest.param('{"marks": []}', id="nothing"),
        pytest.param('{"marks": [{"kind": "stroke", "radius": 0, "points": [[1, 1]]}]}', id="no width"),
        pytest.param('{"marks": [{"kind": "stroke", "radius": 5, "points": []}]}', id="no points"),
        pytest.param('{"marks": [{"kind": "frame", "left": 1e9, "top": 0, "width": 5, "height": 5}]}', id="far away"),
        pytest.param('{"marks": [{"kind": "frame", "left": NaN, "top": 0, "width": 5, "height": 5}]}', id="no number"),
        pytest.param('{"marks": [{"kind": "erase", "left": 0}]}', id="another kind"),
        pytest.param('{"marks": [' + ",".join([SMALL] * (MARKS_MAX + 1)) + "]}", id="too many"),
        pytest.param("[", id="no json"),
    ],
)  # fmt: skip
def test_marks_that_make_no_sense_are_refused(said: str) -> None:
    with pytest.raises(ValidationError):
        Marks.model_validate_json(said)
