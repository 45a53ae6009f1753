"""Rights of persons, and the canary: after an erasure no byte of a planted person is left anywhere."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import polars as pl
import pyarrow as pa
import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.core.serializers import serialize
from django.db import connection
from django.utils import timezone
from tests.portal.conftest import Lines, MakeUser
from tests.portal.made_up import Recipe, facts

from quietude.ingest.api import ImportReport, Outcome, Quarantined
from quietude.journal.api import Kind
from quietude.journal.verify import Key, examine
from quietude.keeping.api import Asked, DisposalError, Visa, carry_out, held_by, load_census, plan, shelves_of
from quietude.model.event import Regime, Sensitivity
from quietude.model.filter.question import Filter
from quietude.model.viewer import Grant, Viewer
from quietude.portal.accounts.models import AccountAct, User
from quietude.portal.accounts.roles import Role
from quietude.portal.explore.models import SavedView
from quietude.portal.journal.recording import Act, log_key, note
from quietude.portal.protection import durations, rights
from quietude.portal.protection.models import Breach, PersonRequest
from quietude.portal.town import current_ledger, current_town, installation
from quietude.store.api import Store

CANARY = "Zébulon Tournesol"
FOLDED = b"Tournesol"
ASKED = Asked(phrases=(CANARY,))
AGENT = Grant(purpose="operations", rows=Filter(), ceiling=Sensitivity.RESTRICTED, regimes=frozenset(Regime))
OLD = datetime(2021, 6, 1, tzinfo=UTC)


@pytest.fixture
def officer(make_user: MakeUser) -> User:
    return make_user(Role.DPO)


@pytest.fixture
def asked_for(officer: User) -> PersonRequest:
    return rights.open_request(officer, reference="2026-014", kind="erase", received_on=date(2026, 6, 1))


def changed(table: Any, **columns: list[Any]) -> Any:
    for name, values in columns.items():
        place = table.schema.get_field_index(name)
        table = table.set_column(place, table.schema.field(name), [pa.array(values, pa.string())])
    return table


@pytest.fixture
def planted(empty_store: Store, officer: User, make_user: MakeUser) -> Store:
    """Plant the person in eleven places.

    A label, attributes, a past version, the quarantine, a report of an import, a package for the archives, saved views
    (by name and by selection), the journal of accounts, a line of the journal of acts, the notes of a breach.
    """
    territory = current_town().territory
    now = facts(territory, Recipe(until=timezone.now(), days=1, per_day=4))
    empty_store.append(changed(now, text=[f"Plainte de {CANARY}", "a", "b", "c"]))
    label, attributes = [None, f"Chez {CANARY}", "x", "y"], [None, None, json.dumps({"qui": CANARY}), None]
    empty_store.upsert(changed(now, text=["Plainte", "a", "b", "c"], place_label=label, attributes=attributes))
    _pack(empty_store)
    record = Quarantined(
        id="q1", source="logbook", import_id=1, file="a.csv", line=2, reason="time_missing", column="d",
        value=CANARY, detail={}, raw={"texte": f"vu {CANARY}"}, status="open", noted_at=timezone.now(),
    )  # fmt: skip
    current_ledger().set_aside([record])
    report = ImportReport(source="logbook", town="valcombe", started_at=timezone.now(), outcome=Outcome.DONE)
    report.unmapped = {f"bruit chez {CANARY}": 1}
    current_ledger().begin(report)
    agent = make_user(Role.AGENT)
    SavedView.objects.create(owner=agent, name=f"Affaire {CANARY}", query="")
    SavedView.objects.create(owner=agent, name="Sans nom", query=f"text={quote_plus(CANARY)}")
    AccountAct.objects.create(by="x", account=agent, what="changed", detail=f"vu avec {CANARY}")
    note(Act(kind=Kind.CONSULT, who="user:1", filter_text=f"text={quote_plus(CANARY)}", motive=f"plainte de {CANARY}"))
    Breach.objects.create(title="Courriel", found_at=timezone.now(), happened=f"Envoyé à {CANARY}", noted_by="x")
    return empty_store


def _pack(store: Store) -> None:
    """Transfer an old fact that names the person: its package waits in the folder for the archives."""
    old = facts(current_town().territory, Recipe(until=OLD, days=1, per_day=1, regime="TITRE_III"))
    store.append(changed(old, text=[f"Ancienne plainte de {CANARY}"]))
    manifest = current_town().sources["logbook"]
    transferring = manifest.model_copy(update={"disposal": "transfer"}).bind(
        name="logbook", path=manifest.path, marks=manifest.marks
    )
    town = replace(current_town(), sources={"logbook": transferring})
    folder = durations.transfers_folder()
    shelves = shelves_of(town, store, current_ledger(), load_census(), transfers=folder)
    planned = plan(shelves, as_of=durations.today(), held=held_by((), store))
    carry_out(shelves, planned, Visa(by="Archives", reason="visa 1", list_digest=planned.digest))


def dump() -> Iterator[tuple[str, bytes]]:
    """Yield everything that is kept, by name: bytes of every file, rows of every Parquet file, rows of the database."""
    root = installation().facts_dir.parent
    for path in sorted(root.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(root)), path.read_bytes()
            if path.suffix == ".parquet":
                yield f"rows of {path.name}", str(pl.read_parquet(path, hive_partitioning=False).rows()).encode()
    for model in apps.get_models(include_auto_created=True):
        rows = model._default_manager.all()
        yield model._meta.label, serialize("json", rows, ensure_ascii=False).encode()
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        yield "the database file", connection.connection.serialize()


def traces() -> list[str]:
    marks = (FOLDED, FOLDED.lower(), quote_plus(CANARY).encode())
    return [name for name, content in dump() if any(mark in content for mark in marks)]


def assert_the_journal_verifies(folder: Path) -> None:
    """Verify the journal as anyone outside would, from a copy of the database's bytes; SQLite only."""
    if connection.vendor != "sqlite":
        return
    copy = folder / "copy.sqlite3"
    copy.write_bytes(connection.connection.serialize())
    with closing(sqlite3.connect(copy)) as log:
        findings, entries = examine(log, Key.parse(str(log_key().public)))
    assert entries > 3
    assert findings == []


def test_after_an_erasure_no_byte_of_the_person_is_left(
    planted: Store, officer: User, asked_for: PersonRequest, tmp_path: Path, lines: Lines
) -> None:
    before = traces()
    assert any(name.startswith("transfers/") for name in before)
    assert {"explore.SavedView", "accounts.AccountAct", "protection.Breach"} <= set(before)
    assert "ledger.sqlite3" in before or "ledger.sqlite3-wal" in before
    found = rights.look(officer, asked_for, ASKED)
    by_place = {each.place for each in found}
    assert by_place >= {"facts", "versions", "quarantine", "reports", "packages", "explore.SavedView"}
    assert by_place >= {"accounts.AccountAct", "protection.Breach", "journal"}
    rights.erase_person(officer, asked_for, found, ASKED, "art. 17")
    assert traces() == []
    assert rights.look(officer, asked_for, ASKED) == ()
    assert_the_journal_verifies(tmp_path)
    acts = [line for line in lines() if line.kind is Kind.ERASE and line.who == f"user:{officer.pk}"]
    assert acts[-1].motive == "art. 17"


def test_an_erasure_leaves_the_others_alone(planted: Store, officer: User, asked_for: PersonRequest) -> None:
    found = rights.look(officer, asked_for, ASKED)
    rights.erase_person(officer, asked_for, found, ASKED, "art. 17")
    assert planted.info()[0].rows == 1
    assert Breach.objects.get().title == "Courriel"
    assert not SavedView.objects.exists()


def test_the_access_file_holds_all_and_hides_third_parties(
    planted: Store, officer: User, asked_for: PersonRequest, lines: Lines
) -> None:
    found = rights.look(officer, asked_for, ASKED)
    file = rights.access_file(officer, asked_for, found, hidden=["Courriel"])
    assert len(file["entries"]) == len(found)
    assert len({entry["place"] for entry in file["entries"]}) >= 7
    assert "Courriel" not in json.dumps(file, ensure_ascii=False)
    assert CANARY in json.dumps(file, ensure_ascii=False)
    told = [line.detail["what"] for line in lines() if line.kind is Kind.COMMUNICATE]
    assert any("2026-014" in what for what in told)
    assert not any("Tournesol" in str(line) for line in lines())


def test_a_legal_hold_keeps_a_person_from_being_erased(planted: Store, officer: User, asked_for: PersonRequest) -> None:
    durations.hold(officer, title="Procès", reason="TJ", sources=["logbook"])
    found = rights.look(officer, asked_for, ASKED)
    before = traces()
    with pytest.raises(DisposalError):
        rights.erase_person(officer, asked_for, found, ASKED, "art. 17")
    assert set(before) <= set(traces())


def test_recipients_are_told_by_a_ready_letter(planted: Store, officer: User, asked_for: PersonRequest) -> None:
    found = rights.look(officer, asked_for, ASKED)
    (letter,) = rights.erase_person(officer, asked_for, found, ASKED, "art. 17")
    assert letter.recipient == "Préfecture"
    assert "2026-014" in letter.text
    assert "4 enregistrement(s)" in letter.text
    assert "Tournesol" not in letter.text


def test_a_restriction_hides_and_a_lift_shows_again(planted: Store, officer: User, asked_for: PersonRequest) -> None:
    found = [each for each in rights.look(officer, asked_for, ASKED) if each.place == "facts"]
    rights.restrict_person(officer, asked_for, found, "contestation")
    viewer = Viewer(who="user:1", grants=(AGENT,))
    assert planted.query(viewer, Filter()).num_rows == 4 - len(found)
    assert rights.lift_restriction(officer, rights.uids_of(found), "réglé") == len(found)
    assert planted.query(viewer, Filter()).num_rows == 4


@pytest.mark.parametrize("act", ["erase", "restrict", "rectify"])
def test_acts_need_the_right_a_reason_and_something_to_act_on(
    planted: Store, officer: User, asked_for: PersonRequest, make_user: MakeUser, act: str
) -> None:
    acts = {
        "erase": lambda by, found, why: rights.erase_person(by, asked_for, found, ASKED, why),
        "restrict": lambda by, found, why: rights.restrict_person(by, asked_for, found, why),
        "rectify": lambda by, found, why: rights.rectify_person(by, asked_for, found, why, {}),
    }
    found = rights.look(officer, asked_for, ASKED)
    with pytest.raises(PermissionDenied):
        acts[act](make_user(Role.DATA_MANAGER), found, "x")
    with pytest.raises(DisposalError):
        acts[act](officer, found, " ")
    with pytest.raises(DisposalError):
        acts[act](officer, [], "x")
    assert rights.look(officer, asked_for, ASKED) == found


def test_a_request_is_closed_once_with_its_answer(officer: User, asked_for: PersonRequest) -> None:
    with pytest.raises(DisposalError):
        rights.close_request(officer, asked_for, " ")
    rights.close_request(officer, asked_for, "Dossier remis")
    asked_for.refresh_from_db()
    assert (asked_for.answer, asked_for.closed_by) == ("Dossier remis", officer.username)
    with pytest.raises(DisposalError):
        rights.close_request(officer, asked_for, "encore")
