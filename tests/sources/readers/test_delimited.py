from __future__ import annotations

import csv
import gzip
import io
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietude.sources.api import LINE, Problem, ReadSpec, SourceError
from quietude.sources.readers.delimited import read_delimited


def read(folder: Path, data: str | bytes, **options: Any) -> tuple[pl.DataFrame, list[Problem]]:
    """Return the records and the problems of one file."""
    path = folder / "file.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    pieces = list(read_delimited(path, ReadSpec(format="csv", path=("file.csv",), **options)))
    return pl.concat([piece.frame for piece in pieces]), [problem for piece in pieces for problem in piece.problems]


def rows(folder: Path, data: str | bytes, **options: Any) -> list[tuple[Any, ...]]:
    frame, problems = read(folder, data, **options)
    assert problems == []
    return frame.rows()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found_out(tmp_path: Path, separator: str) -> None:
    text = "a,b\n1,x y\n2,\n".replace(",", separator)
    assert rows(tmp_path, text) == [("1", "x y", 2), ("2", None, 3)]


def test_a_separator_may_be_declared(tmp_path: Path) -> None:
    assert rows(tmp_path, "a;b,c\n1;2,3\n", separator=",") == [("1;2", "3", 2)]


def test_quoted_texts_may_hold_lines_separators_and_quotes(tmp_path: Path) -> None:
    text = 'a,b\n1,"one\ntwo, ""three"""\n2,x\n'
    assert rows(tmp_path, text) == [("1", 'one\ntwo, "three"', 2), ("2", "x", 4)]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way_and_the_last_not_at_all(tmp_path: Path, ending: str) -> None:
    assert rows(tmp_path, f"a,b{ending}1,2{ending}3,4") == [("1", "2", 2), ("3", "4", 3)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_are_read_declared_or_marked(tmp_path: Path, encoding: str) -> None:
    declared = {"cp1252": "cp1252"}.get(encoding)
    assert rows(tmp_path, "nom,b\nÉté,€\n".encode(encoding), encoding=declared) == [("Été", "€", 2)]


def test_utf_16_without_its_mark_is_proposed(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="declare `encoding: utf-16`"):
        read(tmp_path, "a,b\n1,2\n".encode("utf-16-le"))


def test_gzip_is_recognised_by_its_bytes(tmp_path: Path) -> None:
    assert rows(tmp_path, gzip.compress(b"a,b\n1,2\n")) == [("1", "2", 2)]


def test_lines_before_the_header_are_skipped_and_counted(tmp_path: Path) -> None:
    assert rows(tmp_path, "Export du jour\n\na,b\n1,2\n", skip=1) == [("1", "2", 4)]


def test_names_stand_in_for_a_header(tmp_path: Path) -> None:
    frame, _ = read(tmp_path, "1,2\n", header=False, names=("x", "y"))
    assert frame.to_dicts() == [{"x": "1", "y": "2", LINE: 1}]
    with pytest.raises(SourceError, match="2 columns in the first record, 1 names"):
        read(tmp_path, "1,2\n", header=False, names=("x",))


def test_names_that_are_empty_or_come_twice_are_told_apart(tmp_path: Path) -> None:
    frame, _ = read(tmp_path, ",a, a ,_line\n1,2,3,4\n")
    assert frame.columns == ["column_1", "a", "a_2", "_line_2", LINE]


def test_values_that_mean_nothing_are_empty(tmp_path: Path) -> None:
    assert rows(tmp_path, "a,b\nNA,-\n", empty=("NA", "-")) == [(None, None, 2)]


def test_ragged_records_are_told_with_line_and_counts_and_cost_nobody_else(tmp_path: Path) -> None:
    frame, problems = read(tmp_path, 'a,b\n1,2\n3\n"x\ny",5\n6,7,8\n\n9,10\n')
    assert frame.rows() == [("1", "2", 2), ("x\ny", "5", 4), ("9", "10", 8)]
    assert [(p.line, p.reason, p.detail, p.raw) for p in problems] == [
        (3, "columns_too_few", {"expected": 2, "found": 1}, "3"),
        (6, "columns_too_many", {"expected": 2, "found": 3}, "6,7,8"),
    ]


def test_a_quote_that_is_never_closed_costs_its_line(tmp_path: Path) -> None:
    frame, problems = read(tmp_path, 'a,b\n1,2\n3,"x\n4,5\n6,7\n')
    assert frame.rows() == [("1", "2", 2), ("4", "5", 4), ("6", "7", 5)]
    assert [(p.line, p.reason) for p in problems] == [(3, "quote_open")]


def test_a_quote_inside_a_text_is_a_character_of_it(tmp_path: Path) -> None:
    assert rows(tmp_path, 'a,b\n1,5"\n2,x\n') == [("1", '5"', 2), ("2", "x", 3)]


def test_lines_swallowed_between_two_stray_quotes_are_given_back(tmp_path: Path) -> None:
    frame, problems = read(tmp_path, 'a,b\n1,5"\n2,x\n3,"6\n4,y"z\n5,7\n')
    assert frame.rows() == [("1", '5"', 2), ("2", "x", 3), ("4", 'y"z', 5), ("5", "7", 6)]
    assert [(p.line, p.reason) for p in problems] == [(4, "quote_open")]


def test_stray_quotes_are_plain_characters_where_there_is_no_quoting(tmp_path: Path) -> None:
    assert rows(tmp_path, 'a,b\n1,5"\n', quote=None) == [("1", '5"', 2)]


def test_a_line_of_any_length_is_left_without_being_held(tmp_path: Path) -> None:
    data = b"a,b\n1,2\n3," + b"x" * 20_000_000 + b"\n4,5\n"
    frame, problems = read(tmp_path, data, max_record_bytes=10_000)
    assert frame.rows() == [("1", "2", 2), ("4", "5", 4)]
    assert [(p.line, p.reason, p.detail) for p in problems] == [
        (3, "record_too_long", {"limit": 10_000, "bytes": 20_000_002})
    ]
    assert len(problems[0].raw) == 2_000


def test_a_first_line_without_end_is_no_delimited_text(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="the first line has no end within 1000 bytes"):
        read(tmp_path, b"x" * 10_000, max_record_bytes=1_000)


@pytest.mark.parametrize("data", [b"", b"\n\n"])
def test_a_file_of_nothing_is_an_error(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(SourceError) as raised:
        read(tmp_path, data)
    assert raised.value.code == "empty"


def test_a_header_alone_is_one_piece_without_records(tmp_path: Path) -> None:
    frame, problems = read(tmp_path, "a,b\n")
    assert (frame.columns, frame.height, problems) == (["a", "b", LINE], 0, [])


CELLS = st.text(st.sampled_from('ab,;"\n é€\t'), max_size=6)


@settings(max_examples=50, deadline=None)
@given(table=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8))
def test_what_the_standard_library_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]]
) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([["x", "y", "z"], *table])
    frame, problems = read(tmp_path_factory.mktemp("csv"), text.getvalue(), separator=",")
    assert problems == []
    read_back = [[value or "" for value in line] for line in frame.drop(LINE).rows()]
    assert read_back == table
    assert frame[LINE].is_sorted()


@settings(max_examples=50, deadline=None)
@given(data=st.binary(max_size=300))
def test_any_bytes_after_a_header_are_records_problems_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    body = b"a,b\n" + b"1,2\n" * 40 + data
    with suppress(SourceError):
        frame, problems = read(tmp_path_factory.mktemp("csv"), body)
        assert frame.height + len(problems) >= 39
