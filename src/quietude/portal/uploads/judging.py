"""Judges a file by its content, not its name, and makes photographs anew without what they tell of their author."""

from __future__ import annotations

import io
import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext
from PIL import Image, ImageOps

from quietude.portal.uploads.problem import UploadRefused

PIXELS_MAX = 50_000_000  # a telephone of 48 megapixels; 200 MB of memory while it is made anew
JPEG_QUALITY = 90  # by eye the same as what the telephone made
TAIL_BYTES = 1024  # where readers of PDF look for its end
ACTS = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)\b")
"""What makes a PDF do something. Parts of a file that are compressed can hide it: it is sent sandboxed all the same."""
LOCKED = re.compile(rb"/Encrypt\b")
"""Stands in the trailer of a PDF with a password, which is never compressed. Source: ISO 32000-1, 7.5.5 and 7.6.1."""
PROGRAMS = (
    b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf\x27\x1c",
)  # fmt: skip
"""First bytes of programs (Windows, Unix, macOS, Java), and of archives and office files, which can hold some."""


class Kind(StrEnum):
    """A type of file that can be taken, by its media type."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    PDF = "application/pdf"


PHOTOGRAPHS = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP})
ENDINGS = {Kind.JPEG: "jpg", Kind.PNG: "png", Kind.WEBP: "webp", Kind.PDF: "pdf"}


@dataclass(frozen=True, slots=True)
class Judged:
    """A file that may be kept."""

    kind: Kind
    content: bytes


def kind_of(content: bytes) -> Kind | None:
    """Return what a file is by its first bytes, None for what is not taken."""
    if content.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Kind.WEBP
    return Kind.PDF if content.startswith(b"%PDF-") else None


def judge(content: bytes, declared: str, allowed: Collection[Kind], bytes_max: int) -> Judged:
    """Return a file as it may be kept: a photograph made anew, a PDF as it is.

    Raises:
        UploadRefused: it is too large, of no allowed type, not what it is declared to be, broken, or it acts by itself.
    """
    if len(content) > bytes_max:
        raise UploadRefused(too_large(bytes_max))
    kind = kind_of(content)
    if content.startswith(PROGRAMS):
        raise UploadRefused(
            gettext(
                "This file is a program, or can hold one (an archive, an office file), whatever its name says. It is "
                "not taken. Send a photograph of it, or a PDF printed from it."
            )
        )
    if kind is None or kind not in allowed:
        names = ", ".join(sorted(ENDINGS[one].upper() for one in allowed))
        raise UploadRefused(gettext("This type of file is not taken. Send one of these: %(names)s.") % {"names": names})
    if declared.partition(";")[0].strip().lower() != kind:
        raise UploadRefused(
            gettext("The file is not what its name says. Open it, save it again under the right type, and send that.")
        )
    return Judged(kind, _photograph(content, kind) if kind in PHOTOGRAPHS else _document(content))


def too_large(bytes_max: int) -> str:
    """Return what whoever sends too much is told."""
    return gettext("The file is larger than %(most)s MB. Send a smaller one.") % {"most": bytes_max // 1_000_000}


def _photograph(content: bytes, kind: Kind) -> bytes:
    """Return a photograph made anew from its points: no EXIF, place, comment or hidden second content is left."""
    name = kind.name
    try:
        with Image.open(io.BytesIO(content), formats=(name,)) as picture:
            if picture.width * picture.height > PIXELS_MAX:
                raise UploadRefused(_too_many_points())
            upright = ImageOps.exif_transpose(picture)
            has_holes = kind is not Kind.JPEG and upright.has_transparency_data
            points = upright.convert("RGBA" if has_holes else "RGB")
    except Image.DecompressionBombError as error:
        raise UploadRefused(_too_many_points()) from error
    except (OSError, ValueError, SyntaxError) as error:
        if isinstance(error, UploadRefused):
            raise
        raise UploadRefused(_broken()) from error
    clean = Image.new(points.mode, points.size)
    clean.paste(points)  # the points alone: a copy would carry comments and profiles along
    written = io.BytesIO()
    clean.save(written, format=name, quality=JPEG_QUALITY)
    return written.getvalue()


def _document(content: bytes) -> bytes:
    if b"%%EOF" not in content[-TAIL_BYTES:]:
        raise UploadRefused(_broken())
    if LOCKED.search(content):
        raise UploadRefused(
            gettext(
                "This PDF is locked by a password: nobody could read it later, nor look for viruses in it. "
                "Save it without the password, and send that one."
            )
        )
    if ACTS.search(content):
        raise UploadRefused(
            gettext("This PDF holds a program or another file. Print it to a new PDF, and send that one.")
        )
    return content


def _too_many_points() -> str:
    return gettext("The picture has too many points (%(most)s million at most). Send a smaller one.") % {
        "most": PIXELS_MAX // 1_000_000
    }


def _broken() -> str:
    return gettext("The file is broken or cut off, and was not kept. Send it again.")
