"""Made-up entries of two services, of which some tell of the same fact."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

NOON = datetime(2026, 6, 17, 12, tzinfo=UTC)
WORDS = {
    "noise.party": ("musique forte au troisieme", "fete bruyante, musique forte"),
    "violence.fight": ("rixe entre quatre individus", "echange de coups, rixe"),
    "parking.illegal": ("vehicule genant sur trottoir", "stationnement genant, trottoir bloque"),
    "damage.public": ("vitrine brisee", "bris de vitrine constate"),
}


def entry(uid: str, source: str, **fields: object) -> dict[str, object]:
    """Return one entry, any column by name."""
    usual: dict[str, object] = {
        "uid": uid, "source": source, "occurred_from": NOON, "time_precision": "minute", "category": "noise.party",
        "text": WORDS["noise.party"][0], "lon_deg": 5.38, "lat_deg": 43.29, "place_label": "12 quai du Port",
    }  # fmt: skip
    return usual | fields


def frame(*entries: dict[str, object]) -> pl.DataFrame:
    """Return entries as a table."""
    return pl.DataFrame(list(entries), schema_overrides={"occurred_from": pl.Datetime("us", "UTC")})


def town(number: int, *, seed: int = 3) -> pl.DataFrame:
    """Return what two services write of `number` facts over a month: each of both tells half, every fourth twice.

    The uid is the service's letter and the number of the fact.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for fact in range(number):
        category = list(WORDS)[int(rng.integers(len(WORDS)))]
        at = NOON + timedelta(minutes=float(rng.uniform(0, 30 * 1440)))
        lon, lat = 5.38 + rng.uniform(-0.02, 0.02), 43.29 + rng.uniform(-0.02, 0.02)
        tellers = ("a", "b") if fact % 4 == 0 else (("a",) if fact % 2 else ("b",))
        for turn, teller in enumerate(tellers):
            rows.append(
                entry(
                    f"{teller}{fact}", teller, category=category, text=WORDS[category][turn],
                    occurred_from=at + timedelta(minutes=float(rng.uniform(0, 12))),
                    lon_deg=lon + rng.normal(0, 0.0004), lat_deg=lat + rng.normal(0, 0.0003), place_label="",
                )
            )  # fmt: skip
    return frame(*rows)
