from __future__ import annotations

from pathlib import Path

import pytest

from quietude.sources.api import ManifestError, load_manifest

GOOD = """title: {fr: "Main courante", en: "Logbook"}
owner: Police municipale
kind: incidents
legal_basis: mission d'intérêt public
retention: P3Y
read: {format: csv, path: "logbook_*.csv"}
map:
  source_key: ID
  occurred_from:
    column: DATE
    parse: "%d/%m/%Y"
  category: {code: noise}
"""


def write(folder: Path, text: str, name: str = "logbook.yml") -> Path:
    path = folder / "sources" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def error(folder: Path, text: str) -> str:
    with pytest.raises(ManifestError) as raised:
        load_manifest(write(folder, text))
    return str(raised.value)


def test_a_manifest_is_named_by_its_file(tmp_path: Path) -> None:
    manifest = load_manifest(write(tmp_path, GOOD))
    assert (manifest.name, manifest.town_dir) == ("logbook", tmp_path)
    assert (manifest.title.say("fr"), manifest.title.say("en-GB")) == ("Main courante", "Logbook")


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        pytest.param("owner:", "onwer:", "2:1", "unknown key 'onwer'; did you mean 'owner'?", id="unknown-key"),
        pytest.param("  source_key:", "  source_kye:", "8:3", "did you mean 'source_key'?", id="unknown-key-inside"),
        pytest.param("    parse:", "    prase:", "11:5", "did you mean 'parse'?", id="unknown-key-deep-inside"),
        pytest.param("kind: incidents", "kind: incident", "3:1", "(found 'incident')", id="unknown-word"),
        pytest.param("P3Y", "3 ans", "5:1", "expected ISO 8601, such as P3Y", id="duration"),
        pytest.param('"%d/%m/%Y"', '"%d/%m/%Y"\n    extract: "(["', "12:5", "not a regular expression", id="pattern"),
        pytest.param('"%d/%m/%Y"', '"%d/%m/%Y"\n    extract: "(?=x)"', "12:5", "look-around", id="look-around"),
        pytest.param("column: DATE", "columns: [A]\n    column: B", "9:3", "exactly one of", id="two-beginnings"),
        pytest.param("{code: noise}", "{crosswalk: x.csv}", "12:3", "a crosswalk needs exactly one of", id="crosswalk"),
        pytest.param(
            "{code: noise}",
            "{column: A, crosswalk: crosswalks/x.csv}",
            "12:25",
            "does not exist; write it",
            id="no-crosswalk",
        ),
        pytest.param("format: csv", "format: cvs", "6:8", "(found 'cvs')", id="format"),
        pytest.param(
            'path: "logbook_*.csv"', "separator: ab, path: x", "6:21", "expected one ASCII character", id="separator"
        ),
        pytest.param(
            'path: "logbook_*.csv"', "encoding: utf-9, path: x", "6:21", "no such encoding 'utf-9'", id="encoding"
        ),
        pytest.param("  source_key: ID\n", "", "7:1", "kind incidents needs source_key", id="needs-a-key"),
    ],
)
def test_a_fault_names_its_place_its_value_and_a_remedy(
    tmp_path: Path, old: str, new: str, place: str, words: str
) -> None:
    said = error(tmp_path, GOOD.replace(old, new))
    assert f"logbook.yml:{place}: " in said
    assert words in said


@pytest.mark.parametrize("basis", ["none", "None", "aucune", '""'])
def test_a_source_without_a_legal_basis_is_refused(tmp_path: Path, basis: str) -> None:
    said = error(tmp_path, GOOD.replace("mission d'intérêt public", basis))
    assert "logbook.yml:4:1: " in said
    assert "a source without a legal basis is refused" in said


def test_all_faults_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    said = error(tmp_path, GOOD.replace("owner:", "onwer:").replace("P3Y", "3 ans"))
    assert [line.split(":")[1] for line in said.splitlines()] == ["1", "2", "5"]


def test_a_missing_key_says_what_it_is_for(tmp_path: Path) -> None:
    assert "owner: missing; Who answers when it breaks." in error(
        tmp_path, GOOD.replace("owner: Police municipale\n", "")
    )


@pytest.mark.parametrize("text", ["a: [", "- a", "", "a: {b: c\n"])
def test_what_is_no_yaml_mapping_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    assert error(tmp_path, text).startswith(f"{tmp_path / 'sources' / 'logbook.yml'}:")


def test_a_file_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    path.write_bytes(GOOD.encode("cp1252"))
    with pytest.raises(ManifestError, match=r"logbook.yml:4:1: byte 0xE9 is not UTF-8"):
        load_manifest(path)


def test_a_name_that_cannot_be_a_source_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="rename the file"):
        load_manifest(write(tmp_path, GOOD, "Main Courante.yml"))


def test_yaml_numbers_and_words_are_taken_as_text(tmp_path: Path) -> None:
    text = GOOD.replace("  category:", "  severity: {column: G, translate: {4: 5, no: 2, true: 3}}\n  category:")
    severity = load_manifest(write(tmp_path, text)).map.severity
    assert severity is not None
    assert severity.translate == {"4": "5", "no": "2", "true": "3"}
