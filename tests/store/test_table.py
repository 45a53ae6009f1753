"""Versions of a table: readers see whole commits, the past as long as its files are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable
from tests.store.batches import batch
from tests.store.conftest import EVERYONE, opened

from quietude.model.filter.question import Filter
from quietude.store.api import PastGoneError, Store


def test_the_table_is_a_delta_table_that_other_engines_read(store: Store, tmp_path: Path) -> None:
    store.upsert(batch(0))
    store.upsert(batch(0, title="second"))
    delta = DeltaTable(str(tmp_path / "facts" / "events"))
    assert delta.version() == store.version
    assert delta.to_pyarrow_table(columns=["uid"]).num_rows == 40
    assert delta.protocol().min_reader_version == 1


def test_no_text_and_no_name_is_in_the_statistics(store: Store, tmp_path: Path) -> None:
    store.upsert(batch(0, title="zanzibar"))
    logs = "".join(path.read_text() for path in (tmp_path / "facts" / "events" / "_delta_log").glob("*.json"))
    assert '\\"day\\"' in logs
    assert "zanzibar" not in logs
    assert batch(0)["uid"][0].as_py() not in logs


def test_pages_are_of_the_version_that_every_engine_reads(store: Store, tmp_path: Path) -> None:
    store.upsert(batch(0))
    path = next((tmp_path / "facts" / "events").rglob("*.parquet"))
    column = pq.ParquetFile(path).metadata.row_group(0).column(0)
    assert column.compression == "ZSTD"
    assert not {"DELTA_BINARY_PACKED", "DELTA_BYTE_ARRAY"} & set(column.encodings)


def test_the_past_is_found_by_its_moment(store: Store) -> None:
    store.upsert(batch(0))
    moment = datetime.now(UTC)
    store.upsert(batch(1))
    assert store.at(when=moment).count(EVERYONE, Filter())["count"].to_pylist() == [40]
    assert store.at(when=moment + timedelta(days=1)).count(EVERYONE, Filter())["count"].to_pylist() == [80]


def test_a_version_that_never_was_is_refused(store: Store) -> None:
    with pytest.raises(PastGoneError, match="version 99"):
        store.at(version=99)


def test_a_reader_opened_before_sees_what_is_written_after(tmp_path: Path) -> None:
    reader, writer = opened(tmp_path / "facts"), opened(tmp_path / "facts")
    seen = []
    for number in range(5):
        writer.upsert(batch(number))
        seen.append(reader.count(EVERYONE, Filter())["count"][0].as_py())
    assert seen == [40, 80, 120, 160, 200]
