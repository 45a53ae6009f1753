"""Chance without sequence: every draw is a function of a seed, a key and a name.

A generator that is called in order gives other numbers as soon as one call more is made before. Here the same key
always gets the same number, so that a day of the fictional town is the same whatever period is asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# SplitMix64: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_TO_UNIT = 2.0**-53  # a double holds 53 bits of a fraction
_GAUSSIAN_FROM = 30.0  # above, the normal law is within 2 % of the Poisson law in the middle of its range


def mix(keys: Keys) -> Keys:
    """Return scattered keys, one to one (the finaliser of SplitMix64)."""
    with np.errstate(over="ignore"):
        keys = keys + _GOLDEN
        keys = (keys ^ (keys >> np.uint64(30))) * _MIX_1
        keys = (keys ^ (keys >> np.uint64(27))) * _MIX_2
    return keys ^ (keys >> np.uint64(31))


def name_key(name: str) -> np.uint64:
    """Return the key of a name, the same on every machine."""
    return np.uint64(int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little"))


def name_keys(names: Sequence[str]) -> Keys:
    """Return the keys of names."""
    return np.array([name_key(name) for name in names], dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Draws:
    """All the chance of one seed."""

    seed: int

    def _salt(self, name: str) -> np.uint64:
        salted: Keys = mix(np.array([name_key(name) ^ np.uint64(self.seed)], dtype=np.uint64))
        return np.uint64(salted[0])

    def keys(self, keys: Keys, name: str) -> Keys:
        """Return for each key another one, its own for `name`."""
        return mix(keys ^ self._salt(name))

    def uniform(self, keys: Keys, name: str) -> Floats:
        """Return one number per key, evenly spread over 0 (included) to 1 (excluded)."""
        return (self.keys(keys, name) >> np.uint64(11)).astype(np.float64) * _TO_UNIT

    def chance(self, keys: Keys, name: str, probability: float | Floats) -> npt.NDArray[np.bool_]:
        """Return for each key whether what has this probability happens."""
        return self.uniform(keys, name) < probability

    def whole(self, keys: Keys, name: str, low: int, high: int) -> Ints:
        """Return one whole number per key, `low` to `high`, both included."""
        return low + np.floor(self.uniform(keys, name) * (high - low + 1)).astype(np.int64)

    def normal(self, keys: Keys, name: str) -> Floats:
        """Return one number per key of the standard normal law (Box and Muller 1958)."""
        radius = np.sqrt(-2.0 * np.log1p(-self.uniform(keys, name + "/radius")))
        drawn: Floats = radius * np.cos(2.0 * np.pi * self.uniform(keys, name + "/angle"))
        return drawn

    def choice(self, keys: Keys, name: str, weights: Floats) -> Ints:
        """Return one position per key, as likely as its weight; `weights` has shape (m,) or, per key, (n, m)."""
        cumulative = np.cumsum(weights, axis=-1)
        drawn = self.uniform(keys, name)
        if cumulative.ndim == 1:
            found = np.searchsorted(cumulative, drawn * cumulative[-1], side="right")
        else:
            found = (cumulative <= (drawn * cumulative[:, -1])[:, None]).sum(axis=1)
        chosen: Ints = np.minimum(found, cumulative.shape[-1] - 1).astype(np.int64)
        return chosen

    def poisson(self, keys: Keys, name: str, mean: Floats) -> Ints:
        """Return one count per key of the Poisson law with these means (shape as `keys`)."""
        drawn = self.uniform(keys, name)
        small = np.minimum(mean, _GAUSSIAN_FROM)
        term = np.exp(-small)
        reached, counts = term.copy(), np.zeros(mean.shape, dtype=np.int64)
        short = drawn > reached
        while short.any():
            counts[short] += 1
            term[short] *= small[short] / counts[short]
            reached[short] += term[short]
            short = (drawn > reached) & (term > 1e-18)  # the tail that a double can no longer tell from 1
        wide = np.rint(mean + np.sqrt(mean) * self.normal(keys, name + "/wide"))
        drawn_counts: Ints = np.where(mean > _GAUSSIAN_FROM, np.maximum(wide, 0), counts).astype(np.int64)
        return drawn_counts
