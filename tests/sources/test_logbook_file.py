"""Logbooks as the town's folder states them: what is read, and each fault by line, value and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from quietude.sources.api import (
    BLOCKS,
    ManifestError,
    SourceError,
    load_logbook,
    load_logbooks,
    load_town,
    read_batches,
)

TOWNS = Path(__file__).resolve().parents[2] / "towns"
WHOLE = """
title: {fr: "Main courante", en: "Logbook"}
owner: "Police municipale"
number: "PM-{year}-{number:06}"
legal_basis: "mission d'intérêt public"
retention: P3Y
"""
TOWN = """
title: {fr: "Petiteville", en: "Littletown"}
country: FR
timezone: Europe/Paris
crs: EPSG:2154
territory: {levels: [{name: quarter, labels: {fr: Quartier, en: Quarter},
  zones: [{code: west, name: Ouest, boxes: [[5.30, 43.20, 5.35, 43.30]]}]}]}
"""
MANIFEST = """
title: {fr: "Main courante", en: "Logbook"}
owner: "Police municipale"
kind: places
legal_basis: "mission d'intérêt public"
retention: P3Y
read: {format: csv, path: places.csv}
map: {name: name}
"""


def written(folder: Path, text: str, name: str = "patrols") -> Path:
    path = folder / "logbooks" / f"{name}.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_short_file_is_a_whole_logbook_with_a_manifest_of_its_own(tmp_path: Path) -> None:
    logbook = load_logbook(written(tmp_path, WHOLE))
    assert (logbook.name, logbook.blocks, logbook.categories) == ("patrols", BLOCKS, ())
    assert logbook.number.format(year=2026, number=17) == "PM-2026-000017"
    manifest = logbook.manifest()
    assert (manifest.name, manifest.is_written, manifest.retention) == ("patrols", True, "P3Y")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('number: "PM-{number:06}"', "needs {year} and {number}"),
        ('number: "PM-{year"', "expected a text such as PM-{year}-{number:06}"),
        ('legal_basis: "none"', "without a legal basis"),
        ("retention: three years", "is not a duration"),
        ("blocks: [mention, faces]", "blocks.1"),
        ("fields: [{code: a, label: {fr: A, en: A}, kind: choice}]", "choices: stated for `choice`"),
        ("numbering: x", "number"),
    ],
)
def test_a_fault_is_told_with_its_line_and_remedy(tmp_path: Path, given: str, said: str) -> None:
    key = given.split(":", maxsplit=1)[0]
    lines = [line for line in WHOLE.splitlines() if not line.startswith(f"{key}:")]
    path = written(tmp_path, "\n".join([*lines, given]))
    with pytest.raises(ManifestError) as error:
        load_logbook(path)
    assert str(path) in str(error.value)
    assert said in str(error.value)


def test_a_name_that_is_no_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="rename the file"):
        load_logbook(written(tmp_path, WHOLE, "Main courante"))


def test_a_logbook_is_a_source_and_is_never_imported(tmp_path: Path) -> None:
    (tmp_path / "town.yml").write_text(TOWN, encoding="utf-8")
    written(tmp_path, WHOLE)
    town = load_town(tmp_path, tmp_path)
    assert town.sources["patrols"].title.en == "Logbook"
    assert list(town.logbooks) == ["patrols"]
    with pytest.raises(SourceError, match="there is nothing to import"):
        list(read_batches(town.sources["patrols"], tmp_path))


def test_a_logbook_with_the_name_of_a_source_is_refused(tmp_path: Path) -> None:
    (tmp_path / "town.yml").write_text(TOWN, encoding="utf-8")
    written(tmp_path, WHOLE)
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "patrols.yml").write_text(MANIFEST, encoding="utf-8")
    with pytest.raises(ManifestError, match="rename the logbook"):
        load_town(tmp_path, tmp_path)


@pytest.mark.parametrize("town", sorted(path.name for path in TOWNS.iterdir() if (path / "logbooks").is_dir()))
def test_the_logbooks_of_the_towns_can_be_read(town: str) -> None:
    assert load_logbooks(TOWNS / town)
