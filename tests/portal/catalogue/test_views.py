"""The pages of the sources: inventory, account of each import, quarantine with retry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.urls import reverse
from pytest_django import Settings
from tests.portal.conftest import SignIn

from quietude.ingest.api import ImportReport, Outcome, run_import
from quietude.portal import town
from quietude.portal.accounts.roles import Role
from quietude.portal.catalogue import runs

ROWS = """key,at,lon,lat
a,2026-03-01 10:00,5.37,43.29
b,2026-03-02 11:00,5.41,43.31
c,30 février 2026,5.38,43.30
d,,5.38,43.30
"""


@pytest.fixture
def imported(tmp_path: Path, settings: Settings) -> Iterator[ImportReport]:
    """Import the town's logbook, two of whose four records cannot be filed, and return the account."""
    (tmp_path / "valcombe").mkdir()
    (tmp_path / "valcombe" / "logbook.csv").write_text(ROWS, encoding="utf-8")
    caches = (town.configured_town, town.current_store, town.current_ledger)
    settings.QUIETUDE = replace(settings.QUIETUDE, var_dir=tmp_path / "var", data_dir=tmp_path)
    for cached in caches:
        cached.cache_clear()
    (tmp_path / "var" / "valcombe").mkdir(parents=True)
    yield run_import(
        town.current_town(),
        "logbook",
        town.current_store(),
        town.current_ledger(),
        vocabulary=town.current_vocabulary(),
        now=datetime(2026, 6, 1, tzinfo=UTC),
    )
    for cached in caches:
        cached.cache_clear()


def test_the_inventory_says_who_what_and_how_good(sign_in: SignIn, imported: ImportReport) -> None:
    page = sign_in(Role.AGENT).get(reverse("catalogue:inventory"))
    (row,) = [each for each in page.context["rows"] if each.manifest.name == "logbook"]
    assert (row.title, row.count, row.quarantined) == ("Main courante", 2, 2)
    assert row.quality_percent is not None
    said = page.content.decode()
    assert "Police municipale" in said
    assert "mission d&#x27;intérêt public" in said
    assert reverse("catalogue:quarantine", args=["logbook"]) not in said


def test_a_source_shows_its_law_its_mapping_and_its_account(sign_in: SignIn, imported: ImportReport) -> None:
    page = sign_in(Role.ANALYST, language="en").get(reverse("catalogue:source", args=["logbook"]))
    assert ("Owner", "Police municipale") in page.context["law"]
    assert ("Kept for", "3 years") in page.context["law"]
    assert ("Beginning", "at", "read as an ISO time") in page.context["mapping"]
    counts = {line.field: line.count for line in page.context["account"]}
    assert (counts["read"], counts["filed"], counts["quarantined"]) == (4, 2, 2)


def test_a_source_that_is_not_declared_is_not_found(sign_in: SignIn, imported: ImportReport) -> None:
    assert sign_in(Role.ANALYST).get(reverse("catalogue:source", args=["nothing"])).status_code == 404


def test_a_report_is_found_under_its_own_source_only(sign_in: SignIn, imported: ImportReport) -> None:
    client = sign_in(Role.AGENT)
    address = reverse("catalogue:report", args=["logbook", imported.id])
    assert client.get(address).context["report"].filed == 2
    assert client.get(reverse("catalogue:report", args=["logbook", imported.id + 1])).status_code == 404


def test_a_running_report_asks_for_itself_again_until_it_ends(sign_in: SignIn, imported: ImportReport) -> None:
    ledger = town.current_ledger()
    report = ImportReport(source="logbook", town="valcombe", started_at=datetime.now(UTC))
    report.id = ledger.begin(report)
    client, address = sign_in(Role.AGENT), reverse("catalogue:report", args=["logbook", report.id])
    assert 'hx-trigger="every 2s"' in client.get(address).content.decode()
    report.outcome = Outcome.DONE
    ledger.keep(report)
    body = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in body
    assert "<html" not in body


def test_the_quarantine_says_why_and_shows_the_record(sign_in: SignIn, imported: ImportReport) -> None:
    page = sign_in(Role.DATA_MANAGER).get(reverse("catalogue:quarantine", args=["logbook"]))
    said = {one.record.reason: one for one in page.context["records"]}
    assert set(said) == {"time_unreadable", "time_missing"}
    assert said["time_unreadable"].said == "Date illisible : at vaut « 30 février 2026 »."
    assert ("key", "c") in said["time_unreadable"].raw


def test_the_quarantine_is_read_by_reason(sign_in: SignIn, imported: ImportReport) -> None:
    address = reverse("catalogue:quarantine", args=["logbook"])
    page = sign_in(Role.DATA_MANAGER).get(address, {"reason": "time_missing"})
    assert [one.record.reason for one in page.context["records"]] == ["time_missing"]
    assert len(page.context["reasons"]) == 2


@pytest.mark.parametrize("role", [Role.AGENT, Role.ANALYST, Role.ELECTED, Role.ADMINISTRATOR])
def test_the_quarantine_requires_the_right(sign_in: SignIn, imported: ImportReport, role: Role) -> None:
    client = sign_in(role)
    assert client.get(reverse("catalogue:quarantine", args=["logbook"])).status_code == 403
    assert client.post(reverse("catalogue:retry", args=["logbook"])).status_code == 403
    assert client.post(reverse("catalogue:import", args=["logbook"])).status_code == 403


def test_a_retry_leaves_what_still_cannot_be_filed(sign_in: SignIn, imported: ImportReport) -> None:
    answer = sign_in(Role.DATA_MANAGER).post(reverse("catalogue:retry", args=["logbook"]), follow=True)
    assert [str(message) for message in answer.context["messages"]] == [
        "0 enregistrement est classé, 2 attendent encore."
    ]
    assert town.current_ledger().quarantine_counts() == {"logbook": {"time_unreadable": 1, "time_missing": 1}}


def test_an_import_started_here_runs_the_command_and_files_what_is_new(
    sign_in: SignIn, imported: ImportReport, settings: Settings
) -> None:
    source = settings.QUIETUDE.data_dir / "valcombe" / "logbook.csv"
    source.write_text(ROWS + "e,2026-03-03 12:00,5.37,43.29\n", encoding="utf-8")
    runs.start(settings.QUIETUDE, "logbook").wait(timeout=120)
    newest = town.current_ledger().reports(source="logbook")[0]
    assert newest.id != imported.id
    assert (newest.outcome, newest.filed, newest.unchanged) == (Outcome.DONE, 1, 2)


def test_the_button_starts_an_import_once(
    sign_in: SignIn, imported: ImportReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    monkeypatch.setattr(runs, "start", lambda _installation, source: started.append(source))
    client, address = sign_in(Role.DATA_MANAGER), reverse("catalogue:import", args=["logbook"])
    client.post(address)
    report = ImportReport(source="logbook", town="valcombe", started_at=datetime.now(UTC))
    town.current_ledger().begin(report)
    client.post(address)
    assert started == ["logbook"]
