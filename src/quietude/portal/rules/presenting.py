"""Rules as pages show them: in the reader's language, places with the addresses that the reader may open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise

from quietude.portal.accounts.models import User
from quietude.portal.rules.pages import address_for, patterns
from quietude.portal.rules.words import KINDS, MARKS, STATUSES
from quietude.rulebook.api import Place, Rule, Rulebook, Status, counts, matching


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """One place where a rule is enforced."""

    kind: Promise
    name: str
    """Of a page the form of its address, "/sources/<name>/"; of a module or file what it is called."""
    address: str | None
    """Where the reader may open it; None for modules, files and pages that are not theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofView:
    """One test: its name as a sentence (English, as the code), and what pytest calls it."""

    sentence: str
    node: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """One rule in one language."""

    rule: Rule
    title: str
    text: str
    status: tuple[Promise, str, str, Promise]
    mark: tuple[Promise, Promise]
    read_on: date
    places: tuple[PlaceView, ...]
    tests: tuple[ProofView, ...]
    later: tuple[tuple[int | None, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The rules of one theme that the question finds."""

    code: str
    title: str
    rules: tuple[RuleView, ...]


def sentence_of(test: str) -> str:
    """Return a test's name as a sentence: "what is past retention is refused with a count"."""
    return test.rpartition("::")[2].removeprefix("test_").replace("_", " ")


def _place(place: Place, user: User) -> PlaceView:
    kind = next(kind for kind in KINDS if getattr(place, kind) is not None)
    if place.page is None:
        return PlaceView(kind=KINDS[kind], name=place.name, address=None)
    return PlaceView(
        kind=KINDS[kind], name=patterns().get(place.page, place.page), address=address_for(place.page, user)
    )


def rule_view(rule: Rule, user: User, language: str) -> RuleView:
    """Return one rule as `user` reads it."""
    return RuleView(
        rule=rule,
        title=rule.title.say(language),
        text=rule.text.say(language),
        status=STATUSES[rule.status],
        mark=MARKS[rule.mark],
        read_on=date.fromisoformat(f"{rule.read_on}-01"),
        places=tuple(_place(place, user) for place in rule.enforced),
        tests=tuple(ProofView(sentence=sentence_of(test), node=test) for test in rule.tests),
        later=tuple((part.issue, part.what.say(language)) for part in rule.later),
    )


def found_rules(book: Rulebook, asked: dict[str, Any], *, with_status: bool = True) -> tuple[Rule, ...]:
    """Return the rules that meet the question, by id; `asked` holds q, theme, status, at or some of them."""
    rules = book.in_force(asked["at"]) if "at" in asked else book.rules
    if "theme" in asked:
        rules = tuple(rule for rule in rules if book.theme_of(rule.id).code == asked["theme"])
    if "q" in asked:
        rules = matching(rules, asked["q"])
    if with_status and "status" in asked:
        rules = tuple(rule for rule in rules if rule.status == asked["status"])
    return rules


def groups_of(book: Rulebook, rules: Iterable[Rule], user: User, language: str) -> tuple[Group, ...]:
    """Return the rules by theme, themes in their order; those without any are left out."""
    wanted = tuple(rules)
    return tuple(
        Group(code=theme.code, title=theme.title.say(language), rules=views)
        for theme in book.themes
        if (views := tuple(rule_view(rule, user, language) for rule in wanted if rule in theme.rules))
    )


def tallies(rules: Iterable[Rule]) -> tuple[tuple[Status, Promise, int], ...]:
    """Return each status with its word and how many of the rules have it."""
    return tuple((status, STATUSES[status][0], number) for status, number in counts(rules).items())
