from __future__ import annotations

import gzip
from collections.abc import Generator, Iterator
from pathlib import Path

import polars as pl
import pytest

from quietude.sources.api import Manifest, RawBatch, SourceError, count_records, find_files, manifest_from, prefetched
from quietude.sources.marks import Marks
from quietude.sources.read import read_batches


def manifest(folder: Path, *paths: str) -> Manifest:
    made = manifest_from(
        {
            "title": {"fr": "a", "en": "a"},
            "owner": "o",
            "kind": "incidents",
            "legal_basis": "law",
            "retention": "P1Y",
            "read": {"format": "csv", "path": list(paths)},
            "map": {
                "source_key": "id",
                "occurred_from": {"column": "d", "parse": "iso"},
                "category": {"code": "noise"},
            },
        }
    )
    return made.bind(name="logbook", path=folder / "town" / "sources" / "logbook.yml", marks=Marks())


def write(folder: Path, name: str, keys: range) -> None:
    text = "id,d\n" + "".join(f"{key},2026\n" for key in keys)
    path = folder / "data" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())


def test_wildcards_braces_and_lists_are_read_in_order(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", "y/1.csv.gz", "y/2.csv.gz", "y/3.csv.gz"):
        write(tmp_path, name, range(1))
    files = find_files(manifest(tmp_path, "y/{3,1}.csv.gz", "[ab].csv", "a.csv"), tmp_path / "data")
    assert [file.path.name for file in files] == ["3.csv.gz", "1.csv.gz", "a.csv", "b.csv"]
    assert [file.number for file in files] == [0, 1, 2, 3]


def test_the_town_s_folder_comes_before_the_data_folder(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", range(1))
    (tmp_path / "town").mkdir()
    (tmp_path / "town" / "a.csv").write_text("id,d\n")
    assert find_files(manifest(tmp_path, "a.csv"), tmp_path / "data")[0].path == tmp_path / "town" / "a.csv"


def test_a_path_that_matches_nothing_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", range(1))
    with pytest.raises(SourceError, match=r"'b\*\.csv' matches no file"):
        find_files(manifest(tmp_path, "a.csv", "b*.csv"), tmp_path / "data")


def test_batches_are_even_and_never_span_two_files(tmp_path: Path) -> None:
    write(tmp_path, "1.csv", range(5))
    write(tmp_path, "2.csv", range(5, 7))
    batches = list(read_batches(manifest(tmp_path, "*.csv"), tmp_path / "data", batch_rows=2))
    assert [(batch.file, batch.frame.height, batch.is_last) for batch in batches] == [
        ("1.csv", 2, False),
        ("1.csv", 2, False),
        ("1.csv", 1, True),
        ("2.csv", 2, True),
    ]
    assert [key for batch in batches for key in batch.frame["id"]] == [str(n) for n in range(7)]
    assert [line for batch in batches for line in batch.frame["_line"]] == [2, 3, 4, 5, 6, 2, 3]
    assert batches[-1].fraction == 1.0


def test_records_are_counted(tmp_path: Path) -> None:
    write(tmp_path, "1.csv", range(5))
    write(tmp_path, "2.csv.gz", range(3))
    assert count_records(find_files(manifest(tmp_path, "*.csv*"), tmp_path / "data")) == 8


def test_reading_ahead_yields_the_same_batches(tmp_path: Path) -> None:
    write(tmp_path, "1.csv", range(50))
    chosen = manifest(tmp_path, "1.csv")
    ahead = prefetched(read_batches(chosen, tmp_path / "data", batch_rows=3))
    plain = read_batches(chosen, tmp_path / "data", batch_rows=3)
    assert [batch.frame["id"].to_list() for batch in ahead] == [batch.frame["id"].to_list() for batch in plain]


def test_an_error_met_ahead_is_raised_to_the_reader() -> None:
    def failing() -> Iterator[RawBatch]:
        yield RawBatch(file="a", file_number=0, frame=pl.DataFrame())
        raise SourceError("broken", code="format")

    ahead = prefetched(failing())
    assert next(ahead).file == "a"
    with pytest.raises(SourceError, match="broken"):
        next(ahead)


def test_reading_ahead_stops_when_nobody_reads_on() -> None:
    closed: list[bool] = []

    def endless() -> Iterator[RawBatch]:
        try:
            while True:
                yield RawBatch(file="a", file_number=0, frame=pl.DataFrame())
        finally:
            closed.append(True)

    ahead = prefetched(endless())
    next(ahead)
    assert isinstance(ahead, Generator)
    ahead.close()
    del ahead
    assert closed == [True]
