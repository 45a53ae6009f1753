"""The rulebook: every rule by theme, read from its YAML files; faults name file, line and remedy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import Field, ValidationError

from quietude.model.fold import fold
from quietude.rulebook.rule import Part, Rule, Status
from quietude.sources.api import Fault, Label, ManifestError, Marks, faults_of, plain, read_yaml, suggest

_ID = re.compile(r"([A-Z])(\d+)([a-z]?)")
_KINDS = "XRD"
"""Order of the rules' letters: what is excluded first, then the law's, then our own."""


class RulebookError(ValueError):
    """The rulebook cannot be used; one line a fault, with file, line, column and remedy."""


class ThemeFile(Part):
    """One file of the rulebook."""

    title: Label = Field(description="Name of the theme, in both languages.")
    order: int = Field(ge=1, description="Place of the theme among the others.")
    rules: tuple[Rule, ...] = Field(min_length=1, description="The rules of the theme.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """The rules about one subject: one file."""

    code: str
    """The file's name without its ending."""
    title: Label
    rules: tuple[Rule, ...]
    path: Path
    marks: Marks = field(repr=False)


def place_of(rule_id: str) -> tuple[int, int, str]:
    """Return what sorts rules as people count them: R2 before R10."""
    found = _ID.fullmatch(rule_id)
    if found is None:
        raise ValueError(f"{rule_id!r} is no rule's id; R13 is one")
    return _KINDS.index(found[1]), int(found[2]), found[3]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All themes in their order. Every id is there once, and every related rule exists."""

    themes: tuple[Theme, ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Return every rule, by id."""
        return tuple(
            sorted((rule for theme in self.themes for rule in theme.rules), key=lambda rule: place_of(rule.id))
        )

    def rule(self, rule_id: str) -> Rule | None:
        """Return the rule of that id, or None."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    def theme_of(self, rule_id: str) -> Theme:
        """Return the theme of a rule.

        Raises:
            KeyError: there is no such rule.
        """
        for theme in self.themes:
            if any(rule.id == rule_id for rule in theme.rules):
                return theme
        raise KeyError(rule_id)

    def in_force(self, day: date) -> tuple[Rule, ...]:
        """Return the rules that hold on `day`; those without a stated first day are among them."""
        return tuple(rule for rule in self.rules if rule.holds_on(day))

    def proven_by(self) -> Mapping[str, tuple[str, ...]]:
        """Return test to the ids of the rules that name it."""
        found: dict[str, tuple[str, ...]] = {}
        for rule in self.rules:
            for test in rule.tests:
                found[test] = (*found.get(test, ()), rule.id)
        return found


def counts(rules: Iterable[Rule]) -> dict[Status, int]:
    """Return how many rules have each status, every status there."""
    found = Counter(rule.status for rule in rules)
    return {status: found[status] for status in Status}


def matching(rules: Iterable[Rule], words: str) -> tuple[Rule, ...]:
    """Return the rules that hold every word of `words`, whatever case and accents, in either language or a source."""
    wanted = fold(words).split()
    return tuple(rule for rule in rules if all(word in _said(rule) for word in wanted))


def _said(rule: Rule) -> str:
    texts = [rule.id, rule.title.fr, rule.title.en, rule.text.fr, rule.text.en, *rule.tests]
    texts += [f"{source.name} {source.article or ''}" for source in rule.sources]
    texts += [place.name for place in rule.enforced]
    texts += [f"{part.what.fr} {part.what.en}" for part in rule.later]
    return fold(" ".join(texts))


def rulebook_folder() -> Path:
    """Return where the rulebook is: in the package when it is installed, at the root of a checkout else."""
    packaged = Path(__file__).parent / "rules"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "rulebook"


@cache
def load_rulebook() -> Rulebook:
    """Return the rulebook that the software was delivered with, read once per process.

    Raises:
        RulebookError: a file of it is faulty.
    """
    return read_rulebook(rulebook_folder())


def read_rulebook(folder: Path) -> Rulebook:
    """Return the rulebook of a folder.

    Raises:
        RulebookError: with every fault of every file.
    """
    faults: list[str] = []
    read: list[tuple[int, Theme]] = []
    for path in sorted(folder.glob("*.yml")):
        try:
            read.append(_read_theme(path))
        except ManifestError as error:
            faults.append(str(error))
    if not read and not faults:
        faults.append(f"{folder}: holds no *.yml; the rulebook is delivered with the software, install it again")
    themes = tuple(theme for _order, theme in sorted(read, key=lambda pair: (pair[0], pair[1].code)))
    faults.extend(_conflicts(themes, is_whole=not faults))
    if faults:
        raise RulebookError("\n".join(faults))
    return Rulebook(themes)


def _read_theme(path: Path) -> tuple[int, Theme]:
    document, marks = read_yaml(path)
    try:
        file = ThemeFile.model_validate(plain(document))
    except ValidationError as error:
        raise ManifestError(path, faults_of(error, ThemeFile, marks)) from error
    return file.order, Theme(code=path.stem, title=file.title, rules=file.rules, path=path, marks=marks)


def _conflicts(themes: Iterable[Theme], *, is_whole: bool) -> Iterator[str]:
    """Yield what is wrong between rules: an id twice, a related rule that is none (where every file could be read)."""
    first: dict[str, str] = {}
    for theme in themes:
        for number, rule in enumerate(theme.rules):
            line, column = theme.marks.find(("rules", number, "id"))
            here = f"{theme.path}:{line}:{column}"
            if rule.id in first:
                yield f"{here}: {rule.id} is already at {first[rule.id]}; give each rule an id of its own"
            first.setdefault(rule.id, here)
    for theme in themes if is_whole else ():
        for number, rule in enumerate(theme.rules):
            for place, other in enumerate(rule.related):
                if other not in first:
                    line, column = theme.marks.find(("rules", number, "related", place))
                    said = f"related: there is no rule {other!r}{suggest(other, list(first))}"
                    yield str(ManifestError(theme.path, [Fault(line, column, said)]))
