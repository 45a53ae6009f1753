"""The town's rules as the portal judges by them: read again when a file or an edition changed."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

from quietude.alarms.api import Compiled, RuleFiles, read_rules
from quietude.portal.alarm_editions.standing import current_ground, texts_over_files
from quietude.portal.town import LOOK_EVERY_S, current_town


def current_rules() -> tuple[Compiled, ...]:
    """Return the rules there are now that can be used."""
    return current_files().rules


def current_files() -> RuleFiles:
    """Return the rules there are now, accepted editions over the town's files, and the faults of the unusable."""
    folder = current_town().folder
    look = int(time.monotonic() / LOOK_EVERY_S)
    over = tuple(sorted(texts_over_files().items()))
    return _read(folder, _files(folder, look), over, datetime.now(UTC).date())


def rule_titles(language: str) -> dict[str, str]:
    """Return the titles of the rules there are by their names."""
    return {each.rule.name: each.rule.title.say(language) for each in current_rules()}


def commented() -> frozenset[str]:
    """Return the rules that ask whoever takes their alarms to say something."""
    return frozenset(each.rule.name for each in current_rules() if each.rule.comment == "required")


@lru_cache(maxsize=1)
def _files(folder: Path, _look: int) -> tuple[tuple[Path, int], ...]:
    return tuple((path, path.stat().st_mtime_ns) for path in sorted((folder / "rules").glob("*.yml")))


@lru_cache(maxsize=2)
def _read(
    folder: Path, _files: tuple[tuple[Path, int], ...], over: tuple[tuple[str, str | None], ...], today: date
) -> RuleFiles:
    return read_rules(folder, current_ground(), today, dict(over))
