"""Nothing in the data is a score, a list or a profile of persons, a handle of an author, or sound."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import polars as pl
import pyarrow as pa
import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from tests.absence.denied import AUDIO, HANDLES, JUDGEMENTS, PERSONS, holds, judges_a_person
from tests.test_architecture import each, named, parsed, python_files

from quietude.model.event import EVENT_FIELDS, event_schema
from quietude.model.observation import OBSERVATION_SCHEMA
from quietude.sources import read_spec

ROOT = Path(__file__).resolve().parents[2]
MANIFESTS = sorted((ROOT / "towns").glob("*/sources/*.yml"))


@dataclass(frozen=True)
class Column:
    """A place where something could be kept."""

    owner: str
    name: str
    where: str

    def __str__(self) -> str:
        return f"{self.where}: {self.owner}.{self.name}"


def in_django() -> Iterator[Column]:
    """Yield every field of every model of ours."""
    for model in apps.get_models():
        if model.__module__.startswith("quietude."):
            for field in model._meta.get_fields():
                yield Column(model.__name__, field.name, "model")


def in_the_store() -> Iterator[Column]:
    """Yield every column of facts and of observations."""
    yield from (Column("event", name, "store") for name in event_schema(("zone",)).names)
    yield from (Column("observation", name, "store") for name in OBSERVATION_SCHEMA.names)


def in_classes(tree: ast.AST, where: str) -> Iterator[Column]:
    """Yield every annotated or assigned attribute of every class."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                targets: list[ast.expr] = []
                if isinstance(part, ast.AnnAssign):
                    targets = [part.target]
                elif isinstance(part, ast.Assign):
                    targets = part.targets
                yield from (
                    Column(node.name, target.id, f"{where}:{part.lineno}")
                    for target in targets
                    if isinstance(target, ast.Name)
                )


def in_sql(tree: ast.AST, where: str) -> Iterator[Column]:
    """Yield every column that a CREATE TABLE in a text of the code lays."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for table, columns in re.findall(
                r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)\s*\((.*?)\n?\)[;\n]", node.value, re.DOTALL
            ):
                for column in re.findall(r"^\s*(\w+) (?:TEXT|INTEGER|REAL|BLOB|NUMERIC)", columns, re.MULTILINE):
                    yield Column(table, column, f"{where}:{node.lineno}")


def in_a_manifest(path: Path) -> Iterator[Column]:
    """Yield every field that a manifest fills and every column that it keeps; dropped ones are not kept."""
    content = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    yield from kept(content.get("map") or {}, path)


def kept(content: dict[str, Any], path: Path) -> Iterator[Column]:
    """Yield the names under `map`, but for those under `drop`."""
    for key, value in content.items():
        if key == "drop":
            continue
        yield Column(path.stem, str(key), f"manifest {path.name}")
        names = value if isinstance(value, list) else [value]
        yield from (Column(path.stem, name, f"manifest {path.name}") for name in names if isinstance(name, str))
        if isinstance(value, dict):
            yield from kept(value, path)


CODE = python_files("src")
STATED = [*in_django(), *in_the_store()]


def test_everything_is_looked_at() -> None:
    assert len(list(in_django())) > 10
    assert len(list(in_the_store())) > len(EVENT_FIELDS)
    assert sum(1 for path in CODE for _ in in_classes(parsed(path), "")) > 300
    assert sum(1 for path in CODE for _ in in_sql(parsed(path), "")) > 20
    assert sum(1 for path in MANIFESTS for _ in in_a_manifest(path)) > 50


def test_no_model_and_no_column_judges_a_person() -> None:
    assert [str(column) for column in STATED if judges_a_person(column.owner, column.name)] == []


@each(CODE)
def test_no_class_and_no_table_judges_a_person(path: Path) -> None:
    columns = [*in_classes(parsed(path), named(path)), *in_sql(parsed(path), named(path))]
    assert [str(column) for column in columns if judges_a_person(column.owner, column.name)] == []


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_no_manifest_keeps_a_judgement_of_a_person_or_an_authors_handle(path: Path) -> None:
    columns = list(in_a_manifest(path))
    assert [str(column) for column in columns if judges_a_person("", column.name)] == []
    assert [str(column) for column in columns if holds(column.name, HANDLES)] == []
    assert [str(column) for column in columns if holds(column.name, AUDIO)] == []


def test_facts_and_observations_have_no_author_and_no_sound() -> None:
    columns = list(in_the_store())
    assert [str(column) for column in columns if holds(column.name, HANDLES | AUDIO)] == []


def test_the_store_has_no_column_for_bytes() -> None:
    for schema in (event_schema(("zone",)), OBSERVATION_SCHEMA):
        binary = [
            field.name for field in schema if pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type)
        ]
        nested = [
            field.name
            for field in schema
            if pa.types.is_list(field.type) and not pa.types.is_string(field.type.value_type)
        ]
        assert binary == nested == []
    assert OBSERVATION_SCHEMA.field("value").type == pa.float64()


@given(st.binary(min_size=1, max_size=200))
def test_sound_is_refused_as_a_value(samples: bytes) -> None:
    """A payload where a number is expected is neither read nor kept, in whatever wrapping it comes."""
    with pytest.raises((pa.ArrowInvalid, pa.ArrowTypeError)):
        pa.array([b"RIFF" + samples], pa.float64())
    as_text = pl.Series(["UklGR" + samples.hex()])
    assert as_text.cast(pl.Float64, strict=False).null_count() == 1


def test_no_reader_reads_sound_or_moving_pictures() -> None:
    formats = set(get_args(read_spec.Format))
    assert formats
    assert [
        name for name in formats if holds(name, AUDIO) or name in {"mp4", "mkv", "avi", "webm", "jpg", "jpeg", "png"}
    ] == []


PLANTED = [
    ("Person", "score"),
    ("Personne", "dangerosité"),
    ("Event", "suspect_score"),
    ("event", "risque_auteur"),
    ("Resident", "riskLevel"),
    ("Household", "threat_rating"),
    ("Anything", "watchlist"),
    ("Watchlist", "name"),
    ("entry", "fiche_s"),
    ("entry", "plate_number"),
    ("Tenant", "profil"),
    ("Sighting", "face_embedding"),
]


@pytest.mark.parametrize(("owner", "name"), PLANTED)
def test_a_planted_judgement_of_a_person_is_found(owner: str, name: str) -> None:
    assert judges_a_person(owner, name)


@pytest.mark.parametrize(
    ("owner", "name"), [("Event", "located_score"), ("Zone", "risk"), ("Alarm", "level"), ("Person", "name")]
)
def test_a_judgement_of_a_place_is_none_of_a_person(owner: str, name: str) -> None:
    assert not judges_a_person(owner, name)


@given(st.sampled_from(sorted(PERSONS)), st.sampled_from(sorted(JUDGEMENTS)), st.booleans())
def test_any_pairing_is_found(person: str, judgement: str, is_camel: bool) -> None:
    name = f"{person}{judgement.title()}" if is_camel else f"{judgement}_of_{person}"
    assert judges_a_person("anything", name)


def test_planted_classes_tables_and_manifests_are_found(tmp_path: Path) -> None:
    code = (
        'class Suspect:\n    rank: int = 0\n\nSQL = """CREATE TABLE persons (\n    name TEXT,\n    score REAL\n);\n"""'
    )
    tree = ast.parse(code)
    columns = [*in_classes(tree, "planted"), *in_sql(tree, "planted")]
    assert [column.name for column in columns if judges_a_person(column.owner, column.name)] == ["rank", "score"]
    manifest = tmp_path / "planted.yml"
    manifest.write_text(
        "map:\n  title: sujet\n  attributes: [author_handle, recording]\n  drop: {pseudo: 'not needed'}\n"
    )
    names = [column.name for column in in_a_manifest(manifest)]
    assert [name for name in names if holds(name, HANDLES)] == ["author_handle"]
    assert [name for name in names if holds(name, AUDIO)] == ["recording"]
