"""Population and other numbers of the zones, joined to them by code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import orjson
import polars as pl
from pydantic import BaseModel, ConfigDict

from quietude.model.territory import Level, Zone

POPULATION = "population"


class FiguresSpec(BaseModel):
    """One file of numbers: `level` says whose, `key` which column holds the zone's code, `columns` what is taken."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: str
    path: str
    key: str
    columns: Mapping[str, str]
    """Our name to the file's column; "population" fills the zone's own field, others its attributes."""
    separator: str = ";"
    """Of a CSV file; a file whose name ends in .json holds a list of objects."""


def read_figures(spec: FiguresSpec, path: Path, level: Level) -> Level:
    """Return `level` with the numbers of the file; a zone that is not in the file, or secret there ("s"), keeps none.

    Raises:
        ValueError: the file lacks a column; the message names it.
    """
    if path.suffix == ".json":
        table = pl.DataFrame(
            [
                {k: str(v) for k, v in row.items() if not isinstance(v, list | dict)}
                for row in orjson.loads(path.read_bytes())
            ]
        )
    else:
        table = pl.read_csv(path, separator=spec.separator, infer_schema=False)
    missing = sorted({spec.key, *spec.columns.values()} - set(table.columns))
    if missing:
        raise ValueError(f"{path}: no column {missing}; it has {table.columns}")
    numbers = table.select(
        pl.col(spec.key).alias("code"),
        *[
            pl.col(column).str.replace(",", ".", literal=True).cast(pl.Float64, strict=False).alias(name)
            for name, column in spec.columns.items()
        ],
    )
    by_code = {row["code"]: row for row in numbers.iter_rows(named=True)}
    return replace(level, zones=tuple(_with_figures(zone, by_code.get(zone.code)) for zone in level.zones))


def _with_figures(zone: Zone, row: Mapping[str, float | str | None] | None) -> Zone:
    if row is None:
        return zone
    population = row.get(POPULATION)
    attributes = {name: value for name, value in row.items() if name not in {POPULATION, "code"}}
    return replace(
        zone,
        population=int(population) if isinstance(population, float) else zone.population,
        attributes={**zone.attributes, **attributes},
    )
