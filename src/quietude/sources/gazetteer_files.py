"""The names of a town's places and where they are, read from the files that its `town.yml` declares."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import orjson
import polars as pl
import shapely
from pydantic import BaseModel, ConfigDict, Field
from shapely.geometry import shape

from quietude.model.coordinates import read_degrees
from quietude.sources.territory_files import find_file

Kind = Literal["street", "place", "number"]

GAZETTEER_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "kind": pl.String,
    "name": pl.String,
    "number": pl.Int32,
    "area": pl.String,
    "lon": pl.Float64,
    "lat": pl.Float64,
    "file": pl.String,
}
"""Columns of what files say: one row per street, place or house number; `area` tells homonyms apart (a commune)."""

BAN_COLUMNS = ("numero", "nom_voie", "code_insee", "lon", "lat")


class GazetteerFile(BaseModel):
    """One file of named places."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    format: Literal["csv", "json", "geojson", "ban"] = "csv"
    """"json": a list of objects; "ban": the national address base as published (adresses-*.csv, .gz allowed)."""
    kind: Kind = "street"
    separator: str = ","
    encoding: str = "utf8"
    name: str = "name"
    """Column of the name."""
    prefix: str = ""
    """Words put before each name ("Crèche")."""
    address: str | None = None
    """Column of a place's address: teaches where that house number is."""
    lon: str = "lon"
    lat: str = "lat"
    point: str | None = None
    """JSON: the key that holds [longitude, latitude], in place of `lon` and `lat`."""
    areas: tuple[str, ...] = ()
    """BAN: the communes (code_insee) to take; all where empty."""


class GazetteerSpec(BaseModel):
    """The `gazetteer` section of `town.yml`: what names the town's places have."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    country: Literal["fr", "us"] = "fr"
    """Whose words for kinds of streets, and their abbreviations, addresses are written in."""
    files: tuple[GazetteerFile, ...] = ()
    cities: tuple[str, ...] = ()
    """Names of the town as addresses end in them ("75010 PARIS")."""
    zones: bool = False
    """Whether a zone's name alone ("Belsunce", "8e arrondissement") locates a fact, coarsely."""
    postcodes: Mapping[str, str] = Field(default_factory=dict)
    """Postcode to code of the zone that it covers."""
    aliases: Mapping[str, str] = Field(default_factory=dict)
    """A name that people use to the name that a file has."""
    learn_from: tuple[str, ...] = ()
    """Sources whose located records teach where streets run and numbers lie."""


class GazetteerError(ValueError):
    """A file of places cannot be read; the message names file, column and remedy."""


def read_gazetteer(spec: GazetteerSpec, folder: Path, data_dir: Path) -> pl.DataFrame:
    """Return what the declared files say, columns as `GAZETTEER_SCHEMA`; a file that is missing is left out.

    Raises:
        GazetteerError: a file lacks a declared column or cannot be parsed.
    """
    tables = [pl.DataFrame(schema=GAZETTEER_SCHEMA)]
    for file in spec.files:
        try:
            path = find_file(file.path, folder, data_dir)
        except FileNotFoundError:
            continue  # the demonstration runs without the data folder: addresses are then located by fewer names
        tables.append(_read_file(file, path))
    return pl.concat(tables)


def gazetteer_paths(spec: GazetteerSpec, folder: Path, data_dir: Path) -> tuple[Path, ...]:
    """Return the declared files that exist, for the fingerprint of a compiled gazetteer."""
    found = []
    for file in spec.files:
        try:
            found.append(find_file(file.path, folder, data_dir))
        except FileNotFoundError:
            continue
    return tuple(found)


def _read_file(file: GazetteerFile, path: Path) -> pl.DataFrame:
    try:
        if file.format == "ban":
            return _read_ban(file, path)
        table = _read_table(file, path)
    except (pl.exceptions.PolarsError, orjson.JSONDecodeError, UnicodeDecodeError) as error:
        raise GazetteerError(f"{path}: cannot be read as {file.format}: {error}") from error
    wanted = [file.name, file.lon, file.lat, *([file.address] if file.address else [])]
    missing = [column for column in wanted if column not in table.columns]
    if missing:
        raise GazetteerError(f"{path}: no column {missing}; it has {table.columns}. Correct it in town.yml, gazetteer")
    places = table.select(
        kind=pl.lit(file.kind),
        name=pl.concat_str([pl.lit(file.prefix), pl.col(file.name)], separator=" ").str.strip_chars(),
        number=pl.lit(None, dtype=pl.Int32),
        area=pl.lit(None, dtype=pl.String),
        lon=read_degrees(pl.col(file.lon)),
        lat=read_degrees(pl.col(file.lat)),
        file=pl.lit(path.name),
    )
    if file.address:
        addressed = places.with_columns(kind=pl.lit("number"), name=table[file.address].cast(pl.String))
        places = pl.concat([places, addressed.filter(pl.col("name").str.contains(r"^\s*\d"))])
    return places.filter(pl.col("name").str.len_chars() > 0, pl.col("lon").is_finite(), pl.col("lat").is_finite())


def _read_table(file: GazetteerFile, path: Path) -> pl.DataFrame:
    if file.format == "csv":
        return pl.read_csv(
            path, separator=file.separator, infer_schema=False, encoding=file.encoding, truncate_ragged_lines=True
        )
    content = orjson.loads(path.read_bytes())
    if file.format == "json":
        rows = [_with_point(row, file) for row in content]
    else:
        rows = [_from_feature(feature, file) for feature in content["features"]]
    return pl.DataFrame(rows, schema={file.name: pl.String, file.lon: pl.String, file.lat: pl.String})


def _with_point(row: Mapping[str, Any], file: GazetteerFile) -> dict[str, str | None]:
    lon, lat = row[file.point] if file.point else (row[file.lon], row[file.lat])
    return {file.name: row[file.name], file.lon: str(lon), file.lat: str(lat)}


def _from_feature(feature: Mapping[str, Any], file: GazetteerFile) -> dict[str, str | None]:
    centre = shapely.point_on_surface(shape(feature["geometry"]))
    return {file.name: feature["properties"].get(file.name), file.lon: str(centre.x), file.lat: str(centre.y)}


def _read_ban(file: GazetteerFile, path: Path) -> pl.DataFrame:
    """Return one row per house number of the national address base, whose `nom_voie` is the street."""
    table = pl.scan_csv(path, separator=";", infer_schema=False)
    missing = [column for column in BAN_COLUMNS if column not in table.collect_schema().names()]
    if missing:
        raise GazetteerError(f"{path}: no column {missing}: is it an adresses-*.csv of the national address base?")
    if file.areas:
        table = table.filter(pl.col("code_insee").is_in(file.areas))
    return (
        table.select(
            kind=pl.lit("street"),
            name=pl.col("nom_voie"),
            number=pl.col("numero").cast(pl.Int32, strict=False),
            area=pl.col("code_insee"),
            lon=read_degrees(pl.col("lon")),
            lat=read_degrees(pl.col("lat")),
            file=pl.lit(path.name),
        )
        .filter(pl.col("name").str.len_chars() > 0, pl.col("lon").is_finite(), pl.col("lat").is_finite())
        .collect()
    )
