"""Every manifest of the towns in the repository can be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from quietude.model.vocabulary import load_vocabulary
from quietude.sources.api import find_files, load_manifest, read_crosswalk

TOWNS = Path(__file__).resolve().parents[2] / "towns"
PATHS = sorted(TOWNS.glob("*/sources/*.yml"))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_a_manifest_of_the_repository_can_be_used(path: Path) -> None:
    manifest = load_manifest(path)
    crosswalk = manifest.crosswalk_path()
    assert crosswalk is None or read_crosswalk(crosswalk, load_vocabulary()).rows
    assert manifest.title.fr != ""


@pytest.mark.data
@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_the_files_of_a_manifest_are_found(path: Path, data_dir: Path) -> None:
    manifest = load_manifest(path)
    assert manifest.is_simulated or find_files(manifest, data_dir)
