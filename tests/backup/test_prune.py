from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.backup.conftest import BackUp

from quietude.backup.api import DamagedError, Identities, Index, Policy, Repository, prune, verify

NOW = datetime(2026, 6, 17, 12, tzinfo=UTC)


def index(taken_at: datetime) -> Index:
    return Index(
        name=f"{taken_at:%Y%m%dT%H%M%S.%fZ}",
        town="valcombe",
        taken_at=taken_at,
        recipients=(),
        files=0,
        size_bytes=0,
        added_bytes=0,
        manifest="",
        objects={},
    )


def days_kept(policy: Policy, every: timedelta, count: int) -> list[str]:
    backups = [index(NOW - every * number) for number in range(count)]
    return sorted({name[:8] for name in policy.kept(backups, NOW)}, reverse=True)


def test_the_last_of_each_day_week_and_month_are_kept() -> None:
    nothing_recent = Policy(recent=timedelta(0), daily=3, weekly=0, monthly=0)
    assert days_kept(nothing_recent, timedelta(hours=6), 40) == ["20260617", "20260616", "20260615"]
    weeks = Policy(recent=timedelta(0), daily=0, weekly=3, monthly=0)
    assert days_kept(weeks, timedelta(days=1), 60) == ["20260617", "20260614", "20260607"]  # Sundays end a week
    months = Policy(recent=timedelta(0), daily=0, weekly=0, monthly=4)
    assert days_kept(months, timedelta(days=1), 200) == ["20260617", "20260531", "20260430", "20260331"]


def test_days_without_a_backup_use_up_no_place() -> None:
    policy = Policy(recent=timedelta(0), daily=2, weekly=0, monthly=0)
    assert days_kept(policy, timedelta(days=10), 5) == ["20260617", "20260607"]


moments = st.lists(st.integers(min_value=0, max_value=400 * 24 * 60), min_size=1, max_size=40, unique=True)
numbers = st.integers(min_value=0, max_value=5)


@given(minutes=moments, daily=numbers, weekly=numbers, monthly=numbers)
def test_the_newest_and_the_recent_ones_are_always_kept_and_pruning_twice_is_pruning_once(
    minutes: list[int], daily: int, weekly: int, monthly: int
) -> None:
    backups = [index(NOW - timedelta(minutes=each)) for each in minutes]
    policy = Policy(recent=timedelta(days=2), daily=daily, weekly=weekly, monthly=monthly)
    kept = policy.kept(backups, NOW)
    assert max(each.name for each in backups) in kept
    assert {each.name for each in backups if NOW - each.taken_at < timedelta(days=2)} <= kept
    assert policy.kept([each for each in backups if each.name in kept], NOW) == kept


def test_pruned_objects_are_gone_and_kept_backups_whole(
    back_up: BackUp, repository: Repository, identities: Identities, tmp_path: Path
) -> None:
    taken = [NOW - timedelta(days=number) for number in (3, 2, 1, 0)]
    made = [back_up(lambda at=at: at) for at in taken]
    policy = Policy(recent=timedelta(hours=1), daily=2, weekly=0, monthly=0)
    would = prune(repository, policy, NOW, is_dry=True)
    assert len(repository.names()) == 4
    done = prune(repository, policy, NOW)
    assert done == would
    assert done.removed == tuple(each.name for each in made[:2])
    assert repository.names() == [each.name for each in made[2:]]
    assert not repository.object_path(made[0].manifest).exists()
    assert verify(repository, made[2].name, identities, tmp_path).files == made[2].files


def test_what_a_killed_run_left_is_deleted(back_up: BackUp, repository: Repository) -> None:
    made = back_up()
    repository.put("ab" * 20, b"no index names it")
    (repository.path / "objects" / "ab" / "half.age.making").write_bytes(b"half")
    assert prune(repository, Policy(), NOW).objects == 1
    assert repository.present() == set(made.objects)
    assert not list(repository.path.rglob("*.making"))


def test_nothing_is_deleted_while_an_index_cannot_be_read(back_up: BackUp, repository: Repository) -> None:
    damaged = back_up()
    back_up()
    before = repository.present()
    repository.index_path(damaged.name).write_bytes(b"nonsense")
    with pytest.raises(DamagedError, match=damaged.name):
        prune(repository, Policy(recent=timedelta(0), daily=1, weekly=0, monthly=0), NOW)
    assert repository.present() == before
