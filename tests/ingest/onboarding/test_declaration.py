"""What a person declared becomes a manifest that the loader takes, and imports as it was previewed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.ingest.little_town import LittleTown

from quietude.ingest.onboarding.declaration import (
    Coded,
    Declaration,
    TimeReading,
    Use,
    crosswalk_text,
    manifest_text,
    name_for,
)
from quietude.ingest.onboarding.preview import preview
from quietude.ingest.onboarding.roles import Role
from quietude.model.vocabulary import load_vocabulary
from quietude.sources.api import Manifest, load_manifest

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ABOUT = {
    "title": {"fr": "Ancienne main courante", "en": "Old logbook"},
    "owner": "Police municipale",
    "legal_basis": "mission d'intérêt public",
    "retention": "P3Y",
    "schedule": {"every": "P1D", "at": "06:00"},
}
COLUMNS = {
    "N°": Use(role=Role.KEY),
    "Jour": Use(role=Role.BEGIN),
    "Heure": Use(role=Role.BEGIN_CLOCK),
    "Nature": Use(role=Role.CATEGORY),
    "Priorité": Use(role=Role.SEVERITY),
    "X": Use(role=Role.LON),
    "Y": Use(role=Role.LAT),
    "Récit": Use(role=Role.TEXT),
    "Nom": Use(role=Role.DROP, reason="identité, sans usage"),
    "Équipage": Use(role=Role.KEEP),
}
DECLARED = Declaration(
    read={"format": "csv", "encoding": "utf-8", "separator": ";"},
    about=ABOUT,
    columns=COLUMNS,
    times={Role.BEGIN: TimeReading(parse=("%d/%m/%Y %H:%M", "%d/%m/%Y"))},
    fixed={"origin": "reported"},
    totals_column="N°",
    categories={"Tapage": Coded(code="noise"), "Autre, divers": Coded(code="", relation="none")},
    words={"severity": {"urgent": "4", "normal": ""}},
)
FILE = """N°;Jour;Heure;Nature;Priorité;X;Y;Récit;Nom;Équipage
1;01/02/2026;21:30;Tapage;urgent;5,32;43,25;Musique, appeler le 06 12 34 56 78;Roux;A
2;29/02/2026;08:00;Tapage;normal;5,32;43,25;x;Roux;A
3;02/02/2026;;TAPAGE ;normal;5,36;43,25;x;Roux;B
4;03/02/2026;07:00;Autre, divers;;;;x;;B
5;04/02/2026;07:00;Jamais vu;;;;x;;B
Total;;;5;;;;;;
"""


@pytest.fixture
def town(tmp_path: Path) -> LittleTown:
    """Return a town with the declared source's files beside it, laid as in the var folder."""
    made = LittleTown(tmp_path)
    folder = tmp_path / "var" / "town"
    for name in ("sources", "crosswalks", "files/old"):
        (folder / name).mkdir(parents=True)
    (folder / "sources" / "old.yml").write_text(manifest_text(DECLARED, "old"), encoding="utf-8")
    (folder / "crosswalks" / "old.csv").write_text(crosswalk_text(DECLARED), encoding="utf-8")
    (folder / "files" / "old" / "registre.csv").write_text(FILE, encoding="utf-8")
    return made


def manifest(town: LittleTown) -> Manifest:
    return load_manifest(town.folder / "var" / "town" / "sources" / "old.yml")


def test_the_manifest_is_one_that_the_loader_takes(town: LittleTown) -> None:
    loaded = manifest(town)
    assert loaded.title.fr == "Ancienne main courante"
    assert loaded.schedule is not None
    assert loaded.schedule.every == "P1D"
    assert loaded.map.drop == {"Nom": "identité, sans usage"}
    assert loaded.map.attributes == ("Équipage",)


def test_the_first_records_are_shown_as_they_would_be_filed(town: LittleTown) -> None:
    shown = preview(town.town(), manifest(town), load_vocabulary(), now=NOW)
    facts = {fact["source_key"]: fact for fact in shown.facts.to_pylist()}
    assert sorted(facts) == ["1", "3", "4", "5"]
    assert (facts["1"]["category"], facts["1"]["severity"], facts["1"]["origin"]) == ("noise", 4, "reported")
    assert "06 12" not in facts["1"]["text"]
    assert (facts["3"]["category"], facts["3"]["time_precision"]) == ("noise", "day")
    assert facts["4"]["category"] is None
    assert [(fault.line, fault.column, fault.value) for fault in shown.aside] == [
        (3, "Jour, Heure", "29/02/2026 08:00")
    ]
    assert dict(zip(facts, shown.lines, strict=True)) == {"1": 2, "3": 4, "4": 5, "5": 6}
    assert shown.report.out_of_scope == 1
    assert shown.report.unmapped == {"Jamais vu": 1}
    assert shown.report.columns_unread == []


def test_without_a_key_a_fingerprint_identifies(town: LittleTown) -> None:
    columns = {**COLUMNS, "N°": Use(role=Role.KEEP)}
    declared = DECLARED.model_copy(update={"columns": columns, "totals_column": None})
    path = town.folder / "var" / "town" / "sources" / "old.yml"
    path.write_text(manifest_text(declared, "old"), encoding="utf-8")
    shown = preview(town.town(), manifest(town), load_vocabulary(), now=NOW)
    keys = shown.facts["source_key"].to_pylist()
    assert len(set(keys)) == 4
    assert all(key.endswith("#1") for key in keys)


FAULTS = [
    pytest.param({"Jour": Use(role=Role.KEEP)}, ("begin_missing", ""), id="no-date"),
    pytest.param({"Nature": Use(role=Role.KEEP)}, ("category_missing", ""), id="no-category"),
    pytest.param({"Heure": Use(role=Role.BEGIN)}, ("once", "Heure"), id="two-dates"),
    pytest.param({"Heure": Use(role=Role.END_CLOCK)}, ("clock_alone", "Heure"), id="clock-alone"),
    pytest.param({"X": Use(role=Role.KEEP)}, ("half_a_place", "Y"), id="half-a-place"),
    pytest.param({"Nom": Use(role=Role.DROP)}, ("reason_missing", "Nom"), id="no-reason"),
]


@pytest.mark.parametrize(("change", "fault"), FAULTS)
def test_what_keeps_columns_from_being_a_source_is_told(change: dict[str, Use], fault: tuple[str, str]) -> None:
    assert fault in DECLARED.model_copy(update={"columns": {**COLUMNS, **change}}).faults()


def test_what_is_declared_whole_has_no_fault() -> None:
    assert DECLARED.faults() == []


@pytest.mark.parametrize(
    ("title", "name"),
    [("Main courante", "main_courante_2"), ("2019 : évènements !", "source_2019_evenements"), ("日本", "source")],
)
def test_a_source_is_named_by_its_title(title: str, name: str) -> None:
    assert name_for(title, {"main_courante": 1}) == name
