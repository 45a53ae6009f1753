from __future__ import annotations

import re

import pytest

from quietude.model.vocabulary import load_vocabulary
from quietude.sources.simulator.lexicon_file import World, read_plants, read_voice, read_words, read_world
from quietude.sources.simulator.spec import SERVICES, Service
from quietude.sources.simulator.terrain import PROFILES

GIVEN = {
    "fait", "ou", "lieu", "quartier", "n", "heure", "fin", "tel", "plaque", "an", "iban", "mail",
    "patrouille", "camera", "residence", "batiment", "ligne", "arret",
}  # fmt: skip
"""Slots that the fact or the service's own columns fill."""


def test_every_nature_of_the_world_is_in_the_vocabulary_and_lives_somewhere() -> None:
    vocabulary, world = load_vocabulary(), read_world()
    assert [code for code in world.natures if not vocabulary.has(code)] == []
    assert {nature.where for nature in world.natures.values()} <= set(PROFILES)
    assert {nature.curve for nature in world.natures.values()} <= set(world.curves)
    assert {nature.week for nature in world.natures.values()} <= set(world.weeks)
    assert {nature.year for nature in world.natures.values()} <= set(world.years)


def test_the_world_spans_most_families() -> None:
    families = {code.split(".")[0] for code in read_world().natures}
    assert len(families) >= 17
    assert len(read_world().natures) >= 75


def test_plants_are_made_of_natures_of_the_world() -> None:
    natures = set(read_world().natures)
    for form in read_plants():
        assert set(form.natures) <= natures
        assert len(form.weights) == len(form.natures) or len(form.weights) == 1
        assert form.where in PROFILES


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_its_own_nomenclature_and_many_ways_to_say(service: Service) -> None:
    voice = read_voice(service)
    labels = [(entry.code, entry.label) for entry in voice.categories]
    assert 25 <= len(labels) <= 65
    assert len(set(labels)) == len(labels)
    assert len(voice.patterns) >= 12
    assert all(len(said.say) >= 1 for said in voice.natures.values())


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_speaks_of_natures_of_the_world_only(service: Service) -> None:
    voice, natures = read_voice(service), set(read_world().natures)
    assert set(voice.natures) <= natures
    assert {code for entry in voice.categories for code in entry.natures} <= set(voice.natures)
    assert set(voice.series) <= {form.name for form in read_plants() if form.kind == "series"}


@pytest.mark.parametrize("service", SERVICES)
def test_every_slot_can_be_filled(service: Service) -> None:
    voice = read_voice(service)
    texts = [*voice.patterns, *voice.patrol_patterns]
    texts += [text for words in (*voice.fragments.values(), *voice.series.values()) for text in words]
    texts += [text for said in voice.natures.values() for text in said.say]
    slots = {slot for text in texts for slot in re.findall(r"{(\w+)}", text)}
    assert slots <= GIVEN | set(read_words()) | set(voice.fragments)
    assert not [text for text in texts if re.search(r"{[^}]*$|^[^{]*}", text)]


def test_every_nature_is_noticed_by_some_service() -> None:
    told = {code for service in SERVICES for code in read_voice(service).natures}
    assert set(read_world().natures) == told


def test_a_curve_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="'short' has 3 weights; expected 24"):
        World(curves={"short": (1, 2, 3)}, weeks={}, years={}, natures={})
