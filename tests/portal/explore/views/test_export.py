"""Exports hold exactly what the list holds, for those who may take it away."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.test import Client

from quietude.portal.accounts.roles import Role


def content(response: Any) -> bytes:
    """Return what a streaming answer sends."""
    return b"".join(response.streaming_content)


def ids_of_csv(exported: bytes) -> list[str]:
    return [row["id"] for row in csv.DictReader(io.StringIO(exported.decode(), newline=""))]


def ids_of_geojson(exported: bytes) -> list[str]:
    return [feature["id"] for feature in json.loads(exported)["features"]]


def ids_of_parquet(exported: bytes) -> list[str]:
    ids: list[str] = pq.read_table(pa.BufferReader(exported))["id"].to_pylist()
    return ids


READERS = {"csv": ids_of_csv, "geojson": ids_of_geojson, "parquet": ids_of_parquet}


@pytest.mark.parametrize("kind", ["csv", "geojson", "parquet"])
@pytest.mark.parametrize("query", ["", "category=noise&since=2023-01-01", "q=nothing-like-it"])
def test_an_export_holds_the_facts_of_the_list(agent: Client, kind: str, query: str) -> None:
    total = agent.get(f"/explore/answer?{query}").json()["total"]
    ids = READERS[kind](content(agent.get(f"/explore/export.{kind}?{query}")))
    assert len(ids) == len(set(ids)) == total


def test_the_name_of_the_file_says_question_day_and_fictional(agent: Client) -> None:
    response = agent.get("/explore/export.csv?category=noise&since=2023-01-01")
    name = unquote(response.headers["Content-Disposition"].rpartition("UTF-8''")[2])
    assert name.startswith("Valcombe_nature-Bruit-depuis-2023-01-01_FICTIF_20")
    assert name.endswith(".csv")
    real = agent.get("/explore/export.csv?reality=real").headers["Content-Disposition"]
    assert "FICTIF" not in real
    assert response.headers["Cache-Control"] == "private, no-store"


def test_an_analyst_s_export_has_no_free_text(sign_in: Callable[..., Client], agent: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(content(sign_in(Role.ANALYST).get("/explore/export.csv")).decode())))
    assert {row["text"] for row in rows} == {""}
    assert {row["title"] for row in rows} == {""}
    assert {row["lon_deg"] for row in rows} != {""}


def test_whoever_may_not_export_is_refused(elected: Client) -> None:
    assert elected.get("/explore/export.csv").status_code == 403


def test_an_unknown_format_is_not_found(agent: Client) -> None:
    assert agent.get("/explore/export.xlsx").status_code == 404


def test_a_spreadsheet_gets_a_byte_order_mark_when_it_asks(agent: Client) -> None:
    assert content(agent.get("/explore/export.csv?bom=1&q=nothing-like-it")).startswith(b"\xef\xbb\xbfid,fictional,")
