"""A reader's rights as part of the question: which facts exist for them, and which columns of each they can read."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from dataclasses import replace
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir

from quietude.model.event import SENSITIVITY_ORDER, Regime, Sensitivity
from quietude.model.filter.compile import to_ibis
from quietude.model.filter.question import Filter
from quietude.model.viewer import Grant, Viewer

DERIVED = {"month": "day"}
"""Columns that a store adds, by the column of the fact that they are made from: they are masked together."""


def policy(viewer: Viewer, table: ir.Table, *, timezone: str) -> ir.BooleanValue:
    """Return the condition that a fact exists for the viewer: one of the grants admits it. No grant: never."""
    return _any([admits(grant, table, timezone=timezone) for grant in joined(viewer.grants)])


def joined(grants: Iterable[Grant]) -> list[Grant]:
    """Return fewer grants that open the same facts, their masks set aside: engines answer a short question sooner.

    Grants with one ceiling and the same regimes that each choose along one dimension only become one choice of all
    their values; what a wider grant opens anyway is left out.
    """
    groups: dict[tuple[Sensitivity, frozenset[Regime]], list[Filter]] = {}
    for grant in grants:
        groups.setdefault((grant.ceiling, grant.regimes), []).append(grant.rows)
    made = [
        Grant(purpose="", rows=rows, ceiling=ceiling, regimes=regimes)
        for (ceiling, regimes), filters in groups.items()
        for rows in _unions(filters)
    ]
    return [grant for grant in made if not any(_covers(other, grant) for other in made if other is not grant)]


def _covers(wide: Grant, other: Grant) -> bool:
    """Tell whether a grant opens all that another one does, by being of the whole town."""
    is_higher = SENSITIVITY_ORDER.index(wide.ceiling) >= SENSITIVITY_ORDER.index(other.ceiling)
    return wide.rows == Filter() and is_higher and wide.regimes >= other.regimes


def _unions(filters: Iterable[Filter]) -> list[Filter]:
    """Return filters that let through together what the given ones do, choices along one dimension put together."""
    single: dict[str, tuple[Any, ...]] = {}
    others: list[Filter] = []
    for rows in dict.fromkeys(filters):
        if rows == Filter():
            return [rows]
        named = [name for name in CHOSEN if getattr(rows, name) != getattr(Filter(), name)]
        is_single = len(named) == 1 and rows == replace(Filter(), **{named[0]: getattr(rows, named[0])})
        if is_single and not getattr(rows, named[0]).none_of:
            single[named[0]] = (*single.get(named[0], ()), *getattr(rows, named[0]).any_of)
        else:
            others.append(rows)
    unions = [
        replace(Filter(), **{name: type(getattr(Filter(), name))(any_of=tuple(dict.fromkeys(values)))})
        for name, values in single.items()
    ]
    return [*unions, *others]


CHOSEN = ("sources", "categories", "zones")
"""Dimensions of a question that grants are given by."""


def admits(grant: Grant, table: ir.Table, *, timezone: str) -> ir.BooleanValue:
    """Return the condition that one grant opens a fact: its rows, at or below its ceiling, in its regimes."""
    condition = to_ibis(grant.rows, table, timezone=timezone)
    if grant.ceiling is not Sensitivity.CONFIDENTIAL:
        allowed = [sensitivity.value for sensitivity in grant.sensitivities]
        condition &= table["sensitivity"].notnull() & table["sensitivity"].isin(allowed)
    if grant.regimes != frozenset(Regime):
        regimes = sorted(regime.value for regime in grant.regimes)
        condition &= table["regime"].notnull() & table["regime"].isin(regimes)
    return condition


def masked_columns(viewer: Viewer) -> frozenset[str]:
    """Return the columns that may read as null on some fact of the viewer's; the others are readable on all of them."""
    masked = frozenset[str]().union(*(grant.masked for grant in viewer.grants))
    return masked | {derived for derived, origin in DERIVED.items() if origin in masked}


def readable(viewer: Viewer, table: ir.Table, *, timezone: str) -> dict[str, ir.Value]:
    """Return all columns of the table as the viewer reads them.

    A masked column is null on the facts where no grant that admits the fact unmasks it; it keeps its type.
    """
    masked = masked_columns(viewer)
    return {name: _masked(viewer, table, name, timezone) if name in masked else table[name] for name in table.columns}


def seen(viewer: Viewer, table: ir.Table, *, timezone: str) -> ir.Table:
    """Return the facts as the viewer sees them: only theirs, masked columns null where they can't be read.

    Whatever is asked of this table (conditions, order, groups) can tell nothing of what the viewer may not read.
    """
    admitted = table.filter(policy(viewer, table, timezone=timezone))
    masked = masked_columns(viewer) & set(table.columns)
    return (
        admitted.mutate(**{name: _masked(viewer, admitted, name, timezone) for name in masked}) if masked else admitted
    )


def visible(viewer: Viewer, question: Filter, table: ir.Table, *, timezone: str) -> ir.BooleanValue:
    """Return the condition, on the bare table, that a fact is the viewer's and what they can read of it matches."""
    condition = policy(viewer, table, timezone=timezone)
    return condition & to_ibis(question, readable(viewer, table, timezone=timezone), timezone=timezone)


def _masked(viewer: Viewer, table: ir.Table, name: str, timezone: str) -> ir.Value:
    column = table[name]
    nothing = ibis.null(column.type())
    unmasking = [grant for grant in viewer.grants if not grant.masked & {name, DERIVED.get(name)}]
    if not unmasking:
        return nothing
    return ibis.ifelse(_any([admits(grant, table, timezone=timezone) for grant in joined(unmasking)]), column, nothing)


def _any(conditions: list[ir.BooleanValue]) -> ir.BooleanValue:
    return reduce(operator.or_, conditions) if conditions else ibis.literal(False)
