"""A reader's rights as part of the question: which facts exist for them, and which columns of each they can read."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from enum import StrEnum
from functools import reduce

import ibis
import ibis.expr.types as ir

from quietude.model.event import Event, Regime, Sensitivity
from quietude.model.filter.compile import to_ibis
from quietude.model.filter.predicate import matches
from quietude.model.filter.question import Filter
from quietude.model.opened import opened
from quietude.model.viewer import Grant, Viewer

DERIVED = {"month": "day"}
"""Columns that a store adds, by the column of the fact that they are made from: they are masked together."""


def policy(viewer: Viewer, table: ir.Table, *, timezone: str) -> ir.BooleanValue:
    """Return the condition that a fact exists for the viewer: one of the grants admits it. No grant: never."""
    return _admitted(viewer.grants, table, timezone)


def _admitted(grants: tuple[Grant, ...], table: ir.Table, timezone: str) -> ir.BooleanValue:
    """Return the condition that one of the grants opens a fact: its rows, at or below its ceiling, in its regimes."""
    shares = opened(grants)
    common = shares[0].regimes if len({share.regimes for share in shares}) == 1 else None  # said once, not in each
    conditions = []
    for share in shares:
        of_share = [_is_one_of(table["sensitivity"], share.sensitivities, Sensitivity)]
        if common is None:
            of_share.append(_is_one_of(table["regime"], share.regimes, Regime))
        if not share.is_open:
            of_share.append(_any([to_ibis(rows, table, timezone=timezone) for rows in share.filters]))
        conditions.append(_all(of_share))
    together = _any(conditions)
    return together if common is None else _all([_is_one_of(table["regime"], common, Regime), together])


def _is_one_of(column: ir.Value, values: Sequence[StrEnum], every: type[StrEnum]) -> ir.BooleanValue | None:
    """Return the condition that a column, never null in a fact, has one of these values; None where all are."""
    return None if set(values) == set(every) else column.notnull() & column.isin([value.value for value in values])


def withheld(viewer: Viewer, event: Event) -> frozenset[str] | None:
    """Return which columns of one fact the viewer may not read, None where they may not read the fact."""
    admitting = [
        grant.masked
        for grant in viewer.grants
        if event.regime in grant.regimes and event.sensitivity in grant.sensitivities and matches(grant.rows, event)
    ]
    return frozenset[str].intersection(*admitting) if admitting else None


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
    unmasking = tuple(grant for grant in viewer.grants if not grant.masked & {name, DERIVED.get(name)})
    if not unmasking:
        return nothing
    return ibis.ifelse(_admitted(unmasking, table, timezone), column, nothing)


def _any(conditions: list[ir.BooleanValue]) -> ir.BooleanValue:
    return reduce(operator.or_, conditions) if conditions else ibis.literal(False)


def _all(conditions: list[ir.BooleanValue | None]) -> ir.BooleanValue:
    stated = [condition for condition in conditions if condition is not None]
    return reduce(operator.and_, stated) if stated else ibis.literal(True)
