from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from quietude.ingest.api import ImportReport, Ledger, Outcome, Quarantined, RegisteredPlace

AT = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "deep" / "ledger.sqlite3")


def sick(name: str, *, line: int = 2, reason: str = "time_missing", import_id: int = 1) -> Quarantined:
    return Quarantined(
        id=name,
        source="logbook",
        import_id=import_id,
        file="a.csv",
        line=line,
        reason=reason,
        column="date",
        value="x",
        detail={"expected": 3},
        raw={"id": name},
        status="open",
        noted_at=AT,
    )


def begun(ledger: Ledger, source: str = "logbook", outcome: Outcome = Outcome.DONE) -> ImportReport:
    report = ImportReport(source=source, town="town", started_at=AT, outcome=outcome)
    report.id = ledger.begin(report)
    return report


def test_reports_come_newest_first(ledger: Ledger) -> None:
    first, second, other = begun(ledger), begun(ledger), begun(ledger, "other")
    assert ledger.reports() == (other, second, first)
    assert ledger.reports(source="logbook", limit=1, offset=1) == (first,)
    assert ledger.last_reports() == {"logbook": second, "other": other}


def test_an_import_that_still_runs_is_not_the_last_report(ledger: Ledger) -> None:
    done = begun(ledger)
    begun(ledger, outcome=Outcome.RUNNING)
    assert ledger.last_reports() == {"logbook": done}


def test_a_report_of_another_version_is_still_read() -> None:
    values = ImportReport(source="a", town="t", started_at=AT).to_json() | {"forgotten": 1}
    assert ImportReport.from_json(values).source == "a"


def test_the_same_record_is_set_aside_once(ledger: Ledger) -> None:
    ledger.set_aside([sick("a"), sick("b", line=3, reason="key_missing")])
    ledger.set_aside([sick("a", import_id=2)])
    assert ledger.quarantine_counts() == {"logbook": {"key_missing": 1, "time_missing": 1}}
    assert ledger.quarantined(reason="time_missing") == (sick("a", import_id=2),)


def test_a_closed_record_forgets_its_contents(ledger: Ledger) -> None:
    ledger.set_aside([sick("a")])
    assert ledger.close_quarantined(["a"], status="filed", at=AT) == 1
    assert ledger.close_quarantined(["a"], status="filed", at=AT) == 0
    closed = ledger.quarantined(status=None)[0]
    assert (closed.status, closed.raw, closed.value, closed.closed_at) == ("filed", {}, None, AT)


def test_what_a_whole_import_did_not_meet_again_is_closed(ledger: Ledger) -> None:
    ledger.set_aside([sick("a"), sick("b", line=3)])
    ledger.set_aside([sick("b", line=3, import_id=2)])
    assert ledger.close_unmet("logbook", 2, ["a.csv"], at=AT) == 1
    assert [record.id for record in ledger.quarantined()] == ["b"]


def test_quarantine_is_no_way_around_retention(ledger: Ledger) -> None:
    ledger.set_aside([sick("a"), replace(sick("b", line=3), noted_at=AT + timedelta(days=2))])
    assert ledger.forget_before("logbook", AT + timedelta(days=1)) == 1
    assert [record.id for record in ledger.quarantined()] == ["b"]
    assert b'"id":"a"' not in ledger.path.read_bytes() or ledger.quarantined(status="gone")[0].raw == {}


def test_places_of_a_source_are_replaced_as_a_whole(ledger: Ledger) -> None:
    hall = RegisteredPlace(
        source="places", key="1", name="Mairie", category=None, source_category="Mairies", lon_deg=5.3, lat_deg=43.2,
        address="1 rue A", attributes={"b": 1},
    )  # fmt: skip
    school = replace(hall, key="2", name="École")
    assert ledger.register_places("places", [hall, school]) == (2, 0, 0)
    assert ledger.register_places("places", [replace(hall, name="Hôtel de Ville")]) == (0, 1, 0)
    assert [place.name for place in ledger.places(source="places")] == ["Hôtel de Ville"]


def test_snapshots_are_noted_once(ledger: Ledger) -> None:
    ledger.note_snapshot("a", "1.csv", at=AT)
    ledger.note_snapshot("a", "1.csv", at=AT)
    assert ledger.snapshots("a") == {"1.csv"}
    assert ledger.snapshots("b") == frozenset()


def test_aged_records_are_found_by_moment_and_deleted_to_the_last_byte(ledger: Ledger) -> None:
    secret = replace(sick("a"), raw={"texte": "Zebulon Tournesol"}, value="Tournesol")
    ledger.set_aside([secret, replace(sick("b", line=3), noted_at=AT + timedelta(hours=2))])
    in_paris = datetime(2026, 3, 1, 2, tzinfo=timezone(timedelta(hours=1)))  # one o'clock in UTC
    assert ledger.aged("logbook", in_paris) == ("a",)
    assert ledger.aged(None, AT) == ()
    assert ledger.quarantined_sources() == ("logbook",)
    assert ledger.delete_quarantined(["a", "unknown"]) == 1
    kept = b"".join(path.read_bytes() for path in sorted(ledger.path.parent.glob("ledger.sqlite3*")))
    assert b"Tournesol" not in kept
    assert [record.id for record in ledger.quarantined()] == ["b"]


def test_old_reports_are_deleted(ledger: Ledger) -> None:
    first, second = begun(ledger), begun(ledger)
    assert ledger.reports_before(AT) == ()
    assert ledger.reports_before(AT + timedelta(seconds=1)) == (first.id, second.id)
    assert ledger.delete_reports([first.id]) == 1
    assert ledger.reports() == (second,)


def test_columns_are_those_of_the_tables(ledger: Ledger) -> None:
    columns = ledger.columns()
    assert set(columns) == {"imports", "quarantine", "snapshots", "places"}
    assert columns["snapshots"] == ["source", "file", "completed_at"]
