"""What grants open together, in a normal form that engines answer sooner than one condition for each grant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from quietude.model.event import SENSITIVITY_ORDER, Regime, Sensitivity
from quietude.model.filter.question import ABSENT, Filter
from quietude.model.viewer import Grant, Viewer

CHOSEN = ("sources", "categories", "zones")
"""Dimensions of a question that grants are given by."""

_KEPT = 1024  # readers whose rights are kept in normal form: all agents of a town, each under some questions


@dataclass(frozen=True, slots=True)
class Share:
    """Facts of some sensitivities and regimes, open where one of the filters lets them through.

    Shares of one reader hold no fact in common: each sensitivity and regime is in at most one of them.
    """

    sensitivities: tuple[Sensitivity, ...]
    regimes: tuple[Regime, ...]
    filters: tuple[Filter, ...]

    @property
    def is_open(self) -> bool:
        """Tell whether all facts of these sensitivities and regimes are open."""
        return self.filters == (Filter(),)


@lru_cache(maxsize=_KEPT)
def opened(grants: tuple[Grant, ...]) -> tuple[Share, ...]:
    """Return what the grants open together, their masks set aside.

    Filters that each choose along one dimension only become one choice of all their values; what a wider grant opens
    anyway is left out.
    """
    by_filters: dict[tuple[Filter, ...], dict[Regime, tuple[Sensitivity, ...]]] = {}
    for regime in Regime:
        for sensitivity in SENSITIVITY_ORDER:
            admitting = [grant for grant in grants if regime in grant.regimes and sensitivity in grant.sensitivities]
            filters = tuple(_unions(grant.rows for grant in admitting))
            if filters:
                those = by_filters.setdefault(filters, {})
                those[regime] = (*those.get(regime, ()), sensitivity)
    return tuple(
        Share(sensitivities, tuple(regime for regime in those if those[regime] == sensitivities), filters)
        for filters, those in by_filters.items()
        for sensitivities in dict.fromkeys(those.values())
    )


def _unions(filters: Iterable[Filter]) -> list[Filter]:
    """Return filters that let through together what the given ones do, choices along one dimension put together."""
    single: dict[str, tuple[Any, ...]] = {}
    others: list[Filter] = []
    for rows in dict.fromkeys(filters):
        if rows == Filter():
            return [rows]
        named = [name for name in CHOSEN if not getattr(rows, name).is_open]
        is_single = len(named) == 1 and rows == replace(Filter(), **{named[0]: getattr(rows, named[0])})
        if is_single and not getattr(rows, named[0]).none_of:
            single[named[0]] = (*single.get(named[0], ()), *getattr(rows, named[0]).any_of)
        else:
            others.append(rows)
    unions = [
        replace(Filter(), **{name: type(getattr(Filter(), name))(any_of=values)}) for name, values in single.items()
    ]
    return [*unions, *others]


@lru_cache(maxsize=_KEPT)
def _concerned(grants: tuple[Grant, ...], question: Filter) -> Viewer:
    return Viewer(who="", grants=tuple(dict.fromkeys(grant for grant in grants if not _is_apart(grant, question))))


def concerned(viewer: Viewer, question: Filter) -> Viewer:
    """Return a reader who is answered alike to this question: without a name and without grants that say nothing of it.

    Readers with equal rights become one, so that what is kept for one of them (plans, tiles) serves the others.
    """
    return _concerned(viewer.grants, question)


def _is_apart(grant: Grant, question: Filter) -> bool:
    """Tell whether no fact of the grant can match.

    Holds where columns are masked too: a value that cannot be read matches no choice but "none" and no day.
    """
    rows = grant.rows
    return (
        _are_apart(grant.sensitivities, question.sensitivities.any_of)
        or _are_apart(grant.regimes, question.regimes.any_of)
        or _are_apart(rows.sources.any_of, question.sources.any_of)
        or _categories_apart(rows.categories.any_of, question.categories.any_of)
        or _zones_apart(rows.zones.any_of, question.zones.any_of)
        or _days_apart(rows, question)
    )


def _are_apart(open_: Iterable[str], asked: Sequence[str]) -> bool:
    values = {str(value) for value in open_}
    return bool(values) and bool(asked) and ABSENT not in asked and values.isdisjoint(asked)


def _categories_apart(open_: Sequence[str], asked: Sequence[str]) -> bool:
    if not open_ or not asked or ABSENT in asked:
        return False
    return not any(f"{one}.".startswith(f"{other}.") for a in open_ for b in asked for one, other in ((a, b), (b, a)))


def _zones_apart(open_: Sequence[tuple[str, str]], asked: Sequence[tuple[str, str]]) -> bool:
    levels = {level for level, _ in (*open_, *asked)}
    if not open_ or not asked or len(levels) > 1:  # zones of several levels may hold one another
        return False
    return not any(code == ABSENT for _, code in asked) and set(open_).isdisjoint(asked)


def _days_apart(rows: Filter, question: Filter) -> bool:
    def precedes(until: date | datetime | None, since: date | datetime | None) -> bool:
        is_plain = until is not None and since is not None and not isinstance(until, datetime)
        return is_plain and not isinstance(since, datetime) and until < since  # type: ignore[operator]  # both are days

    return precedes(rows.until, question.since) or precedes(question.until, rows.since)
