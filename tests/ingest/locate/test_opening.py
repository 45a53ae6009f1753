"""A town's names are compiled once, and again when a file they come from has changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.ingest.locate.conftest import asked
from tests.ingest.locate.made_up_town import write_town

from quietude.ingest.locate.calibration import load_calibration
from quietude.ingest.locate.opening import base_gazetteer, lessons_of, open_gazetteer, open_geocoder
from quietude.model.event import Sensitivity
from quietude.sources.api import Town, load_town


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_town(tmp_path, records_per_street=4)


@pytest.fixture
def town(folder: Path) -> Town:
    return load_town(folder, folder)


def test_the_second_opening_is_the_first_kept(town: Town, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    made, kept = open_gazetteer(town, cache_dir=cache), open_gazetteer(town, cache_dir=cache)
    assert len([path for path in cache.iterdir() if path.is_dir()]) == 1
    assert kept.names.equals(made.names)
    assert kept.points.equals(made.points)
    assert (kept.zone_numbers, kept.cities, kept.words) == (made.zone_numbers, made.cities, made.words)


def test_a_changed_file_is_compiled_again(town: Town, folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    before = open_gazetteer(town, cache_dir=cache)
    text = (folder / "reports.csv").read_text(encoding="utf-8")
    (folder / "reports.csv").write_text(
        text + 'new,yes,2024-01-01,"5, Rue Numéro Rose",533500,4321500,east\n', encoding="utf-8"
    )
    after = open_gazetteer(town, cache_dir=cache)
    assert after.points.height == before.points.height + 1


def test_the_geocoder_knows_files_and_lessons(town: Town) -> None:
    found = open_geocoder(town).geocode(asked("3 rue numero abricot", "rue numero zzz"))
    assert found["located_by"].to_list() == ["address:number", None]
    assert found["zone_quartier"].to_list() == ["west", None]


def test_the_base_has_learned_nothing(town: Town) -> None:
    assert base_gazetteer(town).profile.is_empty()
    assert not base_gazetteer(town).points["is_learned"].any()


def test_a_source_whose_file_is_missing_teaches_nothing(town: Town, folder: Path) -> None:
    (folder / "reports.csv").unlink()
    assert lessons_of(town, ["reports"]).is_empty()
    assert open_gazetteer(town, cache_dir=folder / "cache").points.equals(base_gazetteer(town).points)


def test_a_source_that_the_town_has_not_is_named(town: Town) -> None:
    with pytest.raises(KeyError, match=r"learn_from: no source 'absent'"):
        lessons_of(town, ["absent"])


def test_a_sensitive_source_does_not_teach(town: Town) -> None:
    secret = town.sources["reports"].model_copy(update={"sensitivity": Sensitivity.RESTRICTED})
    with pytest.raises(ValueError, match="restricted; what it knows of places must not outlive its records"):
        lessons_of(replace(town, sources={"reports": secret}), ["reports"])


def test_the_towns_own_calibration_is_used_where_it_has_one(town: Town, folder: Path) -> None:
    assert open_geocoder(town).calibration == load_calibration()
    own = load_calibration().to_json().replace(b'"default_spread_m": ', b'"default_spread_m": 1')
    (folder / "geocoder.json").write_bytes(own)
    assert open_geocoder(town).calibration.default_spread_m > load_calibration().default_spread_m
