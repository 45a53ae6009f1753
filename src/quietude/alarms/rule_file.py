"""Rules as files of a town, `rules/*.yml`: read whole, with the place of every fault."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from quietude.alarms.compiled import Compiled, Ground, ScopeError
from quietude.alarms.rule import Rule
from quietude.sources.api import Fault, ManifestError, faults_of, plain, read_yaml

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


def load_rule(path: Path) -> Rule:
    """Return the rule of a file.

    Raises:
        ManifestError: it cannot be used; each fault names its line, the value and a remedy.
    """
    if _NAME.fullmatch(path.stem) is None:
        raise ManifestError(path, [Fault(1, 1, f"{path.stem!r} is no name of a rule; a-z, 0-9 and _ only")])
    document, marks = read_yaml(path)
    try:
        rule = Rule.model_validate(plain(document))
    except ValidationError as error:
        raise ManifestError(path, faults_of(error, Rule, marks)) from error
    return rule.bind(name=path.stem, path=path)


def load_rules(folder: Path, ground: Ground, today: date) -> tuple[Compiled, ...]:
    """Return a town's rules made ready, in the order of their names.

    Raises:
        ManifestError: one cannot be used.
    """
    return tuple(_compiled(load_rule(path), ground, today) for path in sorted((folder / "rules").glob("*.yml")))


def _compiled(rule: Rule, ground: Ground, today: date) -> Compiled:
    try:
        return Compiled.of(rule, ground, today)
    except ScopeError as error:
        lines = rule.path.read_text(encoding="utf-8").splitlines()
        place = next((n for n, line in enumerate(lines, 1) if error.scope and error.scope in line), 1)
        column = lines[place - 1].find(error.scope) + 1 if error.scope else 1
        raise ManifestError(rule.path, [Fault(place, max(1, column), str(error))]) from error
