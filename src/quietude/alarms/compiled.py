"""Rules made ready for a town: their scopes read as questions, their groups as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import h3
import polars as pl

from quietude.alarms.conditions import scopes
from quietude.alarms.rule import FINEST_H3, Rule
from quietude.model.event import zone_column
from quietude.model.filter.expression import to_polars
from quietude.model.filter.question import Filter
from quietude.model.filter.text import FilterError, parse
from quietude.model.territory import Territory
from quietude.model.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Ground:
    """What of a town rules are read with."""

    territory: Territory
    vocabulary: Vocabulary
    timezone: str
    sources: Sequence[str] = ()


class ScopeError(ValueError):
    """A scope of a rule cannot be read, or names what the town has not."""

    def __init__(self, rule: Rule, scope: str, said: str) -> None:
        self.scope = scope
        super().__init__(f"{scope!r}: {said}")
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule with its questions."""

    rule: Rule
    whole: Filter
    leaves: tuple[Filter, ...]
    """By scope of the condition; each on top of `whole`."""

    @classmethod
    def of(cls, rule: Rule, ground: Ground, today: date) -> Compiled:
        """Return a rule made ready.

        Raises:
            ScopeError: a scope cannot be read, its period would pass, or the level of `by` is not the town's.
        """
        level = rule.by.partition(":")[2] if rule.by.startswith("zone:") else None
        if level is not None and level not in ground.territory.level_names:
            known = ", ".join(ground.territory.level_names)
            raise ScopeError(rule, rule.by, f"the town has no level {level!r}; it has {known}")
        return cls(
            rule,
            _read(rule, rule.scope, ground, today),
            tuple(_read(rule, scope, ground, today) for scope in scopes(rule.when)),
        )

    def masks(self, columns: Sequence[str]) -> list[pl.Expr]:
        """Return for each scope which rows of a frame with these columns of facts it holds."""
        whole = to_polars(self.whole, columns)
        return [whole & to_polars(leaf, columns) if leaf != Filter() else whole for leaf in self.leaves]

    @property
    def group_column(self) -> str | None:
        """Return the column that names each fact's group, null where it belongs to none; None for the whole town."""
        kind, _, which = self.rule.by.partition(":")
        if kind == "zone":
            return zone_column(which)
        if kind == "h3":
            return _cell_column(int(which))
        return "source" if kind == "source" else None


def _cell_column(resolution: int) -> str:
    return "h3" if resolution == FINEST_H3 else f"h3_{resolution}"


def with_cells(facts: pl.DataFrame, rules: Sequence[Compiled]) -> pl.DataFrame:
    """Return facts with the cells that rules group them by, one column a resolution."""
    asked = {int(each.rule.by[3:]) for each in rules if each.rule.by.startswith("h3:")} - {FINEST_H3}
    if not asked:
        return facts
    cells = facts["h3"].drop_nulls().unique().to_list()
    parents = {
        _cell_column(resolution): pl.col("h3").replace_strict(
            cells, [h3.cell_to_parent(cell, resolution) for cell in cells], default=None, return_dtype=pl.String
        )
        for resolution in sorted(asked)
    }
    return facts.with_columns(**parents)


def _read(rule: Rule, scope: str, ground: Ground, today: date) -> Filter:
    try:
        question = parse(
            scope,
            territory=ground.territory,
            vocabulary=ground.vocabulary,
            today=today,
            timezone=ground.timezone,
            sources=ground.sources,
        )
    except FilterError as error:
        raise ScopeError(rule, scope, str(error)) from error
    if question.since is not None or question.until is not None or question.ids:
        raise ScopeError(rule, scope, "a rule looks at facts as they come: drop the period and the numbers of facts")
    return question
