"""The process that reads one file: it takes its limits before it opens anything, and is gone afterwards."""

from __future__ import annotations

import errno
import resource
import sys
from pathlib import Path
from typing import Any

import orjson

from quietude.documents.extracted import ExtractionError, Limits, Reason
from quietude.documents.passing import ANSWER, written

MIB = 2**20


def limit(limits: Limits) -> None:
    """Take the limits for this process and those that it starts."""
    seconds = int(limits.seconds) + 5  # of the processor: were the parent to die, this ends by itself
    for what, wanted in (
        (resource.RLIMIT_AS, limits.memory_mib * MIB),
        (resource.RLIMIT_FSIZE, limits.output_mib * MIB),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(what, (most, most))


def answer(asked: dict[str, Any], limits: Limits) -> bytes:
    """Return what was asked for.

    Raises:
        ExtractionError: the file can't be read.
    """
    from quietude.documents.reading import read_file, rendered  # noqa: PLC0415 - the libraries load under the limits

    path, work_dir = Path(asked["path"]), Path(asked["work_dir"])
    if asked["task"] == "render":
        return rendered(path, asked["page"], asked["width_px"], limits)
    return written(read_file(path, asked["media_type"], limits, work_dir=work_dir, engine=asked["engine"]))


def reason_of(problem: BaseException) -> Reason:
    """Return the reason for a person. What a parser says of a file may hold the file's words: it goes nowhere."""
    if isinstance(problem, ExtractionError):
        return problem.reason
    if isinstance(problem, MemoryError):
        return "too-much-memory"
    if isinstance(problem, OSError) and problem.errno == errno.EFBIG:
        return "output-too-large"
    said = str(problem).lower()
    return "too-much-memory" if "alloc" in said or "out of memory" in said else "unreadable"


def main() -> int:
    """Answer the question on standard input in a file of the folder of work."""
    asked = orjson.loads(sys.stdin.buffer.read())
    limits = Limits(**asked["limits"])
    limit(limits)
    try:
        (Path(asked["work_dir"]) / ANSWER).write_bytes(answer(asked, limits))
    except BaseException as problem:
        sys.stderr.write(f"\n{type(problem).__name__}\nreason={reason_of(problem)}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
