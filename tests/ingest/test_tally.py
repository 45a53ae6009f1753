from __future__ import annotations

import pytest
from tests.ingest.little_town import HEADER, LittleTown, row


def test_quality_scores_are_shares_of_the_records(little: LittleTown) -> None:
    little.change(map={"reported_at": {"column": "dit", "parse": "%d/%m/%Y %H:%M"}})
    little.write(
        "dit," + HEADER
        + "02/02/2026 22:00," + row("A1")
        + "09/02/2026 22:00," + row("A2", text="")
        + "," + row("A3", at="x,y")
        + "," + row("A4", date="30/02/2026")
    )  # fmt: skip
    report = little.run()
    quality = report.quality
    assert quality["validity"] == pytest.approx(2 / 4)  # A3's coordinates, A4's date
    assert quality["location"] == pytest.approx(2 / 3, abs=1e-4)
    assert quality["timeliness"] == pytest.approx(1 / 2)  # A2 was told a week later; A3 not at all
    assert quality["uniqueness"] == 1.0
    assert quality["completeness"] == pytest.approx(
        (1 + 2 / 3 + 2 / 3 + 2 / 3) / 4, abs=1e-4
    )  # category, text, report, place
    assert quality["overall"] == pytest.approx(sum(v for k, v in quality.items() if k != "overall") / 5, abs=1e-4)


def test_doubts_are_flagged_on_the_facts_and_counted(little: LittleTown) -> None:
    time = {"parse": "%d/%m/%Y %H:%M"}
    little.change(
        period={"from": "2026-02", "to": "2026-02"},
        map={"severity": "g", "occurred_to": {"column": "fin", **time}, "reported_at": {"column": "dit", **time}},
    )
    little.write(
        "g,fin,dit,"
        + HEADER
        + "9,01/01/2026 10:00,01/01/2026 11:00,"
        + row("A1")
        + "4,x,,"
        + row("A2", date="01/01/2026 09:00")
    )
    report = little.run()
    first, second = little.facts()
    assert first["flags"] == ["severity:unreadable", "time:end_before_start", "time:reported_before"]
    assert second["flags"] == ["time:outside_period", "time:end_unreadable"]
    assert (first["severity"], second["severity"], first["occurred_to"]) == (2, 4, None)
    assert report.flagged["time:outside_period"] == 1
