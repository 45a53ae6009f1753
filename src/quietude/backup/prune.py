"""Which backups are kept: all recent ones, then the last of each day, week and month."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from quietude.backup.manifest import Index
from quietude.backup.problem import explaining_disk
from quietude.backup.repository import BACKUPS, MAKING, OBJECTS, Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How many backups are kept. Days, weeks (ISO) and months are those of UTC."""

    recent: timedelta = timedelta(days=2)
    """All backups of this long are kept: to go back to just before a mistake that was noticed the next day."""
    daily: int = 7
    weekly: int = 5
    monthly: int = 12

    def kept(self, backups: Iterable[Index], now: datetime) -> set[str]:
        """Return the names of the backups to keep; the newest always is."""
        ordered = sorted(backups, key=lambda each: each.name, reverse=True)
        kept = {each.name for each in ordered if each.taken_at > now - self.recent} | {
            each.name for each in ordered[:1]
        }
        rules: tuple[tuple[int, Callable[[datetime], str]], ...] = (
            (self.daily, lambda at: f"{at:%Y-%m-%d}"),
            (self.weekly, lambda at: f"{at:%G-%V}"),
            (self.monthly, lambda at: f"{at:%Y-%m}"),
        )
        for count, period_of in rules:
            last: dict[str, str] = {}
            for each in ordered:
                last.setdefault(period_of(each.taken_at), each.name)
            kept.update(list(last.values())[:count])
        return kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What pruning removed, or would."""

    kept: tuple[str, ...]
    removed: tuple[str, ...]
    objects: int
    size_bytes: int


def prune(repository: Repository, policy: Policy, now: datetime, *, is_dry: bool = False) -> Pruned:
    """Delete the backups that the policy does not keep, then the objects that no backup needs any more.

    Indexes go first: killed in between, objects are left that the next pruning deletes.

    Raises:
        DamagedError: an index cannot be read: what it needs is not known, so nothing is deleted.
    """
    with (
        repository.alone(),
        explaining_disk(repository.path, "some backups may be left to prune, the kept ones are whole"),
    ):
        indexes = repository.indexes()
        kept = policy.kept(indexes, now)
        needed = {name for index in indexes if index.name in kept for name in index.objects}
        removed = [index.name for index in indexes if index.name not in kept]
        unneeded = [repository.object_path(name) for name in sorted(repository.present() - needed)]
        size = sum(path.stat().st_size for path in unneeded)
        if not is_dry:
            for name in removed:
                repository.index_path(name).unlink()
            for path in [*unneeded, *_drafts(repository.path)]:
                path.unlink(missing_ok=True)
    return Pruned(kept=tuple(sorted(kept)), removed=tuple(removed), objects=len(unneeded), size_bytes=size)


def _drafts(path: Path) -> list[Path]:
    return [*(path / OBJECTS).glob(f"??/*{MAKING}"), *(path / BACKUPS).glob(f"*{MAKING}")]
