"""An import is undone whole, and only where nothing hangs on it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.ingest.little_town import HEADER, NOW, LittleTown, row

from quietude.ingest.api import NotToBeTakenBackError, Outcome, take_back

LATER = NOW + timedelta(days=1)


@pytest.fixture
def town(tmp_path: Path) -> LittleTown:
    """Return a town whose logbook is imported once."""
    made = LittleTown(tmp_path)
    made.write(HEADER + row("1") + row("2"))
    made.run()
    return made


def test_a_second_import_is_undone_and_the_first_stays(town: LittleTown) -> None:
    before = town.facts()
    town.write(HEADER + row("1", text="autre récit") + row("2") + row("3") + row("4", date="hier"))
    report = town.run(now=LATER)
    assert (report.filed, report.updated, report.quarantined) == (1, 1, 1)
    taken = take_back("logbook", report.id, town.store, town.ledger)
    assert (taken.gone, taken.restored) == (1, 1)
    assert town.facts() == before
    assert town.ledger.quarantine_counts(source="logbook") == {}
    kept = town.ledger.report(report.id)
    assert kept is not None
    assert kept.outcome == Outcome.TAKEN_BACK


def test_what_was_undone_may_be_done_again(town: LittleTown) -> None:
    first = town.ledger.reports(source="logbook")[0]
    take_back("logbook", first.id, town.store, town.ledger)
    assert town.facts() == []
    assert town.run(now=LATER).filed == 2


def test_only_the_newest_import_can_be_undone(town: LittleTown) -> None:
    first = town.ledger.reports(source="logbook")[0]
    second = town.run(now=LATER)
    with pytest.raises(NotToBeTakenBackError) as refused:
        take_back("logbook", first.id, town.store, town.ledger)
    assert refused.value.code == "not_newest"
    take_back("logbook", second.id, town.store, town.ledger)
    assert take_back("logbook", first.id, town.store, town.ledger).gone == 2


@pytest.mark.parametrize(("source", "number", "code"), [("logbook", 99, "unknown"), ("other", 1, "unknown")])
def test_an_import_of_nothing_is_refused(town: LittleTown, source: str, number: int, code: str) -> None:
    with pytest.raises(NotToBeTakenBackError) as refused:
        take_back(source, number, town.store, town.ledger)
    assert refused.value.code == code


def test_an_import_is_undone_once(town: LittleTown) -> None:
    first = town.ledger.reports(source="logbook")[0]
    take_back("logbook", first.id, town.store, town.ledger)
    with pytest.raises(NotToBeTakenBackError) as refused:
        take_back("logbook", first.id, town.store, town.ledger)
    assert refused.value.code == "already"
