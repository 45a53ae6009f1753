"""YAML files read with the place of every key, and errors that name file, line, column, value and remedy."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from rapidfuzz import fuzz, process
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from quietude.sources.marks import Location, Marks

_NAMED = re.compile(
    r"Value error, ([a-z_]+(?:\.[a-z_]+)*): "
)  # a check of several keys begins with the one it is about
LIKELY = 60  # of 100: "categry" to "category" is 93, "date" to "title" 44; what is less alike is not worth proposing


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a configuration file."""

    line: int
    column: int
    message: str


class ManifestError(ValueError):
    """A configuration file cannot be used; each fault names its place, the value, what was expected and a remedy."""

    def __init__(self, path: Path, faults: Sequence[Fault]) -> None:
        self.path = path
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.line, fault.column)))
        super().__init__("\n".join(f"{path}:{fault.line}:{fault.column}: {fault.message}" for fault in self.faults))


def read_yaml(path: Path) -> tuple[CommentedMap, Marks]:
    """Return a YAML file's top mapping and the place of its keys.

    Raises:
        ManifestError: the file is missing, is not YAML, or holds no mapping.
    """
    return yaml_of(text_of(path), path)


def text_of(path: Path) -> str:
    """Return the text of a file.

    Raises:
        ManifestError: the file is missing, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ManifestError(path, [Fault(1, 1, "the file does not exist")]) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ManifestError(
            path, [Fault(line, 1, f"byte 0x{error.object[error.start]:02X} is not UTF-8; save the file as UTF-8")]
        ) from error


def yaml_of(text: str, path: Path) -> tuple[CommentedMap, Marks]:
    """Return the top mapping of a YAML text and the place of its keys; `path` is what faults call it.

    Raises:
        ManifestError: it is not YAML, or holds no mapping.
    """
    try:
        document = YAML(typ="rt", plug_ins=[]).load(text)  # else it looks for them in folders, each time
    except ReaderError as error:
        raise ManifestError(path, [Fault(1, 1, f"not YAML: {error.reason}")]) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        raise ManifestError(path, [Fault(line, column, f"not YAML: {error.problem or error.context}")]) from error
    if not isinstance(document, CommentedMap):
        raise ManifestError(path, [Fault(1, 1, f"expected keys and values, found {type(document).__name__}")])
    return document, Marks.of(document)


def plain(node: Any) -> Any:
    """Return YAML nodes as plain dicts, lists and scalars, with text keys as they were written."""
    if isinstance(node, dict):
        return {key: plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(item) for item in node]
    for kind in (bool, int, float, str):
        if isinstance(node, kind) and not isinstance(node, bool):
            return kind(node)
    return node


def faults_of(error: ValidationError, model: type[BaseModel], marks: Marks) -> list[Fault]:
    """Return the faults of a failed validation, in words, with their place in the file."""
    faults = []
    for problem in error.errors():
        location: Location = tuple(problem["loc"])
        named = _NAMED.match(problem["msg"])
        line, column = marks.find((*location, *named[1].split(".")) if named is not None else location)
        faults.append(Fault(line, column, _sentence(dict(problem), location, model)))
    return faults


def suggest(word: str, known: Sequence[str]) -> str:
    """Return "; did you mean 'x'?" for the likeliest of `known`, or nothing when none is like `word`."""
    found = process.extractOne(word, known, scorer=fuzz.WRatio, processor=str.lower, score_cutoff=LIKELY)
    return f"; did you mean {found[0]!r}?" if found is not None else ""


def _sentence(problem: dict[str, Any], location: Location, model: type[BaseModel]) -> str:
    name = ".".join(str(step) for step in location)
    if problem["type"] == "extra_forbidden":
        known = keys_at(model, location[:-1])
        return (
            f"unknown key {location[-1]!r}{suggest(str(location[-1]), known)} known here: {', '.join(known)}".replace(
                "? known", "? Known", 1
            )
        )
    if problem["type"] == "missing":
        return f"{name}: missing; {_describe(model, location)}"
    said = problem["msg"].removeprefix("Value error, ")
    value = problem["input"]
    shown = f" (found {value!r})" if isinstance(value, str | int | float | bool) or value is None else ""
    return f"{name}: {said}{shown}" if name else f"{said}{shown}"


def _describe(model: type[BaseModel], location: Location) -> str:
    holder = model_at(model, location[:-1])
    field = holder.model_fields.get(str(location[-1])) if holder is not None else None
    return field.description or "add it" if field is not None else "add it"


def keys_at(model: type[BaseModel], location: Location) -> list[str]:
    """Return the keys that may stand at a place of the file."""
    holder = model_at(model, location)
    if holder is None:
        return []
    return [field.alias or name for name, field in holder.model_fields.items()]


def model_at(model: type[BaseModel], location: Location) -> type[BaseModel] | None:
    """Return the model that a place of the file is read by, or None when it holds no keys of ours."""
    current: type[BaseModel] | None = model
    for step in location:
        if isinstance(step, int):
            continue
        if current is None:
            return None
        field = current.model_fields.get(step) or next(
            (f for f in current.model_fields.values() if f.alias == step), None
        )
        current = _inner_model(field.annotation) if field is not None else None
    return current


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if isinstance(annotation, types.GenericAlias | types.UnionType) or typing.get_origin(annotation) is not None:
        for argument in typing.get_args(annotation):
            found = _inner_model(argument)
            if found is not None:
                return found
    return None
