"""Lessons are read by the source's own manifest: its scope, its columns, its notation of coordinates."""

from __future__ import annotations

import pytest
from tests.ingest.locate.made_up_town import STREETS, write_town

from quietude.ingest.locate.lessons import LESSON_SCHEMA, read_lessons
from quietude.sources.api import Town, load_town


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = write_town(tmp_path_factory.mktemp("towns"), records_per_street=3)
    return load_town(folder, folder)


def test_records_in_scope_with_words_and_a_place_are_lessons(town: Town) -> None:
    lessons = read_lessons(town.sources["reports"], town)
    assert dict(lessons.schema) == LESSON_SCHEMA
    assert lessons.height == 3 * len(STREETS)
    first = lessons.row(0, named=True)
    assert (first["key"], first["address"], first["zone_hint"]) == (
        "Rue Numéro Abricot-1",
        "1, Rue Numéro Abricot",
        "west",
    )
    assert (first["lon_deg"], first["lat_deg"]) == (pytest.approx(5.301), pytest.approx(43.207))


def test_a_source_without_places_teaches_nothing(town: Town) -> None:
    manifest = town.sources["reports"]
    placeless = manifest.model_copy(update={"map": manifest.map.model_copy(update={"place": None})})
    assert read_lessons(placeless, town).is_empty()
