"""Asks ClamAV, where this machine has it, whether a file is known to be harmful: by its socket, never by a network."""

from __future__ import annotations

import socket
import struct
from enum import StrEnum
from pathlib import Path

PART_BYTES = 64 * 1024
WAIT_S = 30  # a file of 20 MB takes a few seconds
ANSWER_MAX = 4096
USUAL = (Path("/run/clamav/clamd.ctl"), Path("/run/clamd.scan/clamd.sock"))
"""Where clamd listens as Debian and as Fedora set it up."""


class Verdict(StrEnum):
    """What the scanner said. Only `CLEAN` means that one looked."""

    CLEAN = "clean"
    HARMFUL = "harmful"
    NOT_INSTALLED = "not_installed"
    """No scanner is set up, or its socket is not there: nobody looked."""
    FAILED = "failed"
    """The scanner did not answer, or not in its own words: nobody looked."""


def usual_socket() -> Path | None:
    """Return where a clamd of this machine listens; None where there is none."""
    return next((path for path in USUAL if path.is_socket()), None)


def scan(content: bytes, path: Path | None) -> tuple[Verdict, str]:
    """Return the verdict on a file, and the name of what was found or why nobody looked.

    `path` is clamd's Unix socket (`LocalSocket` in clamd.conf), None where there is none. Protocol: clamd(8), INSTREAM.
    """
    if path is None or not path.is_socket():
        return Verdict.NOT_INSTALLED, "" if path is None else f"{path} is not there"
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as daemon:
            daemon.settimeout(WAIT_S)
            daemon.connect(str(path))
            daemon.sendall(b"zINSTREAM\0")
            for begin in range(0, len(content), PART_BYTES):
                part = content[begin : begin + PART_BYTES]
                daemon.sendall(struct.pack("!I", len(part)) + part)
            daemon.sendall(struct.pack("!I", 0))
            said = _answer(daemon)
    except OSError as error:
        return Verdict.FAILED, str(error)
    if said == "stream: OK":
        return Verdict.CLEAN, ""
    if said.startswith("stream: ") and said.endswith(" FOUND"):
        return Verdict.HARMFUL, said.removeprefix("stream: ").removesuffix(" FOUND")
    return Verdict.FAILED, said or "it said nothing"


def _answer(daemon: socket.socket) -> str:
    said = b""
    while b"\0" not in said and len(said) < ANSWER_MAX and (part := daemon.recv(ANSWER_MAX)):
        said += part
    return said.partition(b"\0")[0].decode(errors="replace").strip()
