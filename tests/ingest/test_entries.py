"""Entries of the town's own logbooks as facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.ingest.little_town import TOWN

from quietude.ingest.api import LoggedEntry, file_entries
from quietude.model.event import Event, Origin, Reality, Regime, Sensitivity, Status
from quietude.model.identity import event_uid
from quietude.model.viewer import Viewer
from quietude.sources.api import Town, load_town
from quietude.store.api import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
READER = Viewer.system("test")
LOGBOOK = """
title: {fr: "Main courante", en: "Logbook"}
owner: "Police municipale"
legal_basis: "mission d'intérêt public"
retention: P3Y
"""
ENTRY = LoggedEntry(
    logbook="patrols", number="2026-000001", occurred_from=datetime(2026, 2, 28, 23, 30, tzinfo=UTC),
    reported_at=NOW, category="noise.party", category_by="person:7", severity=2, status=Status.OPEN,
    origin=Origin.PATROL, text="Fête au 3e étage.", lon_deg=5.31, lat_deg=43.25, accuracy_m=15.0,
    regime=Regime.RGPD, sensitivity=Sensitivity.INTERNAL, reality=Reality.REAL,
)  # fmt: skip


@pytest.fixture
def town(tmp_path: Path) -> Town:
    (tmp_path / "town" / "logbooks").mkdir(parents=True)
    (tmp_path / "town" / "town.yml").write_text(TOWN, encoding="utf-8")
    (tmp_path / "town" / "logbooks" / "patrols.yml").write_text(LOGBOOK, encoding="utf-8")
    return load_town(tmp_path / "town", tmp_path)


@pytest.fixture
def store(tmp_path: Path, town: Town) -> Store:
    return Store.open(tmp_path / "facts", levels=town.territory.level_names, timezone=town.timezone)


def fact(store: Store, entry: LoggedEntry = ENTRY) -> Event:
    return store.event(READER, event_uid(entry.logbook, entry.number))[0]


def test_an_entry_becomes_a_fact_with_its_day_zones_and_term(store: Store, town: Town) -> None:
    assert file_entries(store, town, [ENTRY], now=NOW).filed == 1
    filed = fact(store)
    assert (filed.source, filed.source_key, filed.category_by) == ("patrols", "2026-000001", "person:7")
    assert (filed.day, filed.hour_of_week) == (date(2026, 3, 1), 6 * 24)  # half past midnight, local time, a Sunday
    assert (filed.zones, filed.retain_until) == ({"quarter": "west"}, date(2029, 3, 1))
    assert filed.h3 is not None


def test_the_same_entry_again_changes_nothing_and_a_corrected_one_is_a_new_version(store: Store, town: Town) -> None:
    file_entries(store, town, [ENTRY], now=NOW)
    assert file_entries(store, town, [ENTRY], now=NOW).unchanged == 1
    moved = replace(ENTRY, lon_deg=5.38, status=Status.CLOSED)
    assert file_entries(store, town, [moved], now=NOW).updated == 1
    assert (fact(store).zones, fact(store).status, fact(store).version) == ({"quarter": "east"}, Status.CLOSED, 2)


def test_a_struck_entry_is_withdrawn(store: Store, town: Town) -> None:
    file_entries(store, town, [ENTRY], now=NOW)
    file_entries(store, town, [replace(ENTRY, is_struck=True)], now=NOW)
    assert "withdrawn:struck" in fact(store).flags


def test_plates_and_telephones_do_not_get_through(store: Store, town: Town) -> None:
    said = "Véhicule AB-123-CD, rappeler le 06 12 34 56 78."
    file_entries(store, town, [replace(ENTRY, text=said)], now=NOW)
    text = fact(store).text or ""
    assert "AB-123-CD" not in text
    assert "06 12 34 56 78" not in text


def test_a_place_known_by_its_zone_only_keeps_it(store: Store, town: Town) -> None:
    somewhere = replace(ENTRY, lon_deg=None, lat_deg=None, accuracy_m=None, zones={"quarter": "east"})
    file_entries(store, town, [somewhere], now=NOW)
    assert (fact(store).zones, fact(store).h3, fact(store).lon_deg) == ({"quarter": "east"}, None, None)


def test_entries_of_several_regimes_and_logbooks_are_filed_together(store: Store, town: Town) -> None:
    penal = replace(ENTRY, number="2026-000002", regime=Regime.TITRE_III)
    assert file_entries(store, town, [ENTRY, penal], now=NOW).filed == 2
    assert fact(store, penal).regime is Regime.TITRE_III


def test_a_logbook_that_the_town_has_not_is_refused(store: Store, town: Town) -> None:
    with pytest.raises(KeyError):
        file_entries(store, town, [replace(ENTRY, logbook="another")], now=NOW)
