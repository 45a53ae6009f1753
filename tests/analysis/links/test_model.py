from __future__ import annotations

import polars as pl
import pytest
from tests.analysis.links.made_up import entry, frame, town

from quietude.analysis.api import FEATURES, LinkModel, informed, shipped_model


@pytest.fixture(scope="module")
def entries() -> pl.DataFrame:
    return town(1200)


@pytest.fixture(scope="module")
def model(entries: pl.DataFrame) -> LinkModel:
    return LinkModel.learned(entries)


def same(pairs: pl.DataFrame) -> pl.Series:
    """Tell which pairs are of one fact, by the number in the uid."""
    return pairs["left"].str.slice(1) == pairs["right"].str.slice(1)


def test_what_is_learned_without_the_truth_finds_it_in_a_town_never_seen(model: LinkModel) -> None:
    others = town(1200, seed=8)
    found = model.compare(others)
    likely = found.filter(pl.col("probability") >= 0.5)
    assert same(likely).mean() > 0.95  # type: ignore[operator]
    assert same(likely).sum() > 0.9 * 300


def test_probabilities_are_about_right(model: LinkModel, entries: pl.DataFrame) -> None:
    found = model.compare(entries)
    assert found["probability"].sum() == pytest.approx(same(found).sum(), rel=0.1)
    assert found["probability"].is_between(0, 1).all()
    assert found["probability"].is_sorted(descending=True)


def test_an_entry_that_could_be_two_is_shared_between_them(model: LinkModel) -> None:
    alone = model.compare(frame(entry("1", "a"), entry("2", "b")))
    rivals = model.compare(frame(entry("1", "a"), entry("2", "b"), entry("3", "b")))
    assert rivals["probability"].to_list() == [pytest.approx(rivals["probability"][0])] * 2
    assert rivals["probability"].sum() <= 1
    assert rivals["probability"][0] < alone["probability"][0]


def test_a_model_is_the_same_after_its_file(model: LinkModel) -> None:
    read = LinkModel.from_json(model.to_json())
    assert read.weights.to_json() == model.weights.to_json()
    assert all(model.words.rarity[word] == pytest.approx(each, abs=1e-3) for word, each in read.words.rarity.items())


def test_weights_of_other_features_are_refused(model: LinkModel) -> None:
    text = model.to_json().replace(b'"distance":[', b'"distance":[0.5,')
    with pytest.raises(ValueError, match="distance needs 8 levels; learn them again"):
        LinkModel.from_json(text)


def test_nothing_to_compare_gives_no_pairs(model: LinkModel) -> None:
    assert model.compare(frame(entry("1", "a"))).height == 0


def test_the_shipped_model_prefers_the_likelier_pair() -> None:
    other = entry("3", "c", category="damage.public", text="vitre", lon_deg=5.383, place_label="rue Paradis")
    found = shipped_model().compare(frame(entry("1", "a"), entry("2", "b", lon_deg=5.3802), other))
    chance = {(left, right): each for left, right, each in found.select("left", "right", "probability").rows()}
    assert chance["1", "2"] > 0.8
    assert chance["1", "3"] < 0.5


def test_decisions_move_what_they_disagree_with_and_little_else(model: LinkModel) -> None:
    found = model.compare(frame(entry("1", "a"), entry("2", "b")))
    pair = found.select(feature.name for feature in FEATURES).with_columns(log_odds=pl.lit(2.0), accepted=pl.lit(False))
    wary = informed(model, pl.concat([pair] * 20))
    assert wary.compare(frame(entry("1", "a"), entry("2", "b")))["probability"][0] < found["probability"][0]
    before, after = model.weights.of("*").levels, wary.weights.of("*").levels
    assert after["distance"][0] < before["distance"][0]
    assert after["distance"][1:] == pytest.approx(before["distance"][1:])
    assert informed(model, pair.clear()) is model
