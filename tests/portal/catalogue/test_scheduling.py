"""Which sources are read again, and when: by the schedule that their manifest states."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from quietude.ingest.api import ImportReport, Outcome
from quietude.portal.catalogue.scheduling import due, next_of
from quietude.portal.town import configured_town
from quietude.sources.api import Manifest, Town

BEGAN = datetime(2026, 6, 17, 3, 20, tzinfo=UTC)
DAY = timedelta(days=1)


def source(every: str | None = "P1D", at: str | None = None) -> Manifest:
    manifest = configured_town().sources["logbook"]
    said = {"every": every} | ({"at": at} if at is not None else {})
    assert manifest.schedule is not None
    schedule = manifest.schedule.model_validate(said) if every is not None else None
    found = manifest.model_copy(update={"schedule": schedule})
    return found.bind(name=manifest.name, path=manifest.path, marks=manifest._marks)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Return the town with one source, whose file is a day newer than its last import."""
    manifest = source()
    for read in manifest.read:
        for pattern in read.path:  # type: ignore[union-attr]
            path = tmp_path / pattern.replace("*", "1")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("new", encoding="utf-8")
            os.utime(path, (BEGAN.timestamp() + 3600, BEGAN.timestamp() + 3600))
    return replace(configured_town(), sources={"logbook": manifest}, data_dir=tmp_path)


def report(outcome: Outcome = Outcome.DONE, began: datetime = BEGAN) -> dict[str, ImportReport]:
    made = ImportReport(source="logbook", town="valcombe", started_at=began, kind="incidents")
    made.outcome = outcome
    return {"logbook": made}


def test_a_source_is_read_again_when_its_time_has_come_and_a_file_is_newer(town: Town) -> None:
    assert due(town, report(), BEGAN + DAY) == ["logbook"]
    assert due(town, report(), BEGAN + DAY - timedelta(minutes=1)) == []
    assert due(town, report(began=BEGAN + timedelta(hours=2)), BEGAN + 9 * DAY) == []


def test_the_first_import_is_by_hand_and_a_running_one_is_left_alone(town: Town) -> None:
    assert due(town, {}, BEGAN + DAY) == []
    assert due(town, report(Outcome.RUNNING), BEGAN + DAY) == []


def test_a_failed_import_is_tried_again_though_no_file_is_newer(town: Town) -> None:
    assert due(town, report(Outcome.FAILED, BEGAN + timedelta(hours=2)), BEGAN + 3 * DAY) == ["logbook"]


def test_a_file_that_was_sent_once_is_not_missed(town: Town, tmp_path: Path) -> None:
    assert due(replace(town, data_dir=tmp_path / "elsewhere"), report(Outcome.FAILED), BEGAN + DAY) == []


@pytest.mark.parametrize(
    ("every", "at", "meant"),
    [
        ("PT15M", None, BEGAN + timedelta(minutes=15)),
        ("P1D", None, BEGAN + DAY),
        ("P1D", "06:30", datetime(2026, 6, 18, 4, 30, tzinfo=UTC)),
        ("P7D", "06:30", datetime(2026, 6, 24, 4, 30, tzinfo=UTC)),
        ("PT1H", "06:30", BEGAN + timedelta(hours=1)),
    ],
)
def test_its_time_is_a_span_later_or_an_hour_of_the_day(every: str, at: str | None, meant: datetime) -> None:
    assert next_of(source(every, at), BEGAN, "Europe/Paris") == meant
