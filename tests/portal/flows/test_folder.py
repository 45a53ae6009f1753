"""The watched folder: a file is taken once it is whole, all of it and once, whatever is killed in between."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from filelock import FileLock
from pytest_django import Settings
from tests.portal.flows.conftest import lines, several

from quietude.portal.flows import filing, inbox
from quietude.portal.flows.folder import DONE, LOCK, REFUSED, Watched, look_at
from quietude.portal.flows.models import Delivery, DoorState, TakenFile
from quietude.sources import flow_records
from quietude.sources.api import Manifest
from quietude.store.api import Store

pytestmark = pytest.mark.django_db
Change = Callable[..., Manifest]
Known = dict[str, Watched]
STILL = timedelta(seconds=10)


@pytest.fixture
def drop(tmp_path: Path, settings: Settings, empty_store: Store, change: Change) -> Path:
    """Return the folder of the source logbook."""
    settings.QUIETUDE = replace(settings.QUIETUDE, drop_dir=tmp_path / "drop")
    change(doors=["folder"], folder={"path": "calls"})
    (tmp_path / "drop" / "calls").mkdir(parents=True)
    return tmp_path / "drop" / "calls"


def put(drop: Path, name: str, count: int = 3) -> Path:
    path = drop / name
    path.write_bytes(lines(several(count, timezone.now())))
    return path


def twice(known: Known | None = None, now: datetime | None = None) -> int:
    """Look twice, as long apart as a file must be still."""
    known, now = known if known is not None else {}, now or timezone.now()
    return look_at(known, now) + look_at(known, now + STILL)


def kept() -> int:
    return sum(Delivery.objects.values_list("records", flat=True))


def names(folder: Path) -> list[str]:
    return sorted(path.name.partition("-")[2] for path in folder.iterdir())


def test_a_whole_file_is_taken_once_and_put_away(drop: Path) -> None:
    put(drop, "a.ndjson")
    known: Known = {}
    now = timezone.now()
    assert look_at(known, now) == 0, "it may still be written"
    assert look_at(known, now + STILL / 2) == 0
    assert look_at(known, now + STILL) == 1
    assert (kept(), names(drop / DONE), TakenFile.objects.count()) == (3, ["a.ndjson"], 0)
    assert twice(known, now + 2 * STILL) == 0
    assert filing.file_waiting() == 3
    assert DoorState.objects.get().received == 3


def test_a_file_that_grows_is_not_taken(drop: Path) -> None:
    known: Known = {}
    now = timezone.now()
    for number in range(5):
        path = put(drop, "a.ndjson", number + 1)
        os.utime(path, ns=(number, number))
        assert look_at(known, now + number * STILL) == 0
    assert look_at(known, now + 5 * STILL) == 1
    assert kept() == 5


@pytest.mark.parametrize("name", [".a.ndjson", "a.ndjson.part", "a.filepart", "b.TMP"])
def test_a_file_whose_name_says_that_it_is_being_written_waits_for_its_new_name(drop: Path, name: str) -> None:
    path = put(drop, name)
    assert twice() == 0
    path.rename(drop / "a.ndjson")
    assert twice() == 1


def test_a_link_is_never_followed(drop: Path, tmp_path: Path) -> None:
    outside = put(tmp_path, "secret.ndjson")
    (drop / "a.ndjson").symlink_to(outside)
    assert twice() == 0
    (drop / DONE).rmdir()
    (drop / DONE).symlink_to(tmp_path)
    put(drop, "b.ndjson")
    assert twice() == 0
    assert DoorState.objects.get().failures > 0


def test_with_a_marker_a_file_is_whole_when_its_marker_is_there(drop: Path, change: Change) -> None:
    change(doors=["folder"], folder={"path": "calls", "marker": ".done"})
    put(drop, "a.ndjson")
    assert twice() == 0
    (drop / "a.ndjson.done").touch()
    assert look_at({}, timezone.now()) == 1
    assert not (drop / "a.ndjson.done").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"a": ', "line 1, column"),
        (b"", "not JSON"),
        (b"[]", "no record"),
    ],
)
def test_what_cannot_be_read_is_put_aside_with_the_reason(drop: Path, content: bytes, said: str) -> None:
    (drop / "a.json").write_bytes(content)
    put(drop, "b.ndjson")
    assert twice() == 2
    assert (names(drop / DONE), kept()) == (["b.ndjson"], 3)
    (reason,) = (drop / REFUSED).glob("*.reason.txt")
    assert said in reason.read_text(encoding="utf-8")
    assert reason.with_name(reason.name.removesuffix(".reason.txt")).read_bytes() == content
    state = DoorState.objects.get()
    assert state.refused == 1


def test_a_table_is_read_as_the_manifest_says_and_its_sick_lines_are_set_aside(drop: Path, change: Change) -> None:
    change(doors=["folder"], folder={"path": "calls"}, files={"format": "csv"})
    at = timezone.now().isoformat()
    (drop / "a.csv").write_text(f"key,at,lon,lat\na,{at},5.38,43.29\nragged\nb,{at},5.38,43.29\n", encoding="utf-8")
    assert twice() == 1
    assert filing.file_waiting() == 3
    assert DoorState.objects.get().quarantined == 1


class Killed(BaseException):
    """Stands for `kill -9` at a place: nothing after it runs."""


@pytest.mark.parametrize(
    "place", ["before any", "after one", "after two", "before it is whole", "before it is put away"]
)
def test_nothing_is_lost_nor_taken_twice_when_it_is_killed(
    drop: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(flow_records, "AT_ONCE", 10)
    put(drop, "a.ndjson", 35)
    with monkeypatch.context() as patched:
        passes = {"before any": 0, "after one": 1, "after two": 2}.get(place, 99)
        take_in, calls = inbox.take_in, iter(range(100))

        def until(*given: Any, **said: Any) -> Delivery | None:
            if next(calls) >= passes:
                raise Killed
            return take_in(*given, **said)

        def killed(*_given: Any, **_said: Any) -> None:
            raise Killed

        patched.setattr(inbox, "take_in", until)
        if place == "before it is whole":
            save = TakenFile.save
            patched.setattr(TakenFile, "save", lambda row, **said: killed() if row.is_whole else save(row, **said))
        if place == "before it is put away":
            patched.setattr(Watched, "_put_away", killed)
        with pytest.raises(Killed):
            twice()
    assert twice() == 1, "another portal goes on"
    assert kept() == 35
    assert filing.file_waiting() == 35
    assert (names(drop / DONE), TakenFile.objects.count()) == (["a.ndjson"], 0)


def test_a_file_larger_than_the_inbox_is_taken_piece_by_piece(drop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow_records, "AT_ONCE", 10)
    monkeypatch.setattr(inbox, "WAITING_MOST", 25)
    put(drop, "a.ndjson", 45)
    known: Known = {}
    filed, now = 0, timezone.now()
    for number in range(6):
        look_at(known, now + number * STILL)
        assert kept() <= 25
        filed += filing.file_waiting()
    assert (filed, names(drop / DONE)) == (45, ["a.ndjson"])


def test_while_another_portal_looks_this_one_does_not(drop: Path) -> None:
    put(drop, "a.ndjson")
    twice()
    put(drop, "b.ndjson")
    with FileLock(drop / LOCK):
        assert twice() == 0
    assert twice() == 1


def test_files_leave_when_their_stay_is_over(drop: Path) -> None:
    put(drop, "a.ndjson")
    twice()
    look_at({}, timezone.now() + timedelta(days=6))
    assert names(drop / DONE) == ["a.ndjson"]
    look_at({}, timezone.now() + timedelta(days=8))
    assert names(drop / DONE) == []


def test_without_a_folder_the_door_says_what_to_set(drop: Path, settings: Settings) -> None:
    settings.QUIETUDE = replace(settings.QUIETUDE, drop_dir=None)
    assert twice() == 0
    assert "QUIETUDE_DROP_DIR" in DoorState.objects.get().error_said


def test_a_name_that_is_no_text_does_not_stop_the_others(drop: Path) -> None:
    (Path(os.fsdecode(os.fsencode(drop) + b"/\xff\xfe.ndjson"))).write_bytes(lines(several(1, timezone.now())))
    put(drop, "z.ndjson")
    assert twice() == 2
