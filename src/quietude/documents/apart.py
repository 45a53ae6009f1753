"""Read a file in a process of its own, with limits: a hostile file takes that process down and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import get_args

import orjson

import quietude
from quietude.documents.extracted import Extracted, ExtractionError, Limits, Reason
from quietude.documents.passing import ANSWER, extracted_of

RENDERING = Limits(seconds=30.0, output_mib=32)  # a person waits for it
OUT_OF_MEMORY = (b"bad_alloc", b"memory allocation", b"MemoryError", b"Cannot allocate", b"out of memory")
MIB = 2**20


def extract(path: Path, media_type: str, limits: Limits, *, work_dir: Path, engine: str | None = None) -> Extracted:
    """Return the text of a file, page by page.

    Args:
        path: the file. It is only read, and its name is never used.
        media_type: what the file is said to be. What it is, is seen in its content.
        limits: what reading it may take.
        work_dir: an empty folder of the caller's; the archived copy is left in it.
        engine: "tesseract" or "rapidocr" for scans; by default the first that is installed.

    Raises:
        ExtractionError: with a reason for a person.
    """
    asked = {"task": "extract", "path": str(path.resolve()), "media_type": media_type, "engine": engine}
    answer = _in_a_process(asked, limits, work_dir)
    return extracted_of(orjson.loads(answer), work_dir)


def render(path: Path, page: int, width_px: int) -> bytes:
    """Return a page as a WebP image.

    Args:
        path: a PDF or an image.
        page: from 1.
        width_px: 16 to 4,000.

    Raises:
        ExtractionError: with a reason for a person.
    """
    asked = {"task": "render", "path": str(path.resolve()), "page": page, "width_px": width_px}
    with tempfile.TemporaryDirectory(prefix="quietude-page-") as work_dir:
        return _in_a_process(asked, RENDERING, Path(work_dir))


def _in_a_process(asked: Mapping[str, object], limits: Limits, work_dir: Path) -> bytes:
    """Return what the worker wrote. Its environment holds no secret of ours, its group is ended when time is up."""
    work_dir = work_dir.resolve()
    question = orjson.dumps({**asked, "limits": asdict(limits), "work_dir": str(work_dir)})
    said = work_dir / "said.txt"
    with said.open("wb") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "quietude.documents.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=err,
            cwd=work_dir,
            env=_environment(work_dir),
            start_new_session=True,
        )
        try:
            process.communicate(question, timeout=limits.seconds)
        except subprocess.TimeoutExpired:
            raise ExtractionError("timed-out") from None
        finally:
            _end(process)
    return _answer(process.returncode, work_dir / ANSWER, said)


def _environment(work_dir: Path) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": str(Path(quietude.__file__).parents[1]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANG": "C.UTF-8",
        "HOME": str(work_dir),
        "TMPDIR": str(work_dir),
        "OMP_THREAD_LIMIT": "1",  # Tesseract's own threads make a page ten times slower
        "OPENBLAS_NUM_THREADS": "1",
    }


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # the group: Tesseract too
    process.wait()


def _answer(code: int, answer: Path, said: Path) -> bytes:
    with said.open("rb") as err:
        words = err.read(MIB)
    if code == 0 and answer.is_file():
        return answer.read_bytes()
    named = words.decode("utf-8", "replace").rpartition("\nreason=")[2].strip()
    reason: Reason = "unreadable"
    if code == -signal.SIGXCPU:
        reason = "timed-out"
    elif code > 0 and (named := words.decode("utf-8", "replace").rpartition("\nreason=")[2].strip()) in get_args(
        Reason
    ):
        reason = next(known for known in get_args(Reason) if known == named)
    elif any(sign in words for sign in OUT_OF_MEMORY):
        reason = "too-much-memory"
    raise ExtractionError(reason)
