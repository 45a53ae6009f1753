"""How the backups of a town are doing: noted by each run beside the facts, read by whoever watches."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

import orjson

from quietude.backup.manifest import Index
from quietude.backup.problem import BackupError, BusyError
from quietude.backup.repository import write_whole
from quietude.config import Settings

FILE = ".backup-state.json"  # a name that no backup copies


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The last run, and the last one that made a backup."""

    tried_at: datetime
    done_at: datetime | None = None
    """When the newest backup was finished; None before the first."""
    error: str = ""
    """Why the last run made none; "" when it did."""


def read_state(settings: Settings) -> State | None:
    """Return how the backups are doing; None where none was tried, or the note cannot be read."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        stated = orjson.loads(_path(settings).read_bytes())
        done = stated["done_at"]
        return State(
            tried_at=datetime.fromisoformat(stated["tried_at"]),
            done_at=datetime.fromisoformat(done) if done is not None else None,
            error=stated["error"],
        )
    return None


def note_failure(settings: Settings, at: datetime, error: str) -> None:
    """Note that a run made no backup; what cannot be noted is said by the age of the note."""
    earlier = read_state(settings)
    _write(settings, replace(earlier or State(tried_at=at), tried_at=at, error=error))


def noted(settings: Settings, clock: Callable[[], datetime], run: Callable[[], Index]) -> Index:
    """Make a backup by `run`, and note how that went.

    Raises:
        BackupError: what `run` raised; it is noted, unless another run is at work, which will note its own.
    """
    try:
        made = run()
    except BusyError:
        raise
    except BackupError as error:
        note_failure(settings, clock(), str(error))
        raise
    now = clock()
    _write(settings, State(tried_at=now, done_at=now))
    return made


def _write(settings: Settings, state: State) -> None:
    with suppress(OSError):
        _path(settings).parent.mkdir(parents=True, exist_ok=True)
        write_whole(_path(settings), orjson.dumps(asdict(state)))


def _path(settings: Settings) -> Path:
    return settings.var_dir / settings.town / FILE
