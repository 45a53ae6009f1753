"""What a file is, by its content; and whether a packed one unpacks to more than it should."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from quietude.documents.extracted import ExtractionError

PDF = "application/pdf"
MAIL = "message/rfc822"
HTML = "text/html"
PLAIN = "text/plain"
IMAGES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"II*\0": "image/tiff",
    b"MM\0*": "image/tiff",
    b"GIF8": "image/gif",
    b"BM": "image/bmp",
}
OFFICE = "application/vnd.openxmlformats-officedocument."
PACKED = {
    "word/": f"{OFFICE}wordprocessingml.document",
    "xl/": f"{OFFICE}spreadsheetml.sheet",
    "ppt/": f"{OFFICE}presentationml.presentation",
}
OPEN_DOCUMENT = re.compile(r"application/vnd\.oasis\.opendocument\.(text|spreadsheet|presentation)$")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLE_STREAMS = {
    "WordDocument": "application/msword",
    "Workbook": "application/vnd.ms-excel",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
}
TEXTS = {"text/plain", "text/html", "text/markdown", "text/csv", "text/xml", "application/xml", "application/json"}
HEADER = re.compile(
    rb"(received|return-path|from|date|subject|to|mime-version|message-id|delivered-to|x-[\w-]+):", re.IGNORECASE
)
MARKUP = re.compile(rb"\s*(<!--.*?-->\s*)?<(!doctype html|html|head|body)\b", re.IGNORECASE | re.DOTALL)

MOST_UNPACKED = 512 * 2**20  # the largest real office documents of a town unpack to some 100 MiB
MOST_RATIO, RATIO_FROM = 200, 32 * 2**20  # XML packs 10 to 50 times; deflate's best is 1,032
MOST_MEMBERS = 20_000
HEAD = 8192
CHUNK = 2**20


def media_type_of(path: Path, said: str) -> str:
    """Return what a file is. `said` decides only between kinds of text, which look alike.

    Raises:
        ExtractionError: it is empty, protected, a bomb, or of a kind that holds no text for us.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip():
        raise ExtractionError("empty")
    if b"%PDF-" in head[:1024]:
        return PDF
    image = _image(head)
    if image is not None:
        return image
    if head.startswith(b"PK\x03\x04"):
        return _packed(path)
    return _ole(path) if head.startswith(OLE) else _text(head, said)


def _image(head: bytes) -> str | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((image for sign, image in IMAGES.items() if head.startswith(sign)), None)


def _packed(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as file:
            members = file.infolist()
            unpacked, packed = sum(member.file_size for member in members), path.stat().st_size
            if len(members) > MOST_MEMBERS or unpacked > max(RATIO_FROM, min(MOST_UNPACKED, MOST_RATIO * packed)):
                raise ExtractionError("zip-bomb")
            if any(member.flag_bits & 1 for member in members):
                raise ExtractionError("encrypted")
            names = [member.filename for member in members]
            _check_size(file, members)
            if "mimetype" in names:
                with file.open("mimetype") as member:
                    kind = member.read(200).decode("ascii", "replace").strip()
                if OPEN_DOCUMENT.match(kind):
                    return kind
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        raise ExtractionError("unreadable") from None
    for folder, kind in PACKED.items():
        if "[Content_Types].xml" in names and any(name.startswith(folder) for name in names):
            return kind
    raise ExtractionError("unknown-type")


def _check_size(file: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """Unpack the texts once: one that is larger than it says fails its check sum, and is read by nobody.

    Raises:
        zipfile.BadZipFile: a member is not what the index says.
    """
    for member in members:
        if member.filename.endswith((".xml", ".rels")):
            with file.open(member) as unpacked:
                while unpacked.read(CHUNK):
                    pass


def _ole(path: Path) -> str:
    """Return the kind of an office document of before 2007; a protected newer one lies in the same container."""
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise ExtractionError("encrypted")
    for stream, kind in OLE_STREAMS.items():
        if stream.encode("utf-16-le") in content:
            return kind
    raise ExtractionError("unknown-type")


def _text(head: bytes, said: str) -> str:
    if head.startswith(b"{\\rtf"):
        return "application/rtf"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return PLAIN
    if b"\0" in head:
        raise ExtractionError("unreadable" if said.startswith("text/") or said == PDF else "unknown-type")
    if said == MAIL or HEADER.match(head):
        return MAIL if HEADER.match(head) else PLAIN
    if MARKUP.match(head):
        return HTML
    return said if said in TEXTS else PLAIN
