"""The values of category of every declared source, straight from its files, for measurements and tests.

Independent of manifests and readers on purpose: what these say is checked against the plain files.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

ROOT = Path(__file__).resolve().parent.parent
SEPARATOR = " > "


@dataclass(frozen=True, slots=True)
class SourceValues:
    """Where a crosswalk is, and where the values lie that it maps."""

    crosswalk: str
    """Path of the crosswalk below `towns`."""
    files: str
    """Glob below the data folder."""
    columns: tuple[str, ...]
    options: str = ""
    where: str = "true"


SOURCES = (
    SourceValues("marseille/crosswalks/accidents.csv", "incidents/baac_france_2005_2020/*.csv.gz", ("col",)),
    SourceValues(
        "marseille/crosswalks/dangerous_buildings.csv",
        "incidents/marseille_arretes_peril_2020_2021/raw_*.csv",
        ("nom_doc",),
        ", union_by_name = true",
    ),
    SourceValues(
        "paris/crosswalks/dans_ma_rue.csv", "incidents/paris_dans_ma_rue_2023_2024/*.csv.gz", ("type", "soustype")
    ),
    SourceValues(
        "paris/crosswalks/traffic_orders.csv", "incidents/paris_arretes_voirie_2025_2026/*.csv.gz", ("titre",)
    ),
    SourceValues(
        "bench/crosswalks/chicago.csv",
        "incidents/chicago_crimes_2015_2018/*.csv.gz",
        ("Primary Type", "Description"),
    ),
    SourceValues(
        "bench/crosswalks/uk_police.csv", "incidents/uk_police_street_2018_10_2019_02/*.csv.gz", ("Crime type",)
    ),
    SourceValues("bench/crosswalks/houston.csv", "incidents/houston_crime_2010/*.csv.gz", ("offense",)),
    SourceValues(
        "bench/crosswalks/leuven_events.csv",
        "sensors/leuven_bruit_naamsestraat_2022/evenements_sonores_classes.csv.gz",
        ("noise_event_laeq_primary_detected_class",),
    ),
    SourceValues(
        "bench/crosswalks/laguna_beach.csv",
        "incidents/laguna_beach_police_register_2018_2021/*.csv.gz",
        ("type_code", "type_label", "subtype", "subtype_label"),
    ),
    SourceValues("bench/crosswalks/milwaukee.csv", "incidents/milwaukee_calls_2018_05/*.csv.gz", ("nature",)),
    SourceValues(
        "bench/crosswalks/sncf.csv",
        "incidents/sncf_incidents_securite_2014_2018/*.csv.gz",
        ("Type",),
        ", union_by_name = true, delim = ';', quote = '\"'",
    ),
    SourceValues(
        "bench/crosswalks/ucpd.csv",
        "incidents/ucpd_chicago_incidents_2010_2019/*.csv.gz",
        ("Incident",),
        where="Incident IS DISTINCT FROM ':'",  # 589 rows with no value in any column
    ),
)


def data_folder() -> Path:
    """Return the folder of real data."""
    return Path(os.environ.get("QUIETUDE_DATA_DIR", ROOT.parent / "shared" / "data"))


def read_values(source: SourceValues, data_dir: Path) -> pl.DataFrame:
    """Return the distinct values (column "value", parts joined, empty parts left out) and their "rows", most first."""
    parts = ", ".join(f"nullif(trim(\"{column}\"), '')" for column in source.columns)
    sql = f"""
        SELECT nullif(concat_ws('{SEPARATOR}', {parts}), '') AS value, count(*) AS rows
        FROM read_csv('{data_dir / source.files}', all_varchar = true, header = true{source.options})
        WHERE {source.where} GROUP BY ALL ORDER BY rows DESC, value
    """
    return duckdb.sql(sql).pl()
