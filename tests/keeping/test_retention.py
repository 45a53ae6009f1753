"""The retention engine, and the journey in time: from the next day to eleven years on, nothing overdue stays."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.keeping.made_up import BEGINNING, a_fact, fill, open_store, table, usual_town

from quietude.ingest.api import Ledger
from quietude.keeping.api import (
    DisposalError,
    Held,
    Order,
    Plan,
    Report,
    Shelf,
    Visa,
    carry_out,
    faults_of_package,
    held_by,
    load_census,
    packages,
    plan,
    search_held,
    shelves_of,
)
from quietude.model.filter.question import Choice, Filter
from quietude.model.viewer import Viewer

READER = Viewer.system("test")
YEARS = {"logbook": 3, "desk": 1, "figures": 2, "gone": 3, "sensors": 5}
"""What `usual_town` says, said again: the checks below do not ask the engine."""


class Kept:
    """A filled store and ledger, with the shelves of the town."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = open_store(folder / "facts")
        self.ledger = Ledger(folder / "ledger.sqlite3")
        self.transfers = folder / "transfers"
        fill(self.store, self.ledger)

    @property
    def shelves(self) -> tuple[Shelf, ...]:
        return shelves_of(usual_town(), self.store, self.ledger, load_census(), transfers=self.transfers)

    def planned(self, as_of: date, *orders: Order) -> Plan:
        return plan(self.shelves, as_of=as_of, held=held_by(orders, self.store))

    def run(self, as_of: date, *orders: Order) -> Report:
        planned = self.planned(as_of, *orders)
        return carry_out(self.shelves, planned, Visa(by="Archives", reason="visa 12", list_digest=planned.digest))

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Return all rows of all files of one table on the disk, whether the table names the file or not."""
        paths = (self.folder / "facts" / name).rglob("month=*/*.parquet")
        return [row for path in sorted(paths) for row in pl.read_parquet(path, hive_partitioning=False).to_dicts()]

    def records(self, sql: str) -> list[tuple[Any, ...]]:
        with sqlite3.connect(self.folder / "ledger.sqlite3") as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


def back(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def overdue(kept: Kept, as_of: date) -> list[str]:
    """Return all that should be gone by a day, looked for in the bytes on the disk, without the engine."""
    found = []
    for name in ("events", "history"):
        for row in kept.rows(name):
            years = YEARS.get(row["source"])
            is_old = years is not None and row["day"] < back(as_of, years)
            if is_old and row["text"] is not None:
                found.append(f"{name}: {row['source']} of {row['day']}")
            if row["retain_until"] is not None and row["retain_until"] < as_of:
                found.append(f"{name}: kept until {row['retain_until']}")
    numbers = [row["at"].date() for row in kept.rows("observations")]
    found += [f"number of {day}" for day in numbers if day < back(as_of, YEARS["sensors"])]
    for source, noted_at in kept.records("SELECT source, noted_at FROM quarantine"):
        if noted_at < back(as_of, YEARS.get(source, 3)).isoformat():
            found.append(f"quarantine: {source} of {noted_at}")
    reports = kept.records("SELECT started_at FROM imports")
    found += [f"report of {at}" for (at,) in reports if at < back(as_of, 5).isoformat()]
    return found


def test_a_journey_in_time_leaves_nothing_overdue(kept: Kept) -> None:
    """From one day to eleven years: after each run no row past its term is left in any file."""
    wanted = [1, 30, 200, 366, 500, 731, 900, 1097, 1400, 1827, 2400, 11 * 365 + 3]
    done = 0
    for days in wanted:
        as_of = BEGINNING + timedelta(days=days)
        before = overdue(kept, as_of)
        report = kept.run(as_of)
        done += report.done
        assert overdue(kept, as_of) == []
        assert kept.planned(as_of).total == 0
        assert (report.done > 0) == bool(before), "something left that was not due, or the other way round"
        assert all(line.done == line.due for line in report.lines)
    assert done > 200
    left = {row["source"] for row in kept.rows("events")}
    assert left == {"figures", "open_data"}, "what is published or statistical stays, the rest is gone"
    assert all(row["text"] is None for row in kept.rows("events") if row["source"] == "figures")
    assert {row["source"] for row in kept.rows("history")} == {"open_data"}
    assert kept.records("SELECT * FROM imports") == []
    assert {source for (source,) in kept.records("SELECT source FROM quarantine")} == set()
    counted = kept.store.count(READER, Filter(), ("source",)).to_pylist()
    assert {row["source"]: row["count"] for row in counted} == {"figures": 32, "open_data": 32}


def test_a_dry_run_changes_nothing(kept: Kept) -> None:
    before = kept.store.stamp()
    planned = kept.planned(BEGINNING + timedelta(days=2000))
    assert planned.total > 100
    assert kept.store.stamp() == before
    assert not kept.transfers.exists()


def test_a_fact_is_kept_on_its_last_day_and_due_the_day_after(kept: Kept) -> None:
    kept.store.upsert(table(a_fact("logbook", "edge", date(2026, 2, 1))))
    wanted = "2026-02-01/"
    on_day, day_after = kept.planned(date(2029, 2, 1)), kept.planned(date(2029, 2, 2))
    assert not [item for due in on_day.dues for item in due.items if item.startswith(wanted)]
    assert len([item for due in day_after.dues for item in due.items if item.startswith(wanted)]) == 1


def test_a_duration_made_shorter_takes_hold_of_what_is_filed_already(kept: Kept) -> None:
    late = a_fact("logbook", "late", date(2022, 1, 1), retain_until=date(2040, 1, 1))
    kept.store.upsert(table(late))
    due = next(due for due in kept.planned(BEGINNING).dues if due.source == "logbook")
    assert due.items == (f"2022-01-01/{late['uid']}",)


def test_facts_of_a_transferring_source_are_packed_before_they_go(kept: Kept) -> None:
    as_of = BEGINNING + timedelta(days=400)
    planned = kept.planned(as_of)
    uids = {item.partition("/")[2] for due in planned.dues if due.source == "desk" for item in due.items if "/" in item}
    kept.run(as_of)
    (package,) = packages(kept.transfers)
    assert set(package.uids) == uids
    assert faults_of_package(package) == ()
    assert package.note["visa"] == {"by": "Archives", "reason": "visa 12", "list": planned.digest}
    facts = pl.read_parquet(package.folder / "facts.parquet")
    assert set(facts["uid"]) == uids
    assert set(pl.read_parquet(package.folder / "versions.parquet")["uid"]) <= uids
    assert pl.read_csv(package.folder / "facts.csv").height == len(uids)
    assert kept.store.query(READER, Filter(sources=Choice(any_of=("desk",)))).num_rows == 0


def test_a_changed_package_is_noticed(kept: Kept) -> None:
    kept.run(BEGINNING + timedelta(days=400))
    (package,) = packages(kept.transfers)
    path = package.folder / "facts.csv"
    path.write_bytes(path.read_bytes().replace(b"Appel", b"Apple"))
    assert faults_of_package(package) == ("facts.csv",)


@pytest.mark.parametrize(
    "order",
    [
        pytest.param(Order(title="procès", sources=("logbook",)), id="by source"),
        pytest.param(Order(title="procès", question=Filter(sources=Choice(any_of=("logbook",)))), id="by filter"),
    ],
)
def test_a_legal_hold_keeps_facts_from_both_exits(kept: Kept, order: Order) -> None:
    as_of = BEGINNING + timedelta(days=4000)
    before = len({row["uid"] for row in kept.rows("events") if row["source"] == "logbook"})
    report = kept.run(as_of, order)
    assert len({row["uid"] for row in kept.rows("events") if row["source"] == "logbook"}) == before
    line = next(line for line in report.lines if line.source == "logbook" and line.place == "facts")
    assert (line.held, line.done) == (before, 0)
    kept.run(as_of)
    assert overdue(kept, as_of) == []


def test_a_hold_on_one_fact_keeps_it_and_its_versions_alone(kept: Kept) -> None:
    uid = a_fact("desk", "desk-0", BEGINNING)["uid"]
    as_of = BEGINNING + timedelta(days=4000)
    order = Order(title="plainte", uids=(f"202603-{uid}",))
    kept.run(as_of, order)
    assert [row["uid"] for row in kept.rows("events") if row["source"] == "desk"] == [uid]
    assert search_held(held_by([order], kept.store), [uid, "f" * 32], kept.store) == (uid,)
    assert search_held(Held(frozenset({"desk"})), [uid], kept.store) == (uid,)
    assert search_held(Held(), [uid], kept.store) == ()


def test_a_hold_on_a_source_keeps_its_quarantine_and_numbers(kept: Kept) -> None:
    as_of = BEGINNING + timedelta(days=4000)
    kept.run(as_of, Order(title="enquête", sources=("gone", "sensors")))
    assert {source for (source,) in kept.records("SELECT source FROM quarantine")} == {"gone"}
    assert len(kept.rows("observations")) == 32


def test_a_visa_is_for_one_list(kept: Kept) -> None:
    as_of = BEGINNING + timedelta(days=2000)
    planned = kept.planned(as_of)
    visa = Visa(by="Archives", reason="visa 12", list_digest=planned.digest)
    assert kept.planned(as_of).digest == planned.digest
    kept.store.upsert(table(a_fact("logbook", "new", date(2024, 1, 1))))
    with pytest.raises(DisposalError, match="list has changed"):
        carry_out(kept.shelves, kept.planned(as_of), visa)
    with pytest.raises(DisposalError, match="who decides and why"):
        carry_out(kept.shelves, planned, Visa(by=" ", reason="x", list_digest=planned.digest))


def test_what_was_eliminated_does_not_come_back_by_importing(kept: Kept) -> None:
    kept.run(BEGINNING + timedelta(days=4000))
    filed = kept.store.upsert(table(a_fact("logbook", "logbook-0", BEGINNING)))
    assert (filed.filed, filed.refused) == (0, 1)


def test_an_old_version_goes_though_its_fact_was_corrected_to_a_later_day(kept: Kept) -> None:
    as_of = date(2027, 10, 15)  # the first statement of logbook-31 is of 21 September 2024
    (line,) = [line for line in kept.run(as_of).lines if line.place == "versions" and line.source == "logbook"]
    assert line.done == 1
    moved = next(row for row in kept.rows("events") if row["source_key"] == "logbook-31")
    assert moved["text"] == "daté autrement"
