from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from unittest.mock import patch

import pyarrow as pa
import pytest
from filelock import FileLock
from tests.ingest.little_town import HEADER, LittleTown, row

from quietude.ingest.api import ImportReport, Outcome, Progress, SourceBusyError
from quietude.model.identity import event_uid
from quietude.store.api import Filed, Store


def test_a_record_becomes_a_fact(little: LittleTown) -> None:
    little.write(HEADER + row("A1"))
    report = little.run()
    assert report.error is None
    assert (report.outcome, report.read, report.filed, report.accounted) == (Outcome.DONE, 1, 1, 1)
    fact = little.facts()[0]
    assert fact["uid"] == event_uid("logbook", "A1")
    assert fact["occurred_from"] == datetime(2026, 2, 2, 20, 30, tzinfo=UTC)
    assert fact["day"] == date(2026, 2, 2)
    assert fact["hour_of_week"] == 21
    assert (fact["category"], fact["source_category"], fact["text"]) == ("noise", "bruit", "musique")
    assert fact["category_by"].startswith("crosswalk:logbook@")
    assert (fact["lon_deg"], fact["lat_deg"], fact["zone_quarter"]) == (5.32, 43.25, "west")
    assert fact["retain_until"] == date(2029, 2, 2)
    assert (fact["time_precision"], fact["regime"], fact["sensitivity"]) == ("minute", "RGPD", "internal")


def test_importing_twice_stores_once(little: LittleTown) -> None:
    little.write(HEADER + row("A1") + row("A2"))
    little.run()
    again = little.run()
    assert (again.filed, again.updated, again.unchanged) == (0, 0, 2)
    assert len(little.facts()) == 2


def test_half_then_all_stores_once(little: LittleTown) -> None:
    little.write(HEADER + "".join(row(f"A{n}") for n in range(10)))
    half = little.run(limit=5)
    whole = little.run()
    assert (half.read, half.filed) == (5, 5)
    assert (whole.filed, whole.unchanged) == (5, 5)
    assert len(little.facts()) == 10


def test_a_changed_record_becomes_a_new_version(little: LittleTown) -> None:
    little.write(HEADER + row("A1", text="musique"))
    little.run()
    little.write(HEADER + row("A1", text="musique forte"))
    report = little.run()
    assert (report.filed, report.updated) == (0, 1)
    assert [fact["version"] for fact in little.facts()] == [2]


def test_a_dry_run_files_nothing_and_leaves_no_report(little: LittleTown) -> None:
    little.write(HEADER + row("A1") + row("A2", date="30/02/2026"))
    report = little.run(dry_run=True)
    assert (report.outcome, report.filed, report.quarantined) == (Outcome.DRY_RUN, 1, 1)
    assert little.facts() == []
    assert little.ledger.reports() == ()
    assert little.ledger.quarantined() == ()


def test_every_record_has_one_fate(little: LittleTown) -> None:
    little.change(only={"column": "type", "matches": "^[^x]"})
    little.write(
        HEADER
        + row("A1")
        + row("A1")
        + row("A2", date="30/02/2026")
        + row("A3", date="01/01/2020")
        + row("A4", kind="xyz")
        + "A5,too few\n"
    )
    report = little.run()
    assert report.filed == 1
    assert report.duplicates == 1
    assert report.out_of_scope == 1
    assert report.refused_past_retention == 1
    assert report.quarantined_by_reason == {"columns_too_few": 1, "time_unreadable": 1}
    assert report.accounted == report.read == 6


def test_the_report_is_kept(little: LittleTown) -> None:
    little.write(HEADER + row("A1"))
    report = little.run()
    assert little.ledger.report(report.id) == report
    assert little.ledger.last_reports() == {"logbook": report}


def test_progress_tells_rows_and_share(little: LittleTown) -> None:
    told: list[Progress] = []
    little.write(HEADER + row("A1"))
    little.run(progress=told.append)
    assert (told[-2].stage, told[-2].rows, told[-2].fraction) == ("filing", 1, 1.0)
    assert told[-1].stage == "finishing"


def test_too_few_records_fail_before_anything_is_filed(little: LittleTown) -> None:
    little.change(expect={"rows": [10, 20]})
    little.write(HEADER + row("A1"))
    report = little.run()
    assert (report.outcome, report.error_code, report.filed) == (Outcome.FAILED, "expect_rows", 0)
    assert "1 records, fewer than the 10 expected" in str(report.error)
    assert little.facts() == []


def test_too_many_records_are_filed_with_a_warning(little: LittleTown) -> None:
    little.change(expect={"rows": [0, 1]})
    little.write(HEADER + row("A1") + row("A2"))
    report = little.run()
    assert (report.outcome, report.filed) == (Outcome.DONE, 2)
    assert report.warnings == ["2 records were read, more than the 1 expected"]


class FullDisk:
    """A store whose disk is full after the first batch."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._batches = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def upsert(self, events: pa.Table) -> Filed:
        self._batches += 1
        if self._batches > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return self._store.upsert(events)


def small_batches(little: LittleTown) -> Callable[..., Any]:
    """Make batches of two records."""
    from quietude.sources.read import read_batches

    def read(*given: Any, **options: Any) -> Any:
        return read_batches(*given, **{**options, "batch_rows": 2})

    return read


def test_a_full_disk_says_what_is_safe_and_what_to_do(little: LittleTown) -> None:
    little.write(HEADER + "".join(row(f"A{n}") for n in range(5)))
    with patch("quietude.ingest.session.read_batches", small_batches(little)):
        report = little.run(store=FullDisk(little.store))
    assert (report.outcome, report.error_code, report.stored) == (Outcome.FAILED, "disk_full", 2)
    assert "2 records of this import are filed and safe" in str(report.error)
    assert len(little.facts()) == 2
    assert little.run().filed == 3


class Interrupting(FullDisk):
    """A store during whose second batch somebody presses Ctrl-C."""

    def upsert(self, events: pa.Table) -> Filed:
        self._batches += 1
        if self._batches > 1:
            raise KeyboardInterrupt
        return self._store.upsert(events)


def test_an_interrupt_leaves_whole_batches_and_a_report(little: LittleTown) -> None:
    little.write(HEADER + "".join(row(f"A{n}") for n in range(5)))
    with (
        patch("quietude.ingest.session.read_batches", small_batches(little)),
        pytest.raises(KeyboardInterrupt),
    ):
        little.run(store=Interrupting(little.store))
    report = little.ledger.reports()[0]
    assert (report.outcome, report.stored, len(little.facts())) == (Outcome.INTERRUPTED, 2, 2)
    assert "import again to complete" in str(report.error)
    assert little.run().filed == 3


def test_an_import_left_running_by_a_killed_process_is_ended_by_the_next(little: LittleTown) -> None:
    little.write(HEADER + row("A1"))
    report = little.run()
    report.outcome = Outcome.RUNNING
    little.ledger.keep(report)
    little.run()
    ended = little.ledger.report(report.id)
    assert ended is not None
    assert (ended.outcome, ended.error_code) == (Outcome.INTERRUPTED, "killed")


def test_a_second_import_of_the_same_source_says_so(little: LittleTown) -> None:
    little.write(HEADER + row("A1"))
    little.run()
    told: list[Progress] = []
    with FileLock(little.ledger.path.parent / "locks" / "import-logbook.lock"), pytest.raises(SourceBusyError):
        little.run(progress=told.append, wait_s=0.0)
    assert [at.stage for at in told] == ["waiting"]


def test_two_imports_at_once_wait_for_each_other(little: LittleTown) -> None:
    little.write(HEADER + "".join(row(f"A{n}") for n in range(50)))
    town = little.town()
    reports: list[ImportReport] = []
    threads = [threading.Thread(target=lambda: reports.append(little.run(town=town, wait_s=60.0))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted((report.filed, report.unchanged) for report in reports) == [(0, 50), (50, 0)]
    assert len(little.facts()) == 50


def test_a_missing_file_fails_with_the_way_out(little: LittleTown) -> None:
    report = little.run()
    assert (report.outcome, report.error_code) == (Outcome.FAILED, "missing")
    assert "QUIETUDE_DATA_DIR" in str(report.error)


def test_numbers_of_the_report_survive_json(little: LittleTown) -> None:
    little.write(HEADER + row("A1") + row("A2", kind="inconnu"))
    report = little.run()
    assert type(report).from_json(report.to_json()) == report
    assert (report.unmapped, report.unmapped_total) == ({"inconnu": 1}, 1)
