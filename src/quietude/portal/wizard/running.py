"""Starting the long work, and what it tells."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

from quietude.ingest.api import ImportReport, Quarantined
from quietude.portal.town import installation


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Where the work stands."""

    mode: str
    """"trial" or "import"."""
    is_running: bool
    stage: str = ""
    rows: int = 0
    percent: int = 0
    seconds_left: int | None = None
    report: ImportReport | None = None
    faults: tuple[Quarantined, ...] = field(default=())
    error: str = ""
    """"" where none, "busy", "fault", or "stopped": the process is gone without an end."""


def told(folder: Path) -> Told | None:
    """Return where the work of a draft stands; None when none was begun."""
    path = folder / "work.json"
    if not path.is_file():
        return None
    held: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if "ended" in held:
        report = ImportReport.from_json(held["report"]) if held["report"] is not None else None
        faults = tuple(Quarantined(**fault) for fault in held["faults"])
        return Told(mode=held["mode"], is_running=False, report=report, faults=faults, error=held["error"])
    if not _lives(held["pid"]):
        return Told(mode=held["mode"], is_running=False, error="stopped")
    left = held.get("seconds_left")
    return Told(
        mode=held["mode"],
        is_running=True,
        stage=held["stage"],
        rows=held.get("rows", 0),
        percent=round(100 * held.get("fraction", 0)),
        seconds_left=round(left) if left is not None else None,
    )


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def start(folder: Path, source: str, mode: str) -> None:
    """Begin a dry run or an import in a process of its own, unless one is at work for this draft."""
    now = told(folder)
    if now is not None and now.is_running:
        return
    settings = installation()
    environment = {
        **os.environ,
        "QUIETUDE_TOWN": settings.town,
        "QUIETUDE_TOWNS_DIR": str(settings.towns_dir),
        "QUIETUDE_DATA_DIR": str(settings.data_dir),
        "QUIETUDE_VAR_DIR": str(settings.var_dir),
    }
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    process = subprocess.Popen(  # noqa: S603 - no shell, and every argument is our own
        [sys.executable, "-m", "quietude.portal.wizard.work", str(folder), source, mode],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    begun = {"mode": mode, "pid": process.pid, "stage": "starting"}
    (folder / "work.json").write_text(json.dumps(begun), encoding="utf-8")
    Thread(target=process.wait, daemon=True).start()  # so that it leaves no zombie
