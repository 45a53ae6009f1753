"""The rules as data: kinds, lists and patterns read from TOML, filled in once, handed to the browser as they are here.

TOML, since the front end's build reads it with Python alone. Patterns keep to what Python and JavaScript read alike.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from quietude.guard.fold import LINE_END, TABLE

FOLDER = Path(__file__).parent
FILES = ("places", "contact", "names", "sensitive", "caution")
"""The rule files, in the order in which their rules are tried: what an earlier one marked, a later one leaves."""
WINDOW = 60  # characters before and after, that conditions look at: about ten words

_LIST = re.compile(r"<([a-z_]+)([!^=~]?)>")
_NOT_COMMON = re.compile(r"\\[sSAZzpPDGBkuxX0-9]|(?<!\\)\(\?(?![:=!]|<[=!])|[*+?}]\+|[^\x00-\x7f°]")
"""What Python and JavaScript read differently, or only one of them."""


class RuleError(ValueError):
    """A rule file is wrong; the message names the file and the rule."""


class Level(StrEnum):
    """How much a finding matters."""

    FORBIDDEN = "forbidden"
    """RGPD 9: never in free text."""
    IDENTITY = "identity"
    """Belongs in a marked field."""
    CAUTION = "caution"
    """Lawful at times: think twice."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of finding, with its remedy in both languages."""

    code: str
    level: Level
    name: Mapping[str, str]
    remedy: Mapping[str, str]
    fields: Mapping[str, tuple[str, ...]]
    """Marked field to the regimes under which it may hold this kind; no other field may, under none."""

    def is_allowed(self, field: str, regime: str) -> bool:
        """Tell whether this kind may be written in this field under this regime."""
        return regime in self.fields.get(field, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One pattern; its first group, or all of it, is what is marked. Conditions read small letters."""

    kind: str
    """Code of a kind, or "" for what protects a place's name from the rules after it."""
    pattern: str
    cased: bool = False
    """Whether the pattern reads the text with its capitals."""
    anywhere: bool = False
    """Whether it also looks inside protected names and quoted insults."""
    not_before: str = ""
    """No finding after this; ends in `$`."""
    not_after: str = ""
    """No finding before this; begins with `^`."""
    needs_before: str = ""
    needs: str = ""
    """No finding unless this is somewhere in the text."""
    check: str = ""
    """Name of a checksum to hold: "iban" or "nir"."""


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All that the engines need."""

    kinds: Mapping[str, Kind]
    rules: tuple[Rule, ...]
    speech: str
    """Before quotation marks, this makes them the report of a person's words."""


FIELDS = ("party", "vehicle")


@cache
def rule_book() -> RuleBook:
    """Return the rules of the package.

    Raises:
        RuleError: a file is wrong.
    """
    words = _read("words.toml")["lists"]
    filled = _filled_in(words)
    rules: list[Rule] = []
    for name in FILES:
        content = _read(f"rules/{name}.toml")
        shapes = content.get("shapes", {})
        for number, given in enumerate(_both(content), start=1):
            where = f"rules/{name}.toml: rule {number} ({given.get('kind') or 'protect'})"
            rules.append(_rule(where, {key: _shaped(value, shapes) for key, value in given.items()}, filled))
    kinds = {code: _kind(code, given) for code, given in _read("kinds.toml").items()}
    unknown = {rule.kind for rule in rules} - {*kinds, ""}
    if unknown:
        raise RuleError(f"rules of kinds that kinds.toml does not have: {sorted(unknown)}")
    return RuleBook(kinds, tuple(rules), filled(r'\b(?:<speech>)[^"|]{0,40}$'))


@cache
def reasons() -> Mapping[str, Mapping[str, str]]:
    """Return why a writer may keep what was marked: code to its words by language."""
    return _read("reasons.toml")


def as_data() -> dict[str, Any]:
    """Return what the browser's engine is built with; JSON can hold it."""
    book = rule_book()
    kinds = {code: {**asdict(kind), "fields": dict(kind.fields)} for code, kind in book.kinds.items()}
    rules = [{name: value for name, value in asdict(rule).items() if value or name == "kind"} for rule in book.rules]
    signs = {"window": WINDOW, "table": TABLE, "lineEnd": LINE_END}
    return {"kinds": kinds, "rules": rules, "reasons": reasons(), "speech": book.speech, **signs}


def _read(name: str) -> dict[str, Any]:
    try:
        return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{name}: {error}") from error


def _both(content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the protections of a file, then its rules."""
    yield from ({"kind": "", **given} for given in content.get("protect", ()))
    yield from content.get("rule", ())


def _shaped(value: Any, shapes: Mapping[str, str]) -> Any:
    """Return a rule's pattern with the file's own shapes in the place of their names; anything else as it is."""
    if isinstance(value, str):
        for name, shape in shapes.items():
            value = value.replace(f"<{name}>", shape)
    return value


def _filled_in(lists: Mapping[str, list[str]]) -> Callable[[str], str]:
    """Return what puts lists in the place of <name>; a sign after the name says how their letters are written."""
    ways: dict[str, Callable[[list[str]], list[str]]] = {
        "": lambda entries: entries,
        "!": lambda entries: _letters(entries, lambda letter: f"[{letter}{letter.upper()}]"),
        "=": _titled,
        "^": lambda entries: [*_titled(entries), *_letters(entries, str.upper)],
        "~": lambda entries: [*entries, *_titled(entries), *_letters(entries, str.upper)],
    }

    def list_of(found: re.Match[str]) -> str:
        return f"(?:{'|'.join(ways[found[2]](lists[found[1]]))})" if found[1] in lists else found[0]

    return lambda text: _LIST.sub(list_of, text)


def _letters(entries: list[str], change: Callable[[str], str]) -> list[str]:
    """Return the patterns with each letter changed, but those of escapes such as \\w."""
    return [re.sub(r"(?<!\\)[a-z]", lambda letter: change(letter[0]), entry) for entry in entries]


def _titled(entries: list[str]) -> list[str]:
    return [entry[0].upper() + entry[1:] for entry in entries]


def _rule(where: str, given: Mapping[str, Any], fill: Callable[[str], str]) -> Rule:
    try:
        ready: dict[str, Any] = {name: fill(part) if isinstance(part, str) else part for name, part in given.items()}
        rule = Rule(**ready)
    except TypeError as error:
        raise RuleError(f"{where}: {error}") from error
    for part in (rule.pattern, rule.not_before, rule.not_after, rule.needs_before, rule.needs):
        wrong = _NOT_COMMON.search(part)
        if wrong is not None:
            raise RuleError(f"{where}: {wrong[0]!r} is not read alike by Python and JavaScript")
        try:
            re.compile(part, re.ASCII)
        except re.error as error:
            raise RuleError(f"{where}: {error}") from error
    if re.compile(rule.pattern, re.ASCII).match("") is not None:
        raise RuleError(f"{where}: matches nothing at all")
    return rule


def _kind(code: str, given: Mapping[str, Any]) -> Kind:
    fields = {field: tuple(given[field]) for field in FIELDS if field in given}
    return Kind(code, Level(given["level"]), given["name"], given["remedy"], fields)
