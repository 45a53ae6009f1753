"""Images: their size is read before they are, their pages one by one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageOps

from quietude.documents.extracted import ExtractionError, Limits

FORMATS = ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP")
MILLION = 1_000_000


def open_image(path: Path, limits: Limits) -> Image.Image:
    """Open an image without reading its pixels.

    Raises:
        ExtractionError: it is no image that we read, or too large.
    """
    Image.MAX_IMAGE_PIXELS = None  # the limit is ours, below: Pillow's own only warns
    try:
        image = Image.open(path, formats=FORMATS)
    except OSError:
        raise ExtractionError("unreadable") from None
    _judge(image, limits)
    return image


def _judge(image: Image.Image, limits: Limits) -> None:
    if image.width * image.height > limits.megapixels * MILLION:
        raise ExtractionError("image-too-large")


def pages_of(image: Image.Image, limits: Limits) -> Iterator[Image.Image]:
    """Return the pages of an image, upright by what the camera noted.

    Raises:
        ExtractionError: there are too many, one is too large, or its pixels are damaged.
    """
    count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1  # an animation is read at its first image
    if count > limits.pages:
        raise ExtractionError("too-many-pages")
    for number in range(count):
        yield page_of(image, number, limits)


def page_of(image: Image.Image, number: int, limits: Limits) -> Image.Image:
    """Return one page, from 0."""
    try:
        if number:
            image.seek(number)
        _judge(image, limits)
        upright = ImageOps.exif_transpose(image)
        return upright.convert("RGB" if upright.mode not in {"1", "L"} else "L")
    except (EOFError, OSError, SyntaxError, ValueError):
        raise ExtractionError("unreadable") from None


def size_pt(image: Image.Image, original: Image.Image) -> tuple[float, float]:
    """Return the size on paper, in points; an image that says no resolution is taken as 150 dots an inch."""
    across, down = original.info.get("dpi", (150, 150))
    across, down = (float(dots) if 30 <= float(dots) <= 2400 else 150.0 for dots in (across, down))
    return round(image.width * 72 / across, 2), round(image.height * 72 / down, 2)


def shrunk(image: Image.Image, most_pixels: int) -> Image.Image:
    """Return the image with at most that many pixels."""
    factor = (most_pixels / (image.width * image.height)) ** 0.5
    return image if factor >= 1 else image.resize((round(image.width * factor), round(image.height * factor)))
