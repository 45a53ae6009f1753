"""The town's zones, read from the files, unions, boxes or located records that its `town.yml` declares."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import orjson
import shapely
from pydantic import BaseModel, ConfigDict, Field, model_validator
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from quietude.model.territory import Level, Territory, Zone
from quietude.sources.territory_figures import FiguresSpec, read_figures
from quietude.sources.territory_points import PointsSpec, read_points_level


class TerritoryError(ValueError):
    """The town's zones cannot be read; the message names file, zone and remedy."""


class _Spec(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OutlineSpec(_Spec):
    """One zone written in `town.yml` itself, by boxes or by an outline."""

    code: str
    name: str
    boxes: tuple[tuple[float, float, float, float], ...] = ()
    """West, south, east, north in degrees; the zone is their union."""
    outline: tuple[tuple[float, float], ...] = ()
    """Longitude and latitude of the corners, in order."""

    @model_validator(mode="after")
    def _has_one_shape(self) -> Self:
        if bool(self.boxes) == bool(self.outline):
            raise ValueError(f"zone {self.code!r}: give `boxes` or `outline`, one of them")
        return self


class LevelSpec(_Spec):
    """One level: from a GeoJSON file, as the union of the next finer level, from located records, or written here."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    labels: Mapping[str, str]
    path: str | None = None
    """GeoJSON file, in the town's folder or the data folder."""
    code: str | None = None
    """How a zone's code is made of the file's properties: "{depco}-{nom_qua}"; words become lower-case ASCII."""
    title: str | None = None
    """How a zone's name is made of the file's properties, where `names` has none."""
    parent: str | None = None
    """How the code of the coarser zone is made of the file's properties."""
    names: str | None = None
    """CSV file with the columns `code` and `name`: the names as people write them."""
    union_of: str | None = None
    """Name of the next finer level: each zone is the union of its children."""
    points: PointsSpec | None = None
    """Located records that carry the zone's code: approximate outlines."""
    zones: tuple[OutlineSpec, ...] = ()

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        given = [key for key in ("path", "union_of", "points", "zones") if getattr(self, key)]
        if len(given) != 1:
            raise ValueError(f"level {self.name!r}: give one of `path`, `union_of`, `points`, `zones`; found {given}")
        if self.path is not None and (self.code is None or self.title is None):
            raise ValueError(f"level {self.name!r}: `path` needs `code` and `title`, made of the file's properties")
        return self


class TerritorySpec(_Spec):
    """The `territory` section of `town.yml`."""

    levels: tuple[LevelSpec, ...] = Field(min_length=1)
    """From coarse to fine."""
    figures: tuple[FiguresSpec, ...] = ()
    """Population and other numbers of the zones."""
    approximate: str | None = None
    """Why the outlines are not official; shown on every map."""
    otherwise: TerritorySpec | None = None
    """What to use where a file of `levels` is missing."""


def read_territory(spec: TerritorySpec, folder: Path, data_dir: Path) -> Territory:
    """Return the town's zones. Paths are looked for in the town's folder, then in `data_dir`.

    Where a file of the official levels is missing, `otherwise` is read in their place: the territory then says in
    `approximate` that it is not official.

    Raises:
        TerritoryError: a file is missing or unreadable and nothing is declared otherwise; two zones share a code;
            a parent does not exist.
    """
    try:
        levels = _read_levels(spec, folder, data_dir)
    except FileNotFoundError as error:
        if spec.otherwise is None:
            raise TerritoryError(
                f"{folder / 'town.yml'}: territory: {error.filename} is in neither {folder} nor {data_dir}; "
                "set QUIETUDE_DATA_DIR to the folder that holds it, correct the path, or declare `otherwise`"
            ) from error
        return read_territory(spec.otherwise, folder, data_dir)
    territory = Territory(levels=levels, approximate=spec.approximate)
    _check(territory, folder)
    return territory


def find_file(path: str, folder: Path, data_dir: Path) -> Path:
    """Return where a declared file lies.

    Raises:
        FileNotFoundError: it is in neither folder; `filename` is the path as declared.
    """
    for base in (folder, data_dir):
        if (base / path).is_file():
            return base / path
    raise FileNotFoundError(2, "no such file", path)


def _read_levels(spec: TerritorySpec, folder: Path, data_dir: Path) -> tuple[Level, ...]:
    finer: Level | None = None
    levels: list[Level] = []
    for level in reversed(spec.levels):
        zones = _read_zones(level, finer, folder, data_dir)
        finer = Level(name=level.name, labels=level.labels, zones=zones)
        levels.insert(0, finer)
    for figures in spec.figures:
        try:
            path = find_file(figures.path, folder, data_dir)
        except FileNotFoundError:
            continue  # figures enrich the zones; a town without them still has its territory
        levels = [read_figures(figures, path, level) if level.name == figures.level else level for level in levels]
    return tuple(levels)


def _read_zones(spec: LevelSpec, finer: Level | None, folder: Path, data_dir: Path) -> tuple[Zone, ...]:
    names = _read_names(find_file(spec.names, folder, data_dir)) if spec.names else {}
    if spec.zones:
        return tuple(Zone(code=z.code, name=z.name, parent=None, geometry=_outline(z)) for z in spec.zones)
    if spec.points is not None:
        return read_points_level(spec.points, find_file(spec.points.path, folder, data_dir), names)
    if spec.union_of is not None:
        return _unite(spec, finer, names, folder)
    return _read_geojson(spec, find_file(spec.path or "", folder, data_dir), names)


def _outline(zone: OutlineSpec) -> BaseGeometry:
    if zone.outline:
        return shapely.Polygon(zone.outline)
    return unary_union([shapely.box(*box) for box in zone.boxes])


def _unite(spec: LevelSpec, finer: Level | None, names: Mapping[str, str], folder: Path) -> tuple[Zone, ...]:
    if finer is None or finer.name != spec.union_of:
        raise TerritoryError(
            f"{folder / 'town.yml'}: territory: level {spec.name!r}: "
            f"`union_of: {spec.union_of}` must name the next level"
        )
    children: dict[str, list[shapely.Geometry]] = {}
    for zone in finer.zones:
        if zone.parent is None:
            raise TerritoryError(
                f"{folder / 'town.yml'}: territory: zone {zone.code!r} of {finer.name!r} has no `parent`"
            )
        children.setdefault(zone.parent, []).append(zone.geometry)
    return tuple(
        Zone(code=code, name=names.get(code, code), parent=None, geometry=shapely.union_all(shapes))
        for code, shapes in sorted(children.items())
    )


def _read_names(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if not {"code", "name"} <= set(rows.fieldnames or ()):
            raise TerritoryError(f"{path}:1: expected the columns 'code' and 'name'; it has {rows.fieldnames}")
        return {row["code"]: row["name"] for row in rows}


def _read_geojson(spec: LevelSpec, path: Path, names: Mapping[str, str]) -> tuple[Zone, ...]:
    try:
        features = orjson.loads(path.read_bytes())["features"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise TerritoryError(
            f"{path}: not a GeoJSON feature collection ({error}); export it again as GeoJSON"
        ) from error
    zones = [_read_feature(spec, path, at, feature, names) for at, feature in enumerate(features)]
    return tuple(sorted(zones, key=lambda zone: zone.code))


def _read_feature(spec: LevelSpec, path: Path, at: int, feature: Any, names: Mapping[str, str]) -> Zone:
    properties = feature["properties"]
    try:
        code = slug((spec.code or "").format_map(properties))
        title = (spec.title or "").format_map(properties)
        parent = slug(spec.parent.format_map(properties)) if spec.parent is not None else None
    except KeyError as error:
        raise TerritoryError(f"{path}: feature {at}: no property {error}; it has {sorted(properties)}") from error
    geometry = shape(feature["geometry"])
    if not geometry.is_valid:
        geometry = shapely.make_valid(geometry)
    return Zone(code=code, name=names.get(code, title), parent=parent, geometry=geometry)


def slug(text: str) -> str:
    """Return `text` as a code: lower-case ASCII letters, digits and hyphens."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(c if c.isalnum() else " " for c in ascii_text).split())


def _check(territory: Territory, folder: Path) -> None:
    for level in territory.levels:
        if len(level.by_code) != len(level.zones):
            codes = [zone.code for zone in level.zones]
            twice = sorted({code for code in codes if codes.count(code) > 1})
            raise TerritoryError(f"{folder / 'town.yml'}: territory: level {level.name!r}: codes used twice: {twice}")
    for coarser, finer in zip(territory.levels, territory.levels[1:], strict=False):
        lost = sorted(
            zone.code for zone in finer.zones if zone.parent is not None and zone.parent not in coarser.by_code
        )
        if lost:
            raise TerritoryError(
                f"{folder / 'town.yml'}: territory: zones of {finer.name!r} without their {coarser.name!r}: {lost}"
            )
