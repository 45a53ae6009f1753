"""What type a document is, by its content, and how its name may be shown; programs and unknown types are not taken."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from email.parser import BytesHeaderParser

from django.utils.translation import gettext

from quietude.portal.documents.models import NAME_MAX
from quietude.portal.uploads.problem import UploadRefused

FILE_BYTES_MAX = 100 * 2**20  # an A4 page scanned at 300 dpi has 0.1 to 1 MB: a file of a hundred pages at least
PDF, TIFF, EML, HTML, TEXT = "application/pdf", "image/tiff", "message/rfc822", "text/html", "text/plain"
PICTURES = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", TIFF: "tif"}
OFFICE = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx", "word/"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx", "xl/"),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ("pptx", "ppt/"),
}
OPEN_DOCUMENT = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
}
ENDINGS = {
    PDF: "pdf", EML: "eml", HTML: "html", TEXT: "txt",
    **PICTURES, **OPEN_DOCUMENT, **{kind: ending for kind, (ending, _inside) in OFFICE.items()},
}  # fmt: skip
"""Types that are taken, with the ending of their files."""
MACROS = "vbaproject.bin"
PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"Rar!",
    b"7z\xbc\xaf",
)
"""First bytes of programs (Windows, Unix, macOS, Java) and of archives that are not office files."""
ZIP_ENTRIES_MAX = 20_000  # a workbook of a thousand sheets has some 2,000
MIME_BYTES_MAX = 100  # of the entry `mimetype`, ODF 1.3 part 2, 3.3
HEAD_BYTES = 4096
HEADERS = ("From", "Subject", "Date", "Received", "Message-ID", "MIME-Version")


def media_type_of(content: bytes, name: str) -> str:
    """Return the type of a document by its content; the ending of its name decides between kinds of text only.

    Raises:
        UploadRefused: it is too large, empty, a program, or of a type that is not read; the message says what to do.
    """
    if not content:
        raise UploadRefused(gettext("The file is empty. Send it again."))
    if len(content) > FILE_BYTES_MAX:
        said = gettext("The document is larger than %(most)s MB. Send it in parts.")
        raise UploadRefused(said % {"most": FILE_BYTES_MAX // 2**20})
    if content.startswith(PROGRAMS):
        raise UploadRefused(gettext("This file is a program or an archive, whatever its name says. It is not taken."))
    found = _by_first_bytes(content) or _text(content, name)
    if found is None:
        raise UploadRefused(
            gettext("This type of document is not read. Send a PDF, a scan (TIFF, PNG, JPEG), or an office file.")
        )
    return found


def clean_name(name: str, media_type: str) -> str:
    """Return the name of a file as it can be shown and saved anywhere, with the ending of its type."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    stem = last.rpartition(".")[0] or last
    said = re.sub(r"\s+", " ", re.sub(r"[^\w .,()+'’-]+", " ", stem)).strip(" .-")
    ending = f".{ENDINGS[media_type]}"
    return f"{said[: NAME_MAX - len(ending)] or 'document'}{ending}"


def _by_first_bytes(content: bytes) -> str | None:
    if b"%PDF-" in content[:1024]:  # some scanners write before it; ISO 32000-1, annex H.3.4.1
        return PDF
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content.startswith((b"II*\x00", b"MM\x00*")):
        return TIFF
    return _office(content) if content.startswith(b"PK\x03\x04") else None


def _office(content: bytes) -> str | None:
    """Return the type of an office file; nothing of it is unpacked but its short statement of type.

    Raises:
        UploadRefused: it is broken, holds macros, or has more parts than an office file has.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            entries = packed.infolist()
            names = [each.filename.lower() for each in entries]
            if len(names) > ZIP_ENTRIES_MAX:
                raise UploadRefused(
                    gettext("This file is a program or an archive, whatever its name says. It is not taken.")
                )
            stated = packed.open(entries[0]).read(MIME_BYTES_MAX) if names[:1] == ["mimetype"] else b""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        if isinstance(error, UploadRefused):
            raise
        raise UploadRefused(gettext("The file is broken or cut off, and was not kept. Send it again.")) from error
    if any(each.endswith(MACROS) for each in names):
        raise UploadRefused(gettext("This office file holds a program (macros). Save it without, and send that one."))
    kind = stated.decode("ascii", "replace").strip()
    if kind in OPEN_DOCUMENT:
        return kind
    if "[content_types].xml" not in names:
        return None
    return next((kind for kind, (_, inside) in OFFICE.items() if any(each.startswith(inside) for each in names)), None)


def _text(content: bytes, name: str) -> str | None:
    if b"\x00" in content[:HEAD_BYTES]:
        return None
    ending = name.rpartition(".")[2].lower()
    if ending == "eml":
        said = BytesHeaderParser().parsebytes(content[: 16 * HEAD_BYTES])
        return EML if any(header in said for header in HEADERS) else None
    if ending in {"html", "htm"} or re.match(rb"\s*<(?:!doctype html|html)", content[:HEAD_BYTES], re.IGNORECASE):
        return HTML
    return TEXT if ending in {"txt", "md", "text", "log"} else None
