"""How the central list goes through millions of entries: logbook by logbook along an index, never over all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import reduce
from heapq import merge
from operator import or_
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from quietude.portal.logbook.models import Entry, Numbering
from quietude.portal.logbook.reading import Reader, admitted
from quietude.portal.town import current_town

Key = tuple[datetime, int]
COUNT_MAX = 1000
"""A count beyond is told as "999+": nobody reads more, and counting on would read them all."""


def stretches(reader: Reader, logbook: str = "") -> list[Q]:
    """Return the conditions of what a reader may read, one a logbook and regime: each is one stretch of an index."""
    known = {*current_town().logbooks, *Numbering.objects.values_list("logbook", flat=True)}
    names = [logbook] if logbook else sorted(known)
    found = []
    for name in names:
        for regime in sorted({each.value for grant in reader.viewer.grants for each in grant.regimes}):
            grants = [
                grant
                for grant in reader.viewer.grants
                if regime in {each.value for each in grant.regimes}
                and name not in grant.rows.sources.none_of
                and (not grant.rows.sources.any_of or name in grant.rows.sources.any_of)
            ]
            if grants:
                found.append(Q(logbook=name, regime=regime) & reduce(or_, [admitted(grant) for grant in grants]))
    return found


def sifted(few: Q, condition: Q) -> QuerySet[Entry]:
    """Return those of few entries that meet a condition in which no index is looked for.

    Without statistics SQLite takes a logbook and regime to be ten rows, and would walk through a million of them rather
    than look at the few.
    """
    meets = Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())
    return Entry.objects.filter(few).alias(meets=meets).filter(meets=1)


def newest(
    found: Iterable[QuerySet[Entry]], before: Key | None, limit: int, *, split: Iterable[Q] = (Q(),)
) -> list[Key]:
    """Return the keys of the entries that come next, from the newest on: at most `limit`.

    Args:
        found: the streams.
        before: the last key of the page before.
        limit: how many.
        split: conditions that exclude each other, each asked for by itself so that its index keeps the order.
    """
    beyond = Q(occurred_at__lt=before[0]) | Q(occurred_at=before[0], pk__lt=before[1]) if before is not None else Q()
    runs = [
        stream.filter(beyond, part).order_by("-occurred_at", "-pk").values_list("occurred_at", "pk")[:limit]
        for stream in found
        for part in split
    ]
    return _first(merge(*runs, key=lambda key: (key[0], key[1]), reverse=True), limit)


def most_urgent(found: Iterable[QuerySet[Entry]], after: Key | None, now: datetime, limit: int) -> list[Key]:
    """Return the keys of the entries whose follow-ups are late, the longest late first: term and number."""
    beyond = Q(due_at__gt=after[0]) | Q(due_at=after[0], pk__gt=after[1]) if after is not None else Q()
    runs: list[Any] = [
        stream.filter(beyond, due_at__lt=now).order_by("due_at", "pk").values_list("due_at", "pk")[:limit]
        for stream in found
    ]
    return _first(merge(*runs), limit)


def counted(found: Iterable[QuerySet[Entry]]) -> int:
    """Return how many entries there are, `COUNT_MAX` where there are as many or more."""
    count = 0
    for stream in found:
        count += stream.order_by()[: COUNT_MAX - count].count()
        if count >= COUNT_MAX:
            break
    return count


def in_order(keys: list[Key]) -> list[Entry]:
    """Return entries by their keys, in that order."""
    rows = Entry.objects.select_related("author").in_bulk([pk for _moment, pk in keys])
    return [rows[pk] for _moment, pk in keys if pk in rows]


def _first(keys: Iterator[Key], limit: int) -> list[Key]:
    return [key for key, _n in zip(keys, range(limit), strict=False)]
