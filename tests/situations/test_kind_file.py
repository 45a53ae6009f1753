"""Kinds of situations as files: the ready ones are good, each way there and back loses nothing, faults have a place."""

from __future__ import annotations

from pathlib import Path

import pytest

from quietude.situations.api import (
    READY,
    kind_from_yaml,
    kind_to_yaml,
    load_kind,
    load_kinds,
    sheet_from_csv,
    steps_to_csv,
)
from quietude.sources.api import ManifestError

READY_FILES = sorted(READY.glob("*.yml"))
GOOD = """\
title: {fr: "Rixe", en: "Fight"}
priority: 4
sheet:
  steps:
    - key: call
      text: {fr: "Appeler le 17", en: "Call the police"}
      within: PT1M
"""


@pytest.mark.parametrize("path", READY_FILES, ids=lambda path: path.stem)
def test_a_ready_kind_is_good_and_goes_there_and_back(path: Path) -> None:
    kind = load_kind(path)
    assert kind.sheet.steps
    assert any(step.mandatory for step in kind.sheet.steps)
    assert kind_from_yaml(kind_to_yaml(kind), path.stem) == kind
    assert sheet_from_csv(steps_to_csv(kind.sheet).encode(), path.stem) == kind.sheet


def test_there_is_a_dozen_for_the_trade() -> None:
    assert {path.stem for path in READY_FILES} == {
        "missing_child", "fight", "illegal_gathering", "rodeo", "unsafe_building", "power_cut", "demonstration",
        "heat_wave", "flood", "stadium_evening", "night_noise", "aggressive_dog",
    }  # fmt: skip


def test_a_kind_of_the_town_stands_in_the_place_of_a_ready_one(tmp_path: Path) -> None:
    (tmp_path / "situations").mkdir()
    (tmp_path / "situations" / "fight.yml").write_text(GOOD, encoding="utf-8")
    kinds = load_kinds(tmp_path)
    assert [step.key for step in kinds["fight"].sheet.steps] == ["call"]
    assert len(kinds) == len(READY_FILES)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("priority: 4", "priority: 6", "fight.yml:2:1: priority", id="priority"),
        pytest.param("priority: 4", "priorty: 4", "did you mean 'priority'", id="unknown key"),
        pytest.param("within: PT1M", "within: P9D", "fight.yml:7:7: .*between PT1S and P2D", id="limit"),
        pytest.param("key: call", "key: end", "fight.yml:5:", id="step"),
        pytest.param("priority: 4", "priority: 4\nretention: P4Y", "three years at most", id="kept too long"),
        pytest.param("priority: 4", "priority: 4\nrecipients: [police]", "expected role:<role>", id="recipient"),
        pytest.param("priority: 4", "priority: 4\nsound: siren", "sound", id="sound"),
    ],
)  # fmt: skip
def test_faults_name_the_line(old: str, new: str, said: str) -> None:
    with pytest.raises(ManifestError, match=said):
        kind_from_yaml(GOOD.replace(old, new), "fight")


def test_a_table_of_a_spreadsheet_is_read_whatever_its_encoding_and_its_comma() -> None:
    table = "key;text_fr;text_en;mandatory\r\ncall;Prévenir le préfet;;oui\r\n"
    for content in (table.encode("cp1252"), table.encode("utf-8-sig"), table.replace(";", ",").encode()):
        (step,) = sheet_from_csv(content, "sheet.csv").steps
        assert (step.text.fr, step.text.en, step.mandatory) == ("Prévenir le préfet", "Prévenir le préfet", True)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param("one,Un,One,perhaps,,,", "sheet.csv:2:1: mandatory: expected yes or no", id="mandatory"),
        pytest.param("one,Un,One,yes,,sure,", "expected `yes: Oui / Yes -> step`", id="answer"),
        pytest.param("one,Un,One,yes,,,\nOne two,Un,One,,,,", "sheet.csv:3:1: .*expected a short name", id="key"),
        pytest.param("one,Un,One,yes,,,two\ntwo,Un,One,,,,one", "one → two → one", id="loop"),
    ],
)  # fmt: skip
def test_a_fault_of_a_table_names_its_row(rows: str, said: str) -> None:
    with pytest.raises(ManifestError, match=said):
        sheet_from_csv(f"key,text_fr,text_en,mandatory,within,answers,next\n{rows}\n".encode(), "sheet.csv")


def test_a_table_without_its_columns_is_refused() -> None:
    with pytest.raises(ManifestError, match="no column 'key'"):
        sheet_from_csv(b"\x00\xff\xfe", "sheet.csv")
