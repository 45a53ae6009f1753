from __future__ import annotations

from tests.ingest.little_town import HEADER, LittleTown, row

from quietude.ingest.api import Outcome


def test_records_are_filed_once_the_manifest_is_mended(little: LittleTown) -> None:
    little.write(HEADER + row("A1") + row("A2", date="2026-02-03 10:00") + row("A3", date="n'importe quoi"))
    assert little.run().quarantined == 2
    little.change(map={"occurred_from": {"column": "date", "parse": ["%d/%m/%Y %H:%M", "iso"]}})
    report = little.retry()
    assert (report.outcome, report.is_retry, report.read, report.filed, report.resolved) == (
        Outcome.DONE,
        True,
        2,
        1,
        1,
    )
    assert [fact["source_key"] for fact in little.facts()] == ["A1", "A2"]
    assert [record.value for record in little.ledger.quarantined()] == ["n'importe quoi"]


def test_a_record_that_stays_sick_for_another_reason_is_kept_under_that_one(little: LittleTown) -> None:
    little.write(HEADER + row("A1", date="2030-02-03 10:00"))
    little.run()
    little.change(map={"occurred_from": {"column": "date", "parse": "iso"}})
    little.retry()
    assert little.ledger.quarantine_counts() == {"logbook": {"time_in_future": 1}}


def test_a_retried_record_keeps_the_key_it_would_have_had(little: LittleTown) -> None:
    key = {"digest": ["type", "texte"], "ordinal": True}
    little.change(map={"source_key": key})
    little.write(HEADER + row("A1") + row("A2", date="2026-02-03 10:00") + row("A3"))
    little.run()
    little.change(map={"occurred_from": {"column": "date", "parse": ["%d/%m/%Y %H:%M", "iso"]}})
    little.retry()
    assert len({fact["uid"] for fact in little.facts()}) == 3
    assert little.run().unchanged == 3


def test_values_made_from_dropped_columns_survive_the_quarantine(little: LittleTown) -> None:
    severity = {"when": [{"column": "victimes", "matches": "mort", "then": 5}], "otherwise": 2}
    little.change(map={"severity": severity, "drop": {"victimes": "not needed"}})
    little.write("victimes," + HEADER + "un mort né en 1980," + row("A1", date="2026-02-03 10:00"))
    little.run()
    assert "1980" not in str(little.ledger.quarantined()[0].raw)
    little.change(map={"occurred_from": {"column": "date", "parse": "iso"}})
    little.retry()
    assert little.facts()[0]["severity"] == 5


def test_an_import_that_files_the_record_closes_its_quarantine(little: LittleTown) -> None:
    little.write(HEADER + row("A1", date="31/02/2026"))
    little.run()
    little.write(HEADER + row("A1", date="28/02/2026"))
    assert little.run().resolved == 1
    assert little.ledger.quarantined() == ()


def test_what_was_no_record_waits_for_a_new_import(little: LittleTown) -> None:
    little.write(HEADER + "A1,too few\n")
    little.run()
    assert little.retry().read == 0
    assert len(little.ledger.quarantined()) == 1
