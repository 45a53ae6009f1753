"""What is drawn on the map: the right shape for each, near the situation, or refused."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ValidationError
from tests.portal.situations.conftest import NOW, Begin

from quietude.portal.accounts.models import User
from quietude.portal.logbook.content import Place
from quietude.portal.situations import states
from quietude.portal.situations.sketches import circle, draw, rub_out
from quietude.portal.situations.units import distance_m

pytestmark = pytest.mark.django_db
CROSSING = [[5.37, 43.28], [5.39, 43.3], [5.39, 43.28], [5.37, 43.3], [5.37, 43.28]]
LONG = [[5.3, 43.2 + number / 10_000] for number in range(201)]
RING = [[5.37, 43.28], [5.39, 43.28], [5.39, 43.30], [5.37, 43.28]]


def shape(kind: str, coordinates: object) -> str:
    return json.dumps({"type": kind, "coordinates": coordinates})


def test_a_perimeter_a_cordon_and_a_meeting_point_are_kept(begin: Begin, agent: User) -> None:
    found = begin()
    draw(agent, found.key, NOW, what="perimeter", geometry=shape("Polygon", [RING]), said="ne pas entrer")
    draw(agent, found.key, NOW, what="cordon", geometry=shape("LineString", RING[:2]))
    row = draw(agent, found.key, NOW, what="meeting_point", geometry=shape("Point", [5.38, 43.29]))
    assert row.geometry == {"type": "Point", "coordinates": [5.38, 43.29]}
    rub_out(agent, found.key, row.pk, NOW)
    assert found.sketches.filter(removed_at=None).count() == 2
    with pytest.raises(ValidationError):
        rub_out(agent, found.key, row.pk, NOW)


@pytest.mark.parametrize(
    ("what", "geometry"),
    [
        pytest.param("perimeter", shape("Point", [5.38, 43.29]), id="a point for a perimeter"),
        pytest.param("perimeter", shape("Polygon", [[point[::-1] for point in RING]]), id="swapped"),
        pytest.param("perimeter", shape("Polygon", [CROSSING]), id="crossing"),
        pytest.param("cordon", shape("LineString", LONG), id="too many corners"),
        pytest.param("cordon", "{", id="no JSON"),
        pytest.param("cordon", "[]", id="no geometry"),
        pytest.param("fence", shape("Point", [5.38, 43.29]), id="unknown"),
        pytest.param("meeting_point", shape("Point", [1e9, 43.29]), id="off the earth"),
    ],
)  # fmt: skip
def test_what_is_no_such_shape_is_refused(what: str, geometry: str, begin: Begin, agent: User) -> None:
    found = begin()
    with pytest.raises(ValidationError):
        draw(agent, found.key, NOW, what=what, geometry=geometry)
    assert not found.sketches.exists()


def test_a_perimeter_by_numbers_is_a_circle(begin: Begin, agent: User) -> None:
    found = begin()
    ring = json.loads(circle(found, 300))["coordinates"][0]
    assert ring[0] == ring[-1]
    assert all(distance_m((5.38, 43.29), (lon, lat)) == pytest.approx(300, abs=1) for lon, lat in ring)
    draw(agent, found.key, NOW, what="perimeter", geometry=circle(found, 300))
    with pytest.raises(ValidationError, match="entre 1 et"):
        circle(found, 20_001)


def test_a_circle_needs_a_middle(begin: Begin, agent: User) -> None:
    found = begin()
    states.describe(agent, found.key, NOW, title="Rixe", priority=3, place=Place(label="quelque part"))
    found.refresh_from_db()
    with pytest.raises(ValidationError, match="centre"):
        circle(found, 100)
