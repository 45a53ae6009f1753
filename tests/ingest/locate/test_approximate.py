"""A town without outlines gets rough ones, labelled as such, and they survive a restart."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from quietude.ingest.locate.approximate import REASON, approximate_territory, load_territory, save_territory

LABELS = {"fr": "Arrondissement", "en": "District"}
POINTS = pl.DataFrame(
    {
        "lon": [5.30 + 0.002 * (n % 40) for n in range(400)] + [None, 5.3],
        "lat": [43.25 + 0.004 * (n // 40) for n in range(400)] + [43.2, 43.25],
        "code": ["west" if n % 40 < 20 else "east" for n in range(400)] + ["west", None],
        "name": ["Ouest" if n % 40 < 20 else "Est" for n in range(400)] + ["Ouest", None],
    }
)


def test_zones_take_the_records_codes_and_names_and_say_they_are_rough() -> None:
    territory = approximate_territory(POINTS, level="arrondissement", labels=LABELS)
    assert [(zone.code, zone.name) for zone in territory.levels[0].zones] == [("east", "Est"), ("west", "Ouest")]
    assert (territory.approximate, territory.levels[0].labels) == (REASON, LABELS)


def test_nearly_every_record_lies_in_the_zone_it_states() -> None:
    territory = approximate_territory(POINTS, level="arrondissement", labels=LABELS)
    whole = POINTS.drop_nulls()
    assigned = territory.assign(whole["lon"].to_numpy(), whole["lat"].to_numpy())["arrondissement"]
    assert sum(a == b for a, b in zip(assigned, whole["code"], strict=True)) / whole.height > 0.9
    assert all(code is not None for code in assigned)


def test_the_order_of_the_records_does_not_matter() -> None:
    one, other = (approximate_territory(points, level="a", labels=LABELS) for points in (POINTS, POINTS.reverse()))
    assert one == other


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    territory = approximate_territory(POINTS, level="arrondissement", labels=LABELS, reason="because")
    path = tmp_path / "new" / "folder" / "territory.geojson"
    save_territory(territory, path)
    assert load_territory(path) == territory
    assert [file.name for file in path.parent.iterdir()] == ["territory.geojson"]


def test_no_usable_record_is_an_error() -> None:
    with pytest.raises(ValueError, match="no zone can be drawn"):
        approximate_territory(POINTS.tail(2), level="a", labels=LABELS)
