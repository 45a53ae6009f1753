from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from quietude.sources.api import LINE, ReadSpec, SourceError
from quietude.sources.readers.documents import read_json, read_json_lines

RECORDS: list[Any] = [
    {"id": 1, "place": {"lat": 43.2, "tags": ["a", 2]}, "on": True},
    "stray",
    {"id": "2", "on": None, "note": ""},
]


def spec(**options: Any) -> ReadSpec:
    return ReadSpec(format="json", path=("x",), **options)


def test_nested_names_are_joined_and_lists_kept_as_json(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"result": {"items": RECORDS}}))
    piece = next(read_json(path, spec(records="result.items")))
    assert piece.frame.columns == ["id", "place.lat", "place.tags", "on", "note", LINE]
    assert piece.frame.rows() == [("1", "43.2", '["a",2]', "true", None, 1), ("2", None, None, None, None, 3)]
    assert [(problem.line, problem.reason) for problem in piece.problems] == [(2, "not_a_record")]


def test_a_way_that_leads_nowhere_says_where_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"result": {"rows": []}}))
    with pytest.raises(SourceError, match=r"leads nowhere at 'items'; found \['rows'\]"):
        next(read_json(path, spec(records="result.items")))
    with pytest.raises(SourceError, match="expected a list of records, found dict"):
        next(read_json(path, spec()))


def test_what_is_no_json_names_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"a": 1},\n {"a": }]')
    with pytest.raises(SourceError, match=r"a.json:2:8: not JSON"):
        next(read_json(path, spec()))


def test_lines_of_json_are_read_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_text('{"a": 1}\n\n{"a": \n{"b": "é"}\n')
    piece = next(read_json_lines(path, ReadSpec(format="ndjson", path=("x",))))
    assert piece.frame.rows() == [("1", None, 1), (None, "é", 4)]
    assert [(problem.line, problem.reason) for problem in piece.problems] == [(3, "not_a_record")]
