"""The town's plane is metric and goes both ways."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietude.ingest.locate.metric import Plane
from quietude.model.territory import Territory

MARSEILLE = Plane(5.38, 43.29)


def test_a_known_distance_is_right() -> None:
    """From Notre-Dame de la Garde to the Stade Vélodrome: 2,537 m by the haversine formula."""
    x, y = MARSEILLE.to_metres(np.array([5.371242, 5.39589]), np.array([43.283946, 43.269854]))
    assert float(np.hypot(x[1] - x[0], y[1] - y[0])) == pytest.approx(2537, rel=0.001)


@given(lon=st.floats(5.2, 5.6), lat=st.floats(43.1, 43.5))
def test_there_and_back(lon: float, lat: float) -> None:
    again = MARSEILLE.to_degrees(*MARSEILLE.to_metres(np.array([lon]), np.array([lat])))
    assert [float(value[0]) for value in again] == [pytest.approx(lon, abs=1e-9), pytest.approx(lat, abs=1e-9)]


def test_the_plane_lies_in_the_middle_of_the_town(territory: Territory) -> None:
    plane = Plane.of(territory)
    assert [plane.lon0_deg, plane.lat0_deg] == pytest.approx([5.32, 43.22])
