"""Bytes of a text file as UTF-8, in pieces, whatever the encoding and the compression."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from quietude.sources.batch import SourceError

CHUNK_BYTES = 8 * 2**20  # large enough for columns to be worth their set-up, small enough to hold several
HEAD_BYTES = 2**20
MAX_SICK_SHARE = 0.05  # a stray byte is an accident of its record; more than one line in twenty is a wrong encoding
REPLACEMENT = "\ufffd".encode()

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark its own begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class TextStream:
    """One text file read from beginning to end; `bytes_read` counts what has left the disk."""

    def __init__(self, path: Path, *, encoding: str | None, chunk_bytes: int = CHUNK_BYTES) -> None:
        self.path = path
        self.chunk_bytes = chunk_bytes
        with self._open() as (_, stream):
            head = self._take(stream, HEAD_BYTES)
        if not head:
            raise SourceError(f"{path}: the file is empty", code="empty", file=path.name)
        self.encoding = encoding_of(head, encoding, path)
        self._file: IO[bytes] | None = None

    def _open(self) -> _Opened:
        return _Opened(self.path)

    def _take(self, stream: IO[bytes], size: int) -> bytes:
        try:
            return stream.read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise SourceError(
                f"{self.path}: the compressed file is damaged or cut short ({error}); fetch it again",
                code="format",
                file=self.path.name,
            ) from error

    @property
    def bytes_read(self) -> int:
        """Return how many bytes of the file on disk were read so far."""
        return self._file.tell() if self._file is not None and not self._file.closed else 0

    def chunks(self) -> Iterator[bytes]:
        """Yield the text as UTF-8 without its mark; what cannot be decoded becomes U+FFFD (in UTF-8 it stays)."""
        decoder = None if self.encoding == "utf-8" else codecs.getincrementaldecoder(self.encoding)(errors="replace")
        is_first = True
        with self._open() as (file, stream):
            self._file = file
            while piece := self._take(stream, self.chunk_bytes):
                data = decoder.decode(piece).encode() if decoder is not None else piece
                if is_first:
                    data = data.removeprefix(codecs.BOM_UTF8)
                    is_first = False
                if data:
                    yield data
            if decoder is not None and (rest := decoder.decode(b"", final=True)):
                yield rest.encode()


class _Opened:
    """A file and what reads it, decompressed when its first bytes say so; both closed at the end."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> tuple[IO[bytes], IO[bytes]]:
        self.file: IO[bytes] = self.path.open("rb")
        is_compressed = self.file.read(2) == b"\x1f\x8b"
        self.file.seek(0)
        self.stream: IO[bytes] = gzip.GzipFile(fileobj=self.file) if is_compressed else self.file  # type: ignore[assignment]
        return self.file, self.stream

    def __exit__(self, *_: object) -> None:
        self.stream.close()
        self.file.close()


def encoding_of(head: bytes, declared: str | None, path: Path) -> str:
    """Return the codec to read a file by: its byte-order mark's, else the declared one, else UTF-8 when the head is.

    Nothing is guessed: a head that is not what it should be is an error that proposes what it looks like.

    Raises:
        SourceError: too many lines of the head cannot be decoded.
    """
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return "utf-8" if codec == "utf-8-sig" else codec
    codec = codecs.lookup(declared or "utf-8").name
    if codec.startswith(("utf-16", "utf-32")):
        return codec
    if head.count(0) > len(head) * MAX_SICK_SHARE:
        raise SourceError(
            f"{path}: one byte in {len(head) // head.count(0)} is null: this is not {codec} text; "
            "declare `encoding: utf-16` (or utf-16-le), or the right `format`",
            code="encoding",
            file=path.name,
        )
    sick = _undecodable_lines(head, codec)
    if sick and len(sick) > MAX_SICK_SHARE * (head.count(b"\n") + 1):
        line, byte, offset = sick[0]
        raise SourceError(
            f"{path}:{line}: byte 0x{byte:02X} at offset {offset} is not {codec}; {len(sick)} of the first "
            f"{head.count(bytes([10])) + 1} lines are like it: declare the file's encoding "
            f"(`encoding: {_likely(head)}` reads it)",
            code="encoding",
            file=path.name,
            line=line,
            byte=f"0x{byte:02X}",
            offset=offset,
        )
    return codec


def _undecodable_lines(head: bytes, codec: str) -> list[tuple[int, int, int]]:
    """Return (line, byte, offset of the byte) of each line that cannot be decoded, an unfinished last one aside."""
    try:
        head.decode(codec)
    except UnicodeDecodeError as error:
        if error.start > len(head) - 4 and len(head) == HEAD_BYTES:
            return []
    else:
        return []
    found, offset = [], 0
    for number, line in enumerate(head.split(b"\n"), start=1):
        try:
            line.decode(codec)
        except UnicodeDecodeError as error:
            found.append((number, line[error.start], offset + error.start))
        offset += len(line) + 1
    return found


def _likely(head: bytes) -> str:
    for codec in ("utf-8", "cp1252", "iso8859-15"):
        try:
            head.decode(codec)
        except UnicodeDecodeError:
            continue
        return codec
    return "iso8859-15"
