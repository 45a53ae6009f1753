"""Rules as files of a town, `rules/*.yml`: read whole, with the place of every fault."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from quietude.alarms.compiled import Compiled, Ground, ScopeError
from quietude.alarms.rule import Rule
from quietude.sources.api import Fault, ManifestError, faults_of, plain, text_of, yaml_of

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
RULES_KEPT = 4_000  # reading one takes 5 ms: when one file of hundreds changes the others are not read again


def load_rule(path: Path) -> Rule:
    """Return the rule of a file.

    Raises:
        ManifestError: it cannot be used; each fault names its line, the value and a remedy.
    """
    return read_rule(path, text_of(path))


@lru_cache(maxsize=RULES_KEPT)
def read_rule(path: Path, text: str) -> Rule:
    """Return the rule that a text states, as the file of that path would; nothing is read from disk.

    Raises:
        ManifestError: it cannot be used; each fault names its line, the value and a remedy.
    """
    if _NAME.fullmatch(path.stem) is None:
        raise ManifestError(path, [Fault(1, 1, f"{path.stem!r} is no name of a rule; a-z, 0-9 and _ only")])
    document, marks = yaml_of(text, path)
    try:
        rule = Rule.model_validate(plain(document))
    except ValidationError as error:
        raise ManifestError(path, faults_of(error, Rule, marks)) from error
    return rule.bind(name=path.stem, path=path)


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """The rules of a town, and why some of them cannot be used."""

    rules: tuple[Compiled, ...]
    faults: Mapping[str, ManifestError]
    """By name of the rule."""


def read_rules(folder: Path, ground: Ground, today: date, over: Mapping[str, str | None] | None = None) -> RuleFiles:
    """Return a town's rules made ready, in the order of their names, and the faults of those that cannot be used.

    `over` has the texts that stand over files, or beside them, by name; None where the rule is withdrawn.
    """
    rules, faults, texts = [], {}, dict(over or {})
    at = folder / "rules"
    names = {path.stem for path in at.glob("*.yml")} | texts.keys()
    for name in sorted(names):
        path = at / f"{name}.yml"
        try:
            if name not in texts:
                rules.append(compile_rule(path, text_of(path), ground, today))
            elif (text := texts[name]) is not None:
                rules.append(compile_rule(path, text, ground, today))
        except ManifestError as error:
            faults[name] = error
    return RuleFiles(tuple(rules), faults)


def load_rules(
    folder: Path, ground: Ground, today: date, over: Mapping[str, str | None] | None = None
) -> tuple[Compiled, ...]:
    """Return a town's rules made ready, in the order of their names.

    `over` has the texts that stand over files, or beside them, by name; None where the rule is withdrawn.

    Raises:
        ManifestError: one cannot be used.
    """
    found = read_rules(folder, ground, today, over)
    for fault in found.faults.values():
        raise fault
    return found.rules


def rule_texts(folder: Path) -> dict[str, str | None]:
    """Return the texts of a town's files of rules, by name.

    Raises:
        ManifestError: one is no text.
    """
    return {path.stem: text_of(path) for path in sorted((folder / "rules").glob("*.yml"))}


def compile_rule(path: Path, text: str, ground: Ground, today: date) -> Compiled:
    """Return the rule of a text made ready for a town.

    Raises:
        ManifestError: it cannot be used; each fault names its line, the value and a remedy.
    """
    return compiled_rule(read_rule(path, text), ground, today, text)


def compiled_rule(rule: Rule, ground: Ground, today: date, text: str = "") -> Compiled:
    """Return a rule made ready.

    Raises:
        ManifestError: it names what the town has not, with the place in the rule's text.
    """
    try:
        return Compiled.of(rule, ground, today)
    except ScopeError as error:
        lines = text.splitlines()
        place = next((n for n, line in enumerate(lines, 1) if error.scope and error.scope in line), 1)
        column = lines[place - 1].find(error.scope) + 1 if error.scope and lines else 1
        raise ManifestError(rule.path, [Fault(place, max(1, column), str(error))]) from error
