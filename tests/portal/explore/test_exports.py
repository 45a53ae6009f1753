"""Files of facts: formulas neutralised, fictional facts labelled, nothing lost between the batches."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from quietude.portal.explore.exports import (
    BOM,
    PROVENANCE_KEY,
    Provenance,
    export_columns,
    tidy,
    write_csv,
    write_geojson,
    write_parquet,
)

PROVENANCE = Provenance(
    title="Faits",
    town="Valcombe",
    question="depuis:2023-01-01",
    made_at="2024-01-01T10:00:00+01:00",
    state="1",
    facts=3,
    fictional=True,
    notice="Fictif",
)
FORMULAS = [
    "=1+1",
    '=HYPERLINK("http://example.org";"clic")',
    "+33 6 00 00 00 00",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "=cmd|' /C calc'!A0",
]
HARMLESS = [
    "Tapage",
    " =espace devant",
    "a=b",
    "12 rue de l'Évêché, 13002",
    "",
    "il a dit « = »",
    'guillemets "droits"',
]


def batch(titles: list[str], reality: str = "real") -> pa.RecordBatch:
    rows = len(titles)
    return pa.record_batch(
        {
            "id": [f"202301-{row}" for row in range(rows)],
            "occurred_from": pa.array([datetime(2023, 7, 14, 22, 30, tzinfo=UTC)] * rows, pa.timestamp("us", tz="UTC")),
            "title": titles,
            "flags": pa.array([["late", "category:unmapped"]] * rows, pa.list_(pa.string())),
            "lon_deg": pa.array([5.37] * (rows - 1) + [None], pa.float64()),
            "lat_deg": pa.array([43.3] * (rows - 1) + [None], pa.float64()),
            "reality": [reality] * rows,
            "day": [date(2023, 7, 15)] * rows,
        }
    )


def tidied(*batches: pa.RecordBatch) -> Iterator[pl.DataFrame]:
    return (tidy(one, timezone="Europe/Paris") for one in batches)


def read_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_cell_that_begins_like_a_formula_begins_with_an_apostrophe(formula: str) -> None:
    [row] = read_csv(b"".join(write_csv(tidied(batch([formula])), has_bom=False)))
    assert row["title"] == f"'{formula}"


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_is_exported_as_it_is(text: str) -> None:
    [row] = read_csv(b"".join(write_csv(tidied(batch([text])), has_bom=False)))
    assert row["title"] == text


def test_numbers_below_zero_stay_numbers() -> None:
    one = batch(["a", "b"]).set_column(4, "lon_deg", pa.array([-5.5, None], pa.float64()))
    rows = read_csv(b"".join(write_csv(tidied(one), has_bom=False)))
    assert rows[0]["lon_deg"] == "-5.5"


def test_csv_has_one_header_the_town_s_time_and_a_column_that_says_fictional() -> None:
    content = b"".join(write_csv(tidied(batch(["a", "b"]), batch(["c"], "fictional")), has_bom=True))
    assert content.startswith(BOM)
    rows = read_csv(content.removeprefix(BOM))
    assert [row["title"] for row in rows] == ["a", "b", "c"]
    assert [row["fictional"] for row in rows] == ["false", "false", "true"]
    assert rows[0]["occurred_from"] == "2023-07-15T00:30:00+02:00"
    assert rows[0]["flags"] == "late | category:unmapped"
    assert list(rows[0])[:2] == ["id", "fictional"]


def test_geojson_reads_back_with_provenance_and_null_geometry_where_there_is_no_place() -> None:
    content = json.loads(b"".join(write_geojson(tidied(batch(["a", "b"]), batch(["=c"], "fictional")), PROVENANCE)))
    assert content["provenance"]["question"] == "depuis:2023-01-01"
    features = content["features"]
    assert [feature["properties"]["title"] for feature in features] == ["a", "b", "=c"]
    assert features[0]["geometry"] == {"type": "Point", "coordinates": [5.37, 43.3]}
    assert features[1]["geometry"] is None
    assert [feature["properties"]["fictional"] for feature in features] == [False, False, True]
    assert features[0]["id"] == "202301-0"
    assert features[0]["properties"]["day"] == "2023-07-15"


def test_empty_geojson_is_still_geojson() -> None:
    content = json.loads(b"".join(write_geojson(tidied(batch([""]).slice(0, 0)), PROVENANCE)))
    assert content["features"] == []


def test_parquet_reads_back_with_types_and_provenance() -> None:
    content = b"".join(write_parquet(tidied(batch(["a", "b"]), batch(["c"])), PROVENANCE))
    table = pq.read_table(pa.BufferReader(content))
    assert table["title"].to_pylist() == ["a", "b", "c"]
    assert table.schema.field("occurred_from").type.tz == "Europe/Paris"
    assert json.loads(table.schema.metadata[PROVENANCE_KEY])["facts"] == 3


def test_columns_of_the_software_are_not_exported() -> None:
    assert export_columns(("uid", "id", "source", "hour_of_week", "day")) == ("id", "source", "day")
