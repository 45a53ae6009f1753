from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from quietude.sources.simulator.draws import Draws, mix
from quietude.sources.simulator.slips import slip

KEYS = mix(np.arange(4_000, dtype=np.uint64))
TEXT = pl.Series(["Plusieurs véhicules bloquent déjà la chaussée depuis le matin."] * len(KEYS))


@pytest.mark.parametrize("rate", [0.0, 0.3, 1.0])
def test_about_the_share_asked_for_is_changed(rate: float) -> None:
    changed = (slip(TEXT, KEYS, Draws(7), rate) != TEXT).sum() / len(TEXT)
    assert 0.6 * rate <= changed <= rate + 0.03


def test_a_slip_is_small() -> None:
    lengths = slip(TEXT, KEYS, Draws(7), 1.0).str.len_chars().cast(pl.Int64)
    assert ((lengths - len(TEXT[0])).abs() <= 6).all()


def test_an_empty_text_stays_empty() -> None:
    assert slip(pl.Series(["", ""]), KEYS[:2], Draws(7), 1.0).to_list() == ["", ""]
