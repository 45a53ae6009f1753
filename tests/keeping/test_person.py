from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.keeping.made_up import BEGINNING, a_fact, open_store, table

from quietude.ingest.api import ImportReport, Ledger, Outcome, Quarantined
from quietude.keeping.api import Asked, Found, erase, lift, rectify, restrict, restricted_facts, shown
from quietude.keeping.api import find as find_all
from quietude.model.event import Sensitivity
from quietude.model.filter.question import Filter
from quietude.model.viewer import Grant, Viewer
from quietude.store.api import Store

NAME = "Zébulon Tournesol"
SYSTEM = Viewer.system("test")
AGENT = Viewer(who="user:1", grants=(Grant(purpose="operations", rows=Filter(), ceiling=Sensitivity.RESTRICTED),))
DAY = date(2026, 2, 1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "facts")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.sqlite3")


def uid(key: str) -> str:
    found: str = a_fact("logbook", key, DAY)["uid"]
    return found


def plant(store: Store, ledger: Ledger) -> None:
    """Put the person in a label, in attributes, in an old version, in the quarantine and in a report."""
    old = a_fact("logbook", "old", DAY, text=f"Plainte de {NAME}, tél. 06 12 34 56 78")
    label = a_fact("logbook", "label", DAY, place_label=f"Chez {NAME.upper()}")
    attributes = a_fact("desk", "attributes", DAY, attributes='{"agent": "zebulon tournesol"}')
    other = a_fact("desk", "other", DAY, text="rien à voir")
    store.upsert(table(old, label, attributes, other))
    store.upsert(table(old | {"text": "Plainte"}))
    record = Quarantined(
        id="q1", source="logbook", import_id=1, file="a.csv", line=2, reason="time_missing", column="d", value=None,
        detail={}, raw={"texte": f"vu {NAME}"}, status="open", noted_at=datetime(2026, 2, 1, tzinfo=UTC),
    )  # fmt: skip
    ledger.set_aside([record])
    report = ImportReport(source="desk", town="t", started_at=datetime(2026, 2, 1, tzinfo=UTC), outcome=Outcome.DONE)
    report.unmapped = {NAME: 1}
    ledger.begin(report)


def find(store: Store, ledger: Ledger, asked: Asked, viewer: Viewer) -> tuple[Found, ...]:
    return find_all(store, ledger, asked, viewer, transfers=ledger.path.parent / "transfers")


def places(found: tuple[Found, ...]) -> list[str]:
    return sorted(each.place for each in found)


def test_a_person_is_found_wherever_they_are_whatever_the_case_and_accents(store: Store, ledger: Ledger) -> None:
    plant(store, ledger)
    found = find(store, ledger, Asked(phrases=("ZEBULON tournesol",)), SYSTEM)
    assert places(found) == ["facts", "facts", "quarantine", "reports", "versions"]
    assert {each.uid for each in found if each.place == "versions"} == {uid("old")}
    named = find(store, ledger, Asked(uids=(uid("old"),)), SYSTEM)
    assert places(named) == ["facts", "versions"]
    assert find(store, ledger, Asked(), SYSTEM) == ()


def test_what_the_reader_may_not_see_is_not_found(store: Store, ledger: Ledger) -> None:
    plant(store, ledger)
    found = find(store, ledger, Asked(uids=(uid("old"),)), Viewer.nobody())
    assert found == ()


def test_third_parties_and_numbers_are_hidden_in_what_the_person_gets() -> None:
    content: dict[str, Any] = {"text": "Vu avec Paul Voisin, 06 12 34 56 78", "raw": {"a": ["PAUL VOISIN"]}, "line": 3}
    found = Found(place="facts", key="x", source="logbook", content=content)
    given = shown(found, country="FR", third_parties=["Paul Voisin", " "])
    assert "Voisin" not in str(given).title()
    assert "06 12" not in str(given)
    assert given["line"] == 3


def test_restricted_facts_are_shown_to_no_one_but_kept(store: Store, ledger: Ledger) -> None:
    plant(store, ledger)
    assert restrict(store, [uid("label"), uid("old")]) == 2
    assert restrict(store, [uid("label")]) == 0
    seen = store.query(AGENT, Filter(), columns=("source_key",))["source_key"].to_pylist()
    assert sorted(seen) == ["attributes", "other"]
    assert sum(store.count(AGENT, Filter())["count"].to_pylist()) == 2
    assert store.event(AGENT, uid("old")) == ()
    assert [each[0] for each in restricted_facts(store)] == sorted([uid("label"), uid("old")])
    store.upsert(table(a_fact("logbook", "label", DAY, text="la source insiste")))
    assert uid("label") not in store.query(AGENT, Filter(), columns=("uid",))["uid"].to_pylist()
    assert lift(store, [uid("label"), uid("other")]) == 1
    assert [each[0] for each in restricted_facts(store)] == [uid("old")]
    back = store.event(AGENT, uid("label"))[0]
    assert (back.sensitivity, back.flags) == ("internal", ())


def test_a_rectification_is_noted_and_outlasts_the_next_import(store: Store, ledger: Ledger) -> None:
    plant(store, ledger)
    assert rectify(store, [uid("label")], note="Ce n'est pas chez moi", corrections={"place_label": "Rue"}, on=DAY) == 1
    fact = store.event(SYSTEM, uid("label"))[0]
    assert (fact.place_label, fact.flags) == ("Rue", ("rectified",))
    assert "Ce n'est pas chez moi" in (fact.attributes or "")
    assert '"agent":"7"' in (fact.attributes or "")
    store.upsert(table(a_fact("logbook", "label", DAY, place_label="Chez lui")))
    assert store.event(SYSTEM, uid("label"))[0].place_label == "Rue"


@pytest.mark.parametrize(
    ("note", "corrections"), [(" ", {}), ("x", {"severity": "1"})], ids=["no note", "not a person's to correct"]
)
def test_a_rectification_that_says_nothing_or_too_much_is_refused(
    store: Store, note: str, corrections: dict[str, str]
) -> None:
    with pytest.raises(ValueError, match=r"rectification|correct"):
        rectify(store, ["0" * 32], note=note, corrections=corrections, on=BEGINNING)


def test_an_erasure_takes_facts_versions_records_and_reports(store: Store, ledger: Ledger, tmp_path: Path) -> None:
    plant(store, ledger)
    found = find(store, ledger, Asked(phrases=(NAME,)), SYSTEM)
    done = erase(store, ledger, found, reason="art. 17", by="dpo", transfers=tmp_path / "transfers")
    assert done.counts == {"facts": 3, "versions": 1, "packages": 0, "quarantine": 1, "reports": 1}
    assert done.erasure_id
    assert find(store, ledger, Asked(phrases=(NAME,), uids=(uid("old"),)), SYSTEM) == ()
    assert store.query(SYSTEM, Filter(), columns=("source_key",))["source_key"].to_pylist() == ["other"]
