"""Facets of services, the town's own synonyms, and where nearness is measured from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from quietude.model.filter.question import Choice, Filter
from quietude.portal.search.nearness import PlaceError, place_of
from quietude.portal.search.services import by_service
from quietude.portal.search.synonyms import current_synonyms
from quietude.search.api import SynonymsError


def test_a_service_counts_the_facts_of_all_its_sources() -> None:
    found = by_service({"logbook": 3, "meters": 4, "patrols": 2, "gone": 9, "none": 1})
    assert found == [
        ("Police municipale", Filter(sources=Choice(any_of=("logbook", "patrols"))), 5),
        ("Service environnement", Filter(sources=Choice(any_of=("meters",))), 4),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"same:\n  - [rixe]\n", "synonyms.yml:2: .*two words or more", id="one-word"),
        pytest.param(b"same:\n  - [rixe, castagn\xe9]\n", "synonyms.yml:2: not UTF-8", id="not-utf-8"),
    ],
)
def test_the_towns_synonyms_are_read_at_the_start_and_a_wrong_file_is_told_with_its_line(
    content: bytes, said: str, tmp_path: Path, settings: Settings
) -> None:
    town = tmp_path / "ours"
    town.mkdir()
    settings.QUIETUDE = replace(settings.QUIETUDE, towns_dir=tmp_path, town="ours")
    current_synonyms.cache_clear()
    try:
        (town / "synonyms.yml").write_bytes(content)
        with pytest.raises(SynonymsError, match=said):
            current_synonyms()
        (town / "synonyms.yml").write_text("same:\n  - [rixe, castagne]\n", encoding="utf-8")
        assert ("castagne",) in current_synonyms().also["rixe",]
    finally:
        current_synonyms.cache_clear()


@pytest.mark.parametrize("text", ["north", "43.3", "91,5", "43,181", "43.3,5.4,300m", "nan,5"])
def test_what_is_no_place_is_told(text: str) -> None:
    with pytest.raises(PlaceError, match=r"43\.2965,5\.3698"):
        place_of(text)


def test_a_place_is_latitude_first_as_in_every_address() -> None:
    assert place_of("43.2965, 5.3698") == (5.3698, 43.2965)
    assert place_of(" ") is None
