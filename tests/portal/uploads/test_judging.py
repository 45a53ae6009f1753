"""A file is what it holds; a photograph comes out without place, comment or hidden second content."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from quietude.portal.uploads.judging import PIXELS_MAX, Kind, judge, kind_of
from quietude.portal.uploads.problem import UploadRefused

ALL = frozenset(Kind)
MB = 1_000_000
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
CANARY = b"canary-5f1c"


def photograph(form: str = "JPEG", size: tuple[int, int] = (40, 20)) -> bytes:
    """Return a picture with a place, a turn, a comment and a profile in it."""
    picture = Image.new("RGB", size, (200, 30, 30))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif[0x010E] = CANARY.decode()
    exif.get_ifd(0x8825)[2] = (43.0, 17.0, 30.0)
    written = io.BytesIO()
    picture.save(written, format=form, exif=exif, icc_profile=CANARY, **({"comment": CANARY} if form == "JPEG" else {}))
    return written.getvalue()


def bomb(width: int, height: int) -> bytes:
    """Return a small PNG that claims to be huge."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack("!I", len(content)) + name + content + struct.pack("!I", zlib.crc32(name + content))

    head = chunk(b"IHDR", struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", [Kind.JPEG, Kind.PNG, Kind.WEBP])
def test_a_photograph_keeps_its_points_and_nothing_of_its_author(kind: Kind) -> None:
    sent = photograph(kind.name) + b"<script>" + CANARY
    kept = judge(sent, kind.value, ALL, MB)
    assert kept.kind is kind
    assert CANARY in sent
    assert CANARY not in kept.content
    assert b"<script>" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert picture.size == (20, 40)  # upright now
        assert not picture.getexif()
        point = picture.convert("RGB").getpixel((5, 5))
    assert isinstance(point, tuple)
    red, green, blue = point
    assert red > 180
    assert max(green, blue) < 60


def test_a_pdf_is_kept_as_it_is() -> None:
    assert judge(PDF, "application/pdf", ALL, MB).content == PDF


REFUSED = {
    "a page": (b"<html><script>alert(1)</script>", "image/png"),
    "a page that says it is a picture": (b"<svg onload=alert(1)>", "image/svg+xml"),
    "a picture under another type": (photograph("PNG"), "image/jpeg"),
    "a pdf that says it is a picture": (PDF, "image/jpeg"),
    "a cut-off photograph": (photograph()[:200], "image/jpeg"),
    "a cut-off pdf": (PDF[:-8], "application/pdf"),
    "a program in a pdf": (
        PDF.replace(b"/Type", b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>/Type"),
        "application/pdf",
    ),
    "a bomb of too many points": (bomb(PIXELS_MAX // 1000 + 1, 1000), "image/png"),
    "a bomb that Pillow refuses": (bomb(60_000, 60_000), "image/png"),
    "nothing": (b"", "image/png"),
}


@pytest.mark.parametrize(("content", "declared"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_not_taken_is_refused_with_what_to_do(content: bytes, declared: str) -> None:
    with pytest.raises(UploadRefused) as refused:
        judge(content, declared, ALL, MB)
    assert len(str(refused.value)) > 30


def test_what_is_too_large_or_not_asked_for_is_refused() -> None:
    with pytest.raises(UploadRefused):
        judge(PDF, "application/pdf", ALL, len(PDF) - 1)
    with pytest.raises(UploadRefused):
        judge(PDF, "application/pdf", {Kind.JPEG}, MB)


@given(st.sampled_from(sorted(Kind)), st.binary(max_size=300))
def test_no_content_breaks_it(kind: Kind, rest: bytes) -> None:
    starts = {
        Kind.JPEG: b"\xff\xd8\xff",
        Kind.PNG: b"\x89PNG\r\n\x1a\n",
        Kind.WEBP: b"RIFFxxxxWEBP",
        Kind.PDF: b"%PDF-",
    }
    content = starts[kind] + rest
    assert kind_of(content) is kind
    try:
        judged = judge(content, kind.value, ALL, MB)
    except UploadRefused:
        return
    assert kind_of(judged.content) is kind
