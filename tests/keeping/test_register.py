from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest
from tests.keeping.town import CONTROLLER, manifest, town

from quietude.keeping.api import (
    COLUMNS,
    as_csv,
    as_markdown,
    faults_of,
    length_in_words,
    load_census,
    notice_of,
    register_of,
)
from quietude.sources.api import load_manifests

TOWNS = Path(__file__).resolve().parents[2] / "towns"
CENSUS = load_census()


def test_a_source_is_an_entry_of_the_register_with_all_that_article_30_asks_for() -> None:
    entry = register_of(town(manifest("logbook", recipients=["Préfecture"], disposal="transfer")), CENSUS, "fr")[0]
    assert (entry.name, entry.controller, entry.owner) == ("logbook", CONTROLLER, "Police municipale")
    assert (entry.purpose, entry.basis, entry.regime) == ("Tranquillité publique", "mission d'intérêt public", "RGPD")
    assert entry.recipients.endswith("Préfecture")
    assert entry.duration == "3 ans, puis versement aux archives"
    assert "Texte libre" in entry.categories
    assert all(entry.cells)


def test_the_portals_own_processing_is_in_the_register_too() -> None:
    names = [entry.name for entry in register_of(town(), CENSUS, "en")]
    assert set(names) == {
        "accounts", "accountability", "alarms", "documents", "work", "protection", "imports", "journal",
        "entries_of_logbooks", "links", "messages", "onboarding", "shifts", "situations",
    }  # fmt: skip


def test_a_flow_without_purpose_or_notice_is_a_fault() -> None:
    silent = manifest("logbook", purpose=None, notice=None)
    faults = faults_of(register_of(town(silent, manifest("desk")), CENSUS, "fr"))
    assert [fault.partition(":")[0] for fault in faults] == ["logbook", "logbook"]
    assert "no notice" in faults[1]


def test_published_data_and_numbers_need_no_notice_of_their_own() -> None:
    published = manifest("accidents", notice=None, licence="Licence Ouverte 2.0", history="open")
    numbers = manifest(
        "weather",
        notice=None,
        kind="observations",
        map={"at": {"column": "t", "parse": "iso"}, "series": [{"columns": "v", "quantity": "x", "unit": "1"}]},
    )
    register = register_of(town(published, numbers), CENSUS, "fr")
    assert not faults_of(register)
    assert "14-5 b" in register[0].informed
    assert register[0].duration.startswith("Sans limite")


@pytest.mark.parametrize("folder", sorted(path.name for path in TOWNS.iterdir() if (path / "town.yml").is_file()))
def test_every_flow_of_every_town_has_its_notice(folder: str) -> None:
    sources = load_manifests(TOWNS / folder).values()
    faults = faults_of(register_of(town(*sources), CENSUS, "fr"))
    assert not faults, "\n".join(faults)


def test_a_notice_says_what_articles_13_and_14_ask_for() -> None:
    entry = register_of(town(manifest("logbook")), CENSUS, "fr")[0]
    notice = notice_of(entry, "fr")
    for said in (CONTROLLER, "Tranquillité publique", "mission d'intérêt public", "3 ans", "dpo@petiteville.example"):
        assert said in notice
    for right in ("accès", "rectification", "effacement", "limitation", "opposer", "cnil.fr"):
        assert right in notice


def test_a_town_that_does_not_say_who_answers_is_told_what_to_complete() -> None:
    entry = register_of(town(manifest("logbook"), is_protected=False), CENSUS, "fr")[0]
    assert "town.yml" in entry.controller


def test_the_register_as_csv_has_a_row_an_entry_and_no_formula() -> None:
    register = register_of(town(manifest("logbook", owner="=cmd()")), CENSUS, "fr")
    rows = list(csv.reader(StringIO(as_csv(register, "fr").removeprefix("\ufeff")), delimiter=";"))
    assert len(rows) == 1 + len(register)
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert rows[1][2] == "'=cmd()"


def test_the_register_as_text_has_a_section_an_entry() -> None:
    register = register_of(town(manifest("logbook")), CENSUS, "en")
    text = as_markdown(register, "en")
    assert text.count("\n## ") + text.startswith("## ") == len(register)
    assert "**Legal basis** : mission d'intérêt public" in text


@pytest.mark.parametrize(
    ("duration", "said"), [("P3Y", "3 ans"), ("P1Y6M", "1 an 6 mois"), ("P30D", "30 jours"), ("P0D", "0 jour")]
)
def test_durations_are_said_in_words(duration: str, said: str) -> None:
    assert length_in_words(duration, "fr") == said
