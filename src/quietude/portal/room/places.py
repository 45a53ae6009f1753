"""Where alarms are: among the facts that they rest on, else in the middle of their zone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import h3.api.basic_str as cells

from quietude.model.event import zone_column
from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.portal.alarms.models import Alarm
from quietude.portal.room.asking import Asked
from quietude.portal.town import current_store, current_town

LOOKED_AT = 8
"""Facts of one alarm that say where it is: the first ones, near each other where the rule says so."""
WALL_CELL = 9
"""Resolution of the H3 cells in whose middle a wall shows a point: about 200 m."""
DECIMALS = 5  # a metre
Point = tuple[float, float]
"""Longitude and latitude, in degrees."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What the facts of one alarm say of it."""

    point: Point | None
    """None where nothing places it: a rule about the whole town, or places closed to the reader."""
    zones: frozenset[str]
    """ "level:code" of each zone that one of the facts lies in."""
    sources: frozenset[str]
    categories: tuple[str, ...]

    def is_in(self, asked: Asked, logbooks: Sequence[str]) -> bool:
        """Tell whether it is of the district and the service that are asked for."""
        return (not asked.zone or asked.zone in self.zones) and (
            not asked.service or bool(self.sources & set(logbooks))
        )


def grounds(viewer: Viewer, alarms: Sequence[Alarm]) -> dict[str, Ground]:
    """Return where some alarms are, by key: one question for all of them, as far as the reader's rights go."""
    levels = current_town().territory.level_names
    names = sorted({name for alarm in alarms for name in alarm.evidence[:LOOKED_AT]})
    rows: dict[str, dict[str, Any]] = {}
    if names and viewer.grants:
        columns = ("uid", "source", "category", "lon_deg", "lat_deg", *(zone_column(level) for level in levels))
        found = current_store().query(viewer, Filter(ids=tuple(names)), columns=columns)
        rows = {row["uid"]: row for row in found.to_pylist()}
    return {alarm.key: _ground(alarm, [rows[uid] for uid in _uids(alarm) if uid in rows]) for alarm in alarms}


def _uids(alarm: Alarm) -> list[str]:
    return [str(name).rpartition("-")[2] for name in alarm.evidence[:LOOKED_AT]]


def _ground(alarm: Alarm, rows: list[dict[str, Any]]) -> Ground:
    levels = current_town().territory.level_names
    placed = [(row["lon_deg"], row["lat_deg"]) for row in rows if row["lon_deg"] is not None]
    point = (_mean([lon for lon, _ in placed]), _mean([lat for _, lat in placed])) if placed else None
    kind, _, level = str(alarm.edition.content["by"]).partition(":")
    zones = {f"{name}:{row[zone_column(name)]}" for name in levels for row in rows if row[zone_column(name)]}
    if kind == "zone" and alarm.group:
        zones.add(f"{level}:{alarm.group}")
        point = point or middle(level, alarm.group)
    if kind == "h3" and cells.is_valid_cell(alarm.group):
        lat, lon = cells.cell_to_latlng(alarm.group)
        point = point or (round(lon, DECIMALS), round(lat, DECIMALS))
    sources = {str(row["source"]) for row in rows} | ({alarm.group} if kind == "source" else set())
    categories = tuple(sorted({str(row["category"]) for row in rows if row["category"]}))
    return Ground(point, frozenset(zones), frozenset(sources), categories)


def _mean(values: Sequence[float]) -> float:
    return round(math.fsum(values) / len(values), DECIMALS)


@lru_cache(maxsize=2000)
def middle(level: str, code: str) -> Point | None:
    """Return a point inside a zone, None where the town has no such zone."""
    territory = current_town().territory
    zone = territory.level(level).by_code.get(code) if level in territory.level_names else None
    if zone is None:
        return None
    point = zone.geometry.representative_point()
    return round(float(point.x), DECIMALS), round(float(point.y), DECIMALS)


def rounded(point: Point | None) -> Point | None:
    """Return the middle of the cell of some 200 m that a point lies in."""
    if point is None:
        return None
    lat, lon = cells.cell_to_latlng(cells.latlng_to_cell(point[1], point[0], WALL_CELL))
    return round(lon, DECIMALS), round(lat, DECIMALS)
