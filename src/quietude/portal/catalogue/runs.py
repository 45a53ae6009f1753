"""Imports started from the portal: each in a process of its own, so that a long one never slows a page."""

from __future__ import annotations

import os
import subprocess
import sys
from threading import Thread

from quietude.config import Settings


def start(installation: Settings, source: str) -> subprocess.Popen[bytes]:
    """Start the import of a source and return its process; its account appears in the ledger."""
    environment = {
        **os.environ,
        "QUIETUDE_TOWNS_DIR": str(installation.towns_dir),
        "QUIETUDE_DATA_DIR": str(installation.data_dir),
        "QUIETUDE_VAR_DIR": str(installation.var_dir),
    }
    command = [sys.executable, "-m", "quietude.cli.main", "--town", installation.town, "import", source]
    process = subprocess.Popen(  # noqa: S603 - no shell, and the source is one of the town's own
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    Thread(target=process.wait, daemon=True).start()  # so that it leaves no zombie
    return process
