from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from quietude.sources.api import LINE, ReadSpec, SourceError
from quietude.sources.readers.columnar import read_parquet

SPEC = ReadSpec(format="parquet", path=("x",))


def test_columns_become_text(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "n": [1, None],
            "x": [0.5, 1e308],
            "d": [date(2026, 2, 3), None],
            "t": [datetime(2026, 2, 3, 4, 5, tzinfo=UTC), None],
            "s": ["é", ""],
            "o": [{"a": 1}, None],
            "b": [True, False],
        }
    )
    frame.write_parquet(tmp_path / "a.parquet")
    read = next(read_parquet(tmp_path / "a.parquet", SPEC)).frame
    assert read.columns == [*frame.columns, LINE]
    assert read.row(0) == ("1", "0.5", "2026-02-03", "2026-02-03T04:05:00.000000+00:00", "é", '{"a":1}', "true", 1)
    assert read[LINE].to_list() == [1, 2]


def test_an_empty_table_keeps_its_columns(tmp_path: Path) -> None:
    pl.DataFrame({"a": []}, schema={"a": pl.Int64}).write_parquet(tmp_path / "a.parquet")
    assert next(read_parquet(tmp_path / "a.parquet", SPEC)).frame.columns == ["a", LINE]


def test_what_is_no_parquet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"a,b\n")
    with pytest.raises(SourceError, match="not a Parquet file"):
        next(read_parquet(tmp_path / "a.parquet", SPEC))
