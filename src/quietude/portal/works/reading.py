"""Which planned works there are on some days, and near a place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from django.db.models import QuerySet

from quietude.model.event import Sensitivity
from quietude.portal.works.models import PlannedWorks

NEAR_M = 500.0
"""Of one of its ways' own points: works in the next streets change how help comes."""

METRES_A_DEGREE = 111_195.0  # of a great circle of the mean radius, 6,371,008 m


def works_on(first: date, last: date) -> QuerySet[PlannedWorks]:
    """Return the works that hold on any of these days, ends counted; those whose order is no longer public are none."""
    held = PlannedWorks.objects.filter(first_day__lte=last, last_day__gte=first)
    return held.filter(document__sensitivity=Sensitivity.PUBLIC.value)


def works_near(lon_deg: float, lat_deg: float, first: date, last: date) -> Sequence[PlannedWorks]:
    """Return those of which a way lies within `NEAR_M` of a point."""
    return [
        each
        for each in works_on(first, last)
        if any(distance_m(lon_deg, lat_deg, lon, lat) <= NEAR_M for lon, lat in each.points)
    ]


def distance_m(lon_deg: float, lat_deg: float, other_lon_deg: float, other_lat_deg: float) -> float:
    """Return the distance of two points of one town; below 20 km the plane is right to a thousandth."""
    east = (lon_deg - other_lon_deg) * math.cos(math.radians((lat_deg + other_lat_deg) / 2))
    return METRES_A_DEGREE * math.hypot(east, lat_deg - other_lat_deg)
