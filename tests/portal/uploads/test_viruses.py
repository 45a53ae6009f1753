"""The scanner is spoken to in its protocol; whatever is not a clear "OK" is no clean bill."""

from __future__ import annotations

import socket
import struct
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from quietude.portal.uploads.viruses import PART_BYTES, Verdict, scan

EICAR_LIKE = b"made-up harmful file"


@contextmanager
def daemon(answer: bytes | None = None) -> Iterator[tuple[Path, list[bytes]]]:
    """Start a small clamd that reads one stream: FOUND for the made-up file, OK for others, or a given answer."""
    read: list[bytes] = []
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        path = Path(folder) / "clamd.sock"  # the name of a socket has at most 108 characters
        listener.bind(str(path))
        listener.listen(1)

        def serve() -> None:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                while size := struct.unpack("!I", stream.read(4))[0]:
                    read.append(stream.read(size))
                is_harmful = EICAR_LIKE in b"".join(read)
                said = b"stream: Made-Up-Test FOUND\0" if is_harmful else b"stream: OK\0"
                connection.sendall(said if answer is None else answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield path, read
        thread.join(timeout=10)


def test_a_clean_file_is_streamed_whole_and_in_parts() -> None:
    content = bytes(PART_BYTES * 2 + 5)
    with daemon() as (path, read):
        assert scan(content, path) == (Verdict.CLEAN, "")
    assert [len(part) for part in read] == [PART_BYTES, PART_BYTES, 5]


def test_a_harmful_file_is_named() -> None:
    with daemon() as (path, _):
        assert scan(b"x" + EICAR_LIKE, path) == (Verdict.HARMFUL, "Made-Up-Test")


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: OKAY\0", b"\xff\xfe"])
def test_any_other_answer_is_a_failure(answer: bytes) -> None:
    with daemon(answer) as (path, _):
        assert scan(b"x", path)[0] is Verdict.FAILED


def test_without_a_scanner_it_is_said_plainly(tmp_path: Path) -> None:
    assert scan(b"x", None) == (Verdict.NOT_INSTALLED, "")
    assert scan(b"x", tmp_path / "clamd.sock") == (Verdict.NOT_INSTALLED, f"{tmp_path / 'clamd.sock'} is not there")


def test_a_scanner_that_does_not_listen_is_a_failure() -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as silent:
        path = Path(folder) / "clamd.sock"
        silent.bind(str(path))
        assert scan(b"x", path)[0] is Verdict.FAILED
