"""Reads the vocabulary from its YAML files, one a family; errors name file, line, value and remedy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from quietude.model.event import Origin
from quietude.model.fold import fold
from quietude.model.vocabulary.compiled import load
from quietude.model.vocabulary.spec import DetailSpec, FamilySpec, NatureSpec
from quietude.model.vocabulary.term import SCHEMES, Family, Term
from quietude.model.vocabulary.vocabulary import Vocabulary

Path = tuple[str | int, ...]

PACKAGE = "quietude.model.vocabulary"
COMPILED = "compiled.jsonl"


class VocabularyError(ValueError):
    """A file of the vocabulary cannot be used; one line a fault: file, line, what is wrong and what was expected."""


@cache
def load_vocabulary() -> Vocabulary:
    """Return the packaged vocabulary, read once per process.

    Raises:
        VocabularyError: a file of the package is faulty.
    """
    texts = packaged_texts()
    compiled = files(PACKAGE) / COMPILED
    found = load(compiled.read_bytes(), texts) if compiled.is_file() else None
    return found if found is not None else read_vocabulary(texts)


def packaged_texts() -> dict[str, str]:
    """Return the packaged YAML texts by file name."""
    folder = files(PACKAGE) / "families"
    return {entry.name: entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".yml")}


def read_vocabulary(texts: Mapping[str, str]) -> Vocabulary:
    """Return the vocabulary that YAML texts, by file name, state.

    Raises:
        VocabularyError: with every fault of every file.
    """
    faults: list[str] = []
    specs: dict[str, FamilySpec] = {}
    for name, text in sorted(texts.items()):
        try:
            specs[name] = FamilySpec.model_validate(YAML(typ="safe").load(text))
        except MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
            faults.append(f"{name}:{line}: not YAML: {str(error.problem).splitlines()[0]}")
        except ValidationError as error:
            faults.extend(
                f"{name}:{line_of(text, problem['loc'])}: {_sentence(dict(problem))}" for problem in error.errors()
            )
    faults.extend(_conflicts(specs, texts))
    faults.extend(f"{name}: {fault}" for name, spec in specs.items() for fault in _repetitions(_terms(spec)))
    if faults:
        raise VocabularyError("\n".join(faults))
    ordered = sorted(specs.values(), key=lambda spec: spec.order)
    return Vocabulary(tuple(term for spec in ordered for term in _terms(spec)))


def line_of(text: str, path: Path) -> int:
    """Return the line (from 1) of the deepest key of `path` that the text spells out."""
    node: Any = YAML(typ="rt").load(text)
    line = 1
    for step in path:
        if not hasattr(node, "lc") or (isinstance(step, str) and step not in node):
            break
        line = (node.lc.item(step) if isinstance(step, int) else node.lc.key(step))[0] + 1
        node = node[step]
    return line


def _sentence(problem: Mapping[str, Any]) -> str:
    where = ".".join(str(step) for step in problem["loc"] if step != "[key]")
    if problem["type"] == "extra_forbidden":
        known = sorted({name for spec in (FamilySpec, NatureSpec) for name in spec.model_fields})
        nearest = get_close_matches(str(problem["loc"][-1]), known, n=1)
        return f"unknown key {where!r}" + (
            f"; did you mean {nearest[0]!r}?" if nearest else f"; known: {', '.join(known)}"
        )
    if problem["type"] == "missing":
        return f"{where}: missing"
    return f"{where}: {problem['msg']} (found {problem['input']!r})"


def _conflicts(specs: Mapping[str, FamilySpec], texts: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong between files: name and code, and orders and colours used twice."""
    seen: dict[tuple[str, Any], str] = {}
    for name, spec in specs.items():
        if name != f"{spec.code}.yml":
            line = line_of(texts[name], ("code",))
            yield f"{name}:{line}: code is {spec.code!r}; the file must be called {spec.code}.yml"
        for key in ("order", "colour"):
            value = getattr(spec, key)
            if value is None:
                continue
            if (key, value) in seen:
                yield f"{name}:{line_of(texts[name], (key,))}: {key} {value} is already taken by {seen[key, value]}"
            seen.setdefault((key, value), name)


def _repetitions(terms: Iterable[Term]) -> Iterator[str]:
    """Yield the synonyms that say again what the term is called already."""
    for term in terms:
        for language, synonyms in term.synonyms.items():
            seen = {fold(term.label(language))}
            for words in synonyms:
                if fold(words) in seen:
                    yield f"{term.code}: synonym {words!r} ({language}) repeats the label or another synonym; remove it"
                seen.add(fold(words))


def _terms(spec: FamilySpec) -> Iterable[Term]:
    family = Family(**_common(spec, code=spec.code, parent=None), icon=spec.icon, colour=spec.colour, order=spec.order)
    yield family
    for nature_code, nature_spec in spec.natures.items():
        nature = Term(**_common(nature_spec, code=f"{spec.code}.{nature_code}", parent=family))
        yield nature
        for detail_code, detail_spec in nature_spec.details.items():
            yield Term(**_common(detail_spec, code=f"{nature.code}.{detail_code}", parent=nature))


def _common(spec: DetailSpec, *, code: str, parent: Term | None) -> dict[str, Any]:
    inherited: tuple[int, Origin | None] = (parent.severity, parent.origin) if parent is not None else (1, None)
    mappings = {scheme: getattr(spec.mappings, scheme) for scheme in SCHEMES}
    return {
        "code": code,
        "level": code.count(".") + 1,
        "parent": parent.code if parent is not None else None,
        "labels": spec.label.model_dump(),
        "definitions": spec.definition.model_dump(),
        "synonyms": spec.synonyms.model_dump(),
        "severity": spec.severity if spec.severity is not None else inherited[0],
        "origin": spec.origin if spec.origin is not None else inherited[1],
        "mappings": {scheme: codes for scheme, codes in mappings.items() if codes},
    }
