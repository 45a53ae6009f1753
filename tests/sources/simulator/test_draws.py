from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from quietude.sources.simulator.draws import Draws, mix, name_key

KEYS = mix(np.arange(50_000, dtype=np.uint64))


def test_numbers_are_spread_evenly_over_the_unit() -> None:
    drawn = Draws(1).uniform(KEYS, "any")
    assert 0 <= drawn.min() < drawn.max() < 1
    counts, _ = np.histogram(drawn, bins=20, range=(0, 1))
    assert np.abs(counts / len(KEYS) - 0.05).max() < 0.005  # five standard deviations of a share of 50,000


def test_two_names_draw_independently() -> None:
    draws = Draws(1)
    assert abs(np.corrcoef(draws.uniform(KEYS, "one"), draws.uniform(KEYS, "two"))[0, 1]) < 0.02


@given(seed=st.integers(0, 2**63 - 1), cut=st.integers(1, 999))
@settings(max_examples=40, deadline=None)
def test_a_key_draws_the_same_whatever_is_drawn_beside_it(seed: int, cut: int) -> None:
    draws, keys = Draws(seed), KEYS[:1000]
    whole = draws.uniform(keys, "any")
    assert np.array_equal(whole[cut:], draws.uniform(keys[cut:], "any"))
    assert np.array_equal(whole[::-1], draws.uniform(keys[::-1], "any"))


def test_another_seed_draws_otherwise() -> None:
    assert not np.array_equal(Draws(1).uniform(KEYS, "any"), Draws(2).uniform(KEYS, "any"))


def test_name_keys_are_the_same_on_every_machine() -> None:
    of_nothing = bytes.fromhex("e4a6a0577479b2b4")  # what `printf '' | b2sum -l 64` says
    assert name_key("") == int.from_bytes(of_nothing, "little")


def test_normal_has_mean_zero_and_deviation_one() -> None:
    drawn = Draws(3).normal(KEYS, "any")
    assert abs(drawn.mean()) < 0.02
    assert abs(drawn.std() - 1) < 0.02


def test_poisson_has_its_mean_as_variance_for_small_and_large_means() -> None:
    draws = Draws(5)
    small = draws.poisson(KEYS, "small", np.full(len(KEYS), 0.7))
    large = draws.poisson(KEYS, "large", np.full(len(KEYS), 400.0))
    assert abs(small.mean() - 0.7) < 0.02
    assert abs(small.var() - 0.7) < 0.03
    assert abs(large.mean() - 400) < 1
    assert abs(large.var() - 400) < 15


def test_nothing_is_drawn_where_nothing_is_expected() -> None:
    assert Draws(5).poisson(KEYS, "none", np.zeros(len(KEYS))).sum() == 0


def test_choice_follows_the_weights_common_or_per_key() -> None:
    draws = Draws(5)
    shares = np.bincount(draws.choice(KEYS, "common", np.array([1.0, 0.0, 3.0])), minlength=3) / len(KEYS)
    assert shares[1] == 0
    assert abs(shares[2] - 0.75) < 0.01
    each = np.tile([0.0, 1.0], (len(KEYS), 1))
    assert (draws.choice(KEYS, "each", each) == 1).all()


def test_whole_numbers_include_both_ends() -> None:
    drawn = Draws(5).whole(KEYS, "any", 2, 5)
    assert set(drawn.tolist()) == {2, 3, 4, 5}
