"""What an unknown file is and how it is written: form, encoding, separator, sheet, where the header stands."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import fastexcel

from quietude.sources.batch import SourceError
from quietude.sources.read_spec import ReadSpec

HEAD_BYTES = 2**20  # enough lines to tell a separator and an encoding by
LINES = 60  # of the head are looked at: titles, units and remarks above a table take fewer than ten
HEADER_MAX = 15  # rows above the header; a sheet with more is laid out to be read by people
UNPACKED_MAX = 2 * 2**30  # bytes: a sheet of a million rows and forty columns unpacks to half of it
SEPARATORS = (";", ",", "\t", "|")
ENCODINGS = ("cp1252", "cp850", "mac_roman")
"""What French files are in that are not Unicode: Windows, DOS and old Macintosh programs."""
_LETTERS = frozenset("éèêëàâäçîïôöùûüœÉÈÊÀÇ°«»’€")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NO_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"MZ", b"\x7fELF", b"Rar!", b"7z\xbc\xaf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sniffed:
    """How a file is read, as far as the file itself tells."""

    read: ReadSpec
    sheets: tuple[str, ...] = ()
    """Names of a workbook's sheets, in its order."""
    rows: tuple[tuple[str, ...], ...] = ()
    """The first rows as they stand, titles and header among them: at most `LINES`."""


def sniff(path: Path, *, name: str | None = None, stated: ReadSpec | None = None) -> Sniffed:
    """Return how the file at `path` is read; `name` stands for it in the manifest. `stated` is what a person corrected.

    Raises:
        SourceError: the file is empty, no table, protected by a password, or holds macros (`code` says which).
    """
    shown = name or path.name
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head.strip():
        raise SourceError(f"{shown}: the file is empty", code="empty", file=shown)
    if head.startswith(_OLE):
        is_locked = "EncryptedPackage".encode("utf-16-le") in head
        raise SourceError(
            f"{shown}: {'protected by a password' if is_locked else 'a workbook of before 2007'}; save it as XLSX",
            code="encrypted" if is_locked else "old_workbook", file=shown,
        )  # fmt: skip
    if head.startswith(_NO_TABLES):
        raise SourceError(f"{shown}: this is no table", code="no_table", file=shown)
    if head.startswith(b"PK"):
        return _workbook(path, shown, stated)
    if head.startswith(b"\x1f\x8b"):
        head = _unpacked(path, shown)
    return _text(head, shown, stated)


def _unpacked(path: Path, shown: str) -> bytes:
    try:
        with gzip.open(path) as file:
            return file.read(HEAD_BYTES)
    except (EOFError, OSError, zlib.error) as error:
        raise SourceError(f"{shown}: the compressed file is damaged ({error})", code="damaged", file=shown) from error


def _workbook(path: Path, shown: str, stated: ReadSpec | None) -> Sniffed:
    form = _form(path, shown)
    try:
        book = fastexcel.read_excel(path)
        sheets = tuple(book.sheet_names)
        sheet = stated.sheet if stated is not None and stated.sheet in sheets else _fullest(book, sheets)
        frame = book.load_sheet(sheet, header_row=None, n_rows=LINES, dtypes="string").to_polars()
    except fastexcel.FastExcelError as error:
        raise SourceError(f"{shown}: the workbook cannot be read ({error})", code="damaged", file=shown) from error
    rows = tuple(tuple(cell or "" for cell in row) for row in frame.iter_rows())
    if not any(any(row) for row in rows):
        raise SourceError(f"{shown}: the sheet {sheet!r} is empty", code="empty", file=shown)
    skip = stated.skip if stated is not None else header_at(rows)
    read = ReadSpec.model_validate({"format": form, "path": shown, "sheet": sheet, "skip": skip})
    return Sniffed(read=read, sheets=sheets, rows=rows)


def _fullest(book: fastexcel.ExcelReader, sheets: Sequence[str]) -> str:
    """Return the sheet with the most rows: covers and lists of codes are shorter than the table."""
    return max(sheets, key=lambda name: book.load_sheet(name, header_row=None, dtypes="string", n_rows=5000).height)


def _form(path: Path, shown: str) -> str:
    """Return "xlsx" or "ods" by what the archive holds.

    Raises:
        SourceError: it is another archive, has macros or a password, or unpacks to more than a machine holds.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            size = sum(entry.file_size for entry in archive.infolist())
            form = archive.read("mimetype").decode("ascii", "replace") if "mimetype" in names else ""
            about = archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in names else b""
    except (zipfile.BadZipFile, OSError, zlib.error, RuntimeError) as error:
        raise SourceError(f"{shown}: the file is damaged or cut short ({error})", code="damaged", file=shown) from error
    if size > UNPACKED_MAX:
        raise SourceError(f"{shown}: unpacks to {size} bytes", code="too_large_inside", file=shown)
    if any(name.endswith("vbaProject.bin") for name in names) or any(name.startswith("Basic/") for name in names):
        raise SourceError(f"{shown}: the workbook holds macros; save it as XLSX", code="macros", file=shown)
    if b"encryption-data" in about:
        raise SourceError(f"{shown}: protected by a password", code="encrypted", file=shown)
    if "spreadsheet" in form:
        return "ods"
    if "xl/workbook.xml" in names:
        return "xlsx"
    raise SourceError(f"{shown}: an archive, not a table; upload what it holds", code="no_table", file=shown)


def _text(head: bytes, shown: str, stated: ReadSpec | None) -> Sniffed:
    encoding = stated.encoding if stated is not None and stated.encoding is not None else encoding_like(head)
    text = head.decode(encoding, "replace").lstrip("\ufeff")
    if "\0" in text[:4096]:
        raise SourceError(f"{shown}: null bytes: this is no text", code="no_table", file=shown)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    some = lines[:LINES]
    separator = stated.separator if stated is not None and stated.separator is not None else separator_of(some)
    rows = tuple(tuple(next(csv.reader(io.StringIO(line), delimiter=separator), [])) for line in some if line.strip())
    skip = stated.skip if stated is not None else header_at(rows)
    read = ReadSpec.model_validate(
        {"format": "csv", "path": shown, "encoding": encoding, "separator": separator, "skip": skip}
    )
    return Sniffed(read=read, rows=rows)


def encoding_like(head: bytes) -> str:
    """Return the encoding that a text is most likely in: its mark's, UTF-8 where it is that, else by its letters."""
    for mark, codec in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if head.startswith(mark):
            return codec
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # a letter that the head cuts in two is no error
    except UnicodeDecodeError:
        return max(ENCODINGS, key=lambda codec: _likeness(head, codec))
    return "utf-8"


def _likeness(head: bytes, codec: str) -> float:
    """Return how French a text reads in an encoding: its accented letters, less signs that no one types."""
    strange = [letter for letter in head.decode(codec, "replace") if ord(letter) > 127]
    good = sum(letter in _LETTERS for letter in strange)
    return (good - 2 * (len(strange) - good)) / max(len(strange), 1)


def separator_of(lines: Sequence[str]) -> str:
    """Return the separator that cuts most lines into the same number of fields, and into most fields."""

    def merit(separator: str) -> float:
        widths = Counter(len(next(csv.reader([line], delimiter=separator), [])) for line in lines if line.strip())
        width, times = max(widths.items(), key=lambda pair: (pair[1] * (pair[0] > 1), pair[0]), default=(1, 0))
        return times * min(width, 50) if width > 1 else 0.0

    return max(SEPARATORS, key=merit)


def header_at(rows: Sequence[Sequence[str]]) -> int:
    """Return how many rows stand above the header: the first row of names that is about as wide as the table."""
    widths = [sum(bool(cell.strip()) for cell in row) for row in rows]
    usual = sorted(widths[:LINES])[len(widths[:LINES]) // 2] if widths else 0
    for at, row in enumerate(rows[: HEADER_MAX + 1]):
        filled = [cell.strip() for cell in row if cell.strip()]
        if len(filled) >= max(2, 0.7 * usual) and all(_is_name(cell) for cell in filled):
            return at
    return next((at for at, width in enumerate(widths[: HEADER_MAX + 1]) if width >= max(1, 0.7 * usual)), 0)


def _is_name(cell: str) -> bool:
    return re.fullmatch(r"[\d\s.,:/\-+€%]+", cell) is None and len(cell) <= 80
