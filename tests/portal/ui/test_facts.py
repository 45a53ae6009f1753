"""One row of facts, as lists, cards and maps show it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from quietude.portal.town import current_town
from quietude.portal.ui.facts import fact_view

FACT = {
    "id": "202601-0",
    "category": None,
    "severity": 2,
    "reality": "real",
    "occurred_from": datetime(2026, 1, 2, tzinfo=UTC),
    "time_precision": "day",
    "source": "nobody",
}


@pytest.mark.parametrize(
    ("written", "shown"), [("same", None), ("SAME", None), ("12 rue de la Paix", "12 rue de la Paix")]
)
def test_a_place_that_is_its_zone_s_name_is_said_once(store: object, written: str, shown: str | None) -> None:
    level = current_town().territory.levels[0]
    zone = level.zones[0]
    place = {"same": zone.name, "SAME": zone.name.upper()}.get(written, written)
    view = fact_view({**FACT, f"zone_{level.name}": zone.code, "place_label": place}, "fr")
    assert (view.zone, view.place) == (zone.name, shown)
