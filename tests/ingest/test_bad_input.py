"""Each kind of bad input met or feared: what it does to an import, and that nothing is lost silently."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

import pytest
from tests.ingest.little_town import HEADER, LittleTown, row

from quietude.ingest.api import Outcome
from quietude.sources.api import ManifestError


def test_an_empty_file_fails_and_says_so(little: LittleTown) -> None:
    little.write("")
    report = little.run()
    assert (report.outcome, report.error_code) == (Outcome.FAILED, "empty")
    assert "logbook.csv: the file is empty" in str(report.error)


def test_a_header_alone_is_an_import_of_nothing_with_a_warning(little: LittleTown) -> None:
    little.write(HEADER)
    report = little.run()
    assert (report.outcome, report.read) == (Outcome.DONE, 0)
    assert report.warnings == ["logbook.csv: the file holds no record"]


def test_a_header_alone_fails_where_records_are_expected(little: LittleTown) -> None:
    little.change(expect={"rows": [1, 9]})
    little.write(HEADER)
    assert (little.run().outcome, little.run().error_code) == (Outcome.FAILED, "expect_rows")


def test_a_wrong_encoding_names_line_byte_and_the_likely_one(little: LittleTown) -> None:
    little.write((HEADER + row("A1", text="dépôt sauvage")).encode("cp1252"))
    report = little.run()
    assert (report.outcome, report.error_code) == (Outcome.FAILED, "encoding")
    assert "logbook.csv:2: byte 0xE9 at offset 54 is not utf-8" in str(report.error)
    assert "`encoding: cp1252` reads it" in str(report.error)


def test_a_declared_encoding_reads_it(little: LittleTown) -> None:
    little.change(read={"format": "csv", "path": "logbook.csv", "encoding": "cp1252"})
    little.write((HEADER + row("A1", text="dépôt sauvage à l’angle")).encode("cp1252"))
    little.run()
    assert little.facts()[0]["text"] == "dépôt sauvage à l’angle"


def test_one_stray_byte_costs_its_own_record_only(little: LittleTown) -> None:
    lines = [row(f"A{n}").encode() for n in range(40)]
    lines[7] = row("A7", text="caf\xe9").encode("latin-1")
    little.write(HEADER.encode() + b"".join(lines))
    report = little.run()
    assert (report.filed, report.quarantined_by_reason) == (39, {"encoding": 1})
    assert little.ledger.quarantined()[0].line == 9


def test_an_endless_line_is_set_aside_with_its_number_and_the_rest_is_filed(little: LittleTown) -> None:
    little.change(read={"format": "csv", "path": "logbook.csv.gz", "max_record_bytes": 100_000})
    text = HEADER + row("A1") + row("A2", text="x" * 30_000_000) + row("A3")
    little.write(gzip.compress(text.encode(), 1), "logbook.csv.gz")
    report = little.run()
    assert (report.filed, report.quarantined_by_reason) == (2, {"record_too_long": 1})
    sick = little.ledger.quarantined()[0]
    assert (sick.line, sick.detail["limit"]) == (3, 100_000)
    assert len(json.dumps(sick.raw)) < 3_000


def test_a_column_that_is_not_in_the_file_names_the_manifest_and_the_likely_one(little: LittleTown) -> None:
    little.write(HEADER.replace("texte", "texte_libre") + row("A1"))
    report = little.run()
    assert (report.outcome, report.error_code) == (Outcome.FAILED, "manifest")
    assert "column 'texte' is not in logbook.csv; did you mean 'texte_libre'?" in str(report.error)
    assert "logbook.yml:21:3:" in str(report.error)


def test_a_column_that_nothing_reads_is_reported(little: LittleTown) -> None:
    little.write("extra," + HEADER + "x," + row("A1"))
    report = little.run()
    assert (report.filed, report.columns_unread) == (1, ["extra"])


def test_null_bytes_in_a_text_cost_their_own_record_only(little: LittleTown) -> None:
    little.write(HEADER + row("A1") + row("A2", text="a\0b") + row("A3"))
    report = little.run()
    assert (report.filed, report.quarantined_by_reason) == (2, {"binary": 1})


def test_a_picture_under_the_name_of_a_text_is_refused(little: LittleTown) -> None:
    little.write(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    assert little.run().outcome == Outcome.FAILED


@pytest.mark.parametrize(
    ("date", "reason"),
    [
        pytest.param("30/02/2026 10:00", "time_unreadable", id="30-february"),
        pytest.param("31/04/2026", "time_unreadable", id="31-april"),
        pytest.param("hier", "time_unreadable", id="a-word"),
        pytest.param("01/06/2029 10:00", "time_in_future", id="year-2029"),
        pytest.param("01/01/0000", "time_impossible", id="year-0"),
        pytest.param("01/01/1203 10:00", "time_impossible", id="year-1203"),
        pytest.param("", "time_missing", id="none"),
    ],
)
def test_an_impossible_time_is_set_aside_with_its_line_column_and_value(
    little: LittleTown, date: str, reason: str
) -> None:
    little.write(HEADER + row("A1") + row("A2", date=date))
    report = little.run()
    assert (report.filed, report.quarantined_by_reason) == (1, {reason: 1})
    sick = little.ledger.quarantined()[0]
    assert (sick.file, sick.line, sick.column, sick.value) == ("logbook.csv", 3, "date", date or None)
    assert sick.raw["id"] == "A2"


def test_24_h_is_midnight_of_the_next_day(little: LittleTown) -> None:
    little.write(HEADER + row("A1", date="31/12/2025 24:00"))
    little.run()
    fact = little.facts()[0]
    assert (fact["day"].isoformat(), fact["hour_of_week"]) == ("2026-01-01", 3 * 24)


def test_a_time_that_summer_time_skips_is_moved_on_and_flagged(little: LittleTown) -> None:
    little.write(HEADER + row("A1", date="30/03/2025 02:30"))
    little.run()
    fact = little.facts()[0]
    assert fact["occurred_from"] == datetime(2025, 3, 30, 1, 30, tzinfo=UTC)
    assert fact["flags"] == ["time:dst_gap"]


def test_swapped_coordinates_are_put_right(little: LittleTown) -> None:
    little.write(HEADER + row("A1", at="43.25,5.32"))
    little.run()
    fact = little.facts()[0]
    assert (fact["lon_deg"], fact["lat_deg"], fact["located_by"]) == (5.32, 43.25, "source:swapped")


@pytest.mark.parametrize("at", ["1e308,1e308", "0,0", "-1e308,43.2", "inf,nan", "x,y", "2.35,48.85"])
def test_impossible_coordinates_leave_the_fact_without_a_place(little: LittleTown, at: str) -> None:
    little.write(HEADER + row("A1", at=at))
    little.run()
    fact = little.facts()[0]
    assert (fact["lon_deg"], fact["lat_deg"], fact["h3"], fact["zone_quarter"]) == (None, None, None, None)
    assert "place:missing" in fact["flags"]


def test_a_place_outside_the_town_is_set_aside_where_the_manifest_says_so(little: LittleTown) -> None:
    little.change(outside="quarantine")
    little.write(HEADER + row("A1") + row("A2", at="2.35,48.85"))
    report = little.run()
    assert (report.filed, report.quarantined_by_reason) == (1, {"outside_town": 1})


@pytest.mark.parametrize(
    ("rule", "fates", "text"),
    [
        pytest.param("quarantine", (2, 0, 1), "first", id="set-aside"),
        pytest.param("first", (2, 1, 0), "first", id="first-stands"),
        pytest.param("last", (2, 1, 0), "last", id="last-stands"),
    ],
)
def test_a_key_that_comes_twice_with_other_contents(
    little: LittleTown, rule: str, fates: tuple[int, int, int], text: str
) -> None:
    little.change(duplicates=rule)
    little.write(HEADER + row("A1", text="first") + row("A2") + row("A1", text="last"))
    report = little.run()
    assert (report.filed, report.duplicates, report.quarantined) == fates
    assert little.facts()[0]["text"] == text
    assert little.run().unchanged == 2


def test_a_key_that_comes_twice_with_the_same_contents_is_only_counted(little: LittleTown) -> None:
    little.write(HEADER + row("A1") * 3)
    report = little.run()
    assert (report.filed, report.duplicates, report.quarantined) == (1, 2, 0)


def test_a_record_without_a_key_is_set_aside(little: LittleTown) -> None:
    little.write(HEADER + row("  "))
    report = little.run()
    assert report.quarantined_by_reason == {"key_missing": 1}


def test_a_category_never_seen_is_filed_flagged_and_reported(little: LittleTown) -> None:
    little.write(HEADER + row("A1", kind="soucoupe") + row("A2", kind="rien"))
    report = little.run()
    seen, none = little.facts()
    assert (seen["category"], seen["source_category"], seen["flags"]) == (None, "soucoupe", ["category:unmapped"])
    assert (none["category"], none["flags"]) == (None, [])
    assert report.unmapped == {"soucoupe": 1}


def test_a_word_that_is_no_status_is_set_aside(little: LittleTown) -> None:
    little.change(map={"status": "texte"})
    little.write(HEADER + row("A1", text="closed") + row("A2", text="fermé"))
    report = little.run()
    assert (report.filed, report.quarantined_by_reason) == (1, {"word_unknown": 1})
    assert little.ledger.quarantined()[0].value == "fermé"


def test_a_manifest_with_an_unknown_key_is_refused(little: LittleTown) -> None:
    little.change(retentoin="P3Y")
    with pytest.raises(ManifestError, match=r"unknown key 'retentoin'; did you mean 'retention'\?"):
        little.town()


def test_an_unclosed_quote_costs_its_own_line_only(little: LittleTown) -> None:
    little.write(
        HEADER + row("A1", text='pipe de 5" ') + row("A2", text='"musique') + row("A3") + row("A4", text='"fort"')
    )
    report = little.run()
    assert (report.filed, report.quarantined_by_reason) == (3, {"quote_open": 1})
    assert little.ledger.quarantined()[0].line == 3
    assert little.facts()[0]["text"] == 'pipe de 5"'


def test_a_damaged_archive_fails_after_what_could_be_read(little: LittleTown) -> None:
    little.change(read={"format": "csv", "path": "logbook.csv.gz"})
    whole = gzip.compress((HEADER + "".join(row(f"A{n}") for n in range(1000))).encode())
    little.write(whole[: len(whole) // 2], "logbook.csv.gz")
    report = little.run()
    assert (report.outcome, report.error_code) == (Outcome.FAILED, "format")
    assert "damaged or cut short" in str(report.error)
