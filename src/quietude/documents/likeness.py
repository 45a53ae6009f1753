"""Near-duplicates: the share of three-word runs that two texts have in common, from signatures of 512 bytes."""

from __future__ import annotations

import re
import struct
from hashlib import blake2b

from rensa import RMinHash

from quietude.model.fold import fold

PERMUTATIONS, SEED, RUN = 128, 42, 3  # 128: the likeness is known to ± 0.04 (1/sqrt(128) / 2)
BANDS = 32  # of four values: texts alike by 0.5 share a band 87 times in 100, by 0.8 always, by 0.2 once in 20
VERSION = 1
WORD = re.compile(r"\w+")
FORM = struct.Struct(f"<{PERMUTATIONS}I")


def signature(text: str) -> bytes | None:
    """Return the signature of a text, None where it has fewer than three words. Case and accents don't count."""
    words = WORD.findall(fold(text))
    if len(words) < RUN:
        return None
    hashed = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    hashed.update([" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1)])
    return FORM.pack(*hashed.digest())


def likeness(one: bytes, other: bytes) -> float:
    """Return the share of runs in common, estimated, 0..1."""
    pairs = zip(FORM.unpack(one), FORM.unpack(other), strict=True)
    return sum(1 for left, right in pairs if left == right) / PERMUTATIONS


def band_keys(signed: bytes) -> tuple[int, ...]:
    """Return 32 keys of 63 bits: texts that share one may be alike, others are not. Keep them in an index."""
    step = len(signed) // BANDS
    return tuple(
        int.from_bytes(
            blake2b(bytes([VERSION, band]) + signed[band * step : (band + 1) * step], digest_size=8).digest()
        )
        >> 1
        for band in range(BANDS)
    )
