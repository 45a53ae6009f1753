"""Backups every few minutes while the portal serves, and what the administrator is told when they fail."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from threading import Event

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from quietude.backup.api import note_failure, read_state
from quietude.config import Settings
from quietude.portal.background import in_background

log = logging.getLogger(__name__)
MISSED = 3  # rounds without a backup that are a fault: one may be under way, one may have been refused for another's
Run = Callable[[Settings, Event], None]


def fault_of(settings: Settings, now: datetime) -> str:
    """Return what is wrong with the scheduled backups, in a sentence; "" when all is well or none are scheduled.

    The reason itself is for the server's log: it names folders, and is written in one language.
    """
    if not settings.backup_every_minutes:
        return ""
    state = read_state(settings)
    if state is None:
        return _("No backup was made yet.")
    since = _moment(state.done_at) if state.done_at is not None else None
    if state.error:
        if since is None:
            return _("The backup failed, and there is none yet. On the server, quietude backup create says why.")
        return _("The backup failed; the newest is of %(since)s. On the server, quietude backup create says why.") % {
            "since": since
        }
    longest = timedelta(minutes=MISSED * settings.backup_every_minutes)
    if state.done_at is not None and now - state.done_at > longest:
        return _("No backup since %(since)s: the scheduled runs do not end.") % {"since": since}
    return ""


def are_well(settings: Settings, now: datetime) -> bool | None:
    """Tell whether the scheduled backups are made; None where none are scheduled."""
    return not fault_of(settings, now) if settings.backup_every_minutes else None


@contextmanager
def scheduled(settings: Settings, run: Run | None = None) -> Iterator[None]:
    """Back the town up every `settings.backup_every_minutes` while the block runs; not at all where that is 0.

    Rounds count from start to start: a long run is followed by the next one at once, and two never run together.
    """
    if not settings.backup_every_minutes:
        yield
        return
    with in_background("backups", lambda stopped: _rounds(settings, stopped, run or run_apart)):
        yield


def run_apart(settings: Settings, stopped: Event) -> None:
    """Make one backup in a process of its own, so that a long one never slows a page; end it when the portal stops."""
    environment = {
        **os.environ,
        "QUIETUDE_TOWNS_DIR": str(settings.towns_dir),
        "QUIETUDE_DATA_DIR": str(settings.data_dir),
        "QUIETUDE_VAR_DIR": str(settings.var_dir),
        "QUIETUDE_BACKUP_DIR": str(settings.backup_dir),
    }
    command = [sys.executable, "-m", "quietude.cli.main", "--town", settings.town, "backup", "create"]
    began = datetime.now(UTC)
    process = subprocess.Popen(  # noqa: S603 - no shell, and the town is the installation's own
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    said = b""
    while True:
        with suppress(subprocess.TimeoutExpired):
            said = process.communicate(timeout=0.5)[1]
            break
        if stopped.is_set():
            process.terminate()
    state = read_state(settings)
    was_noted = state is not None and state.tried_at >= began
    if process.returncode and not was_noted and not stopped.is_set() and b"another backup" not in said:
        note_failure(settings, datetime.now(UTC), said.decode(errors="replace").strip()[-400:] or "the run was killed")


def _rounds(settings: Settings, stopped: Event, run: Run) -> None:
    every = timedelta(minutes=settings.backup_every_minutes)
    while not stopped.is_set():
        due = datetime.now(UTC) + every
        try:
            run(settings, stopped)
        except OSError as error:
            note_failure(settings, datetime.now(UTC), str(error))
        state = read_state(settings)
        if state is not None and state.error and not stopped.is_set():
            log.warning("the backup failed: %s", state.error)
        stopped.wait(max(0.0, (due - datetime.now(UTC)).total_seconds()))


def _moment(at: datetime) -> str:
    return formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
