"""What is new to an owner: counted by the search itself under their rights of the moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from threading import Lock

from quietude.portal.accounts.models import User
from quietude.portal.saved_searches.asking import AskingError, search_of
from quietude.portal.saved_searches.judging import Owner, count_of, documents_of, owners
from quietude.portal.saved_searches.models import Kind, Ring, SavedSearch, Told

MOST = 200
"""Rings of one search that are looked at: "more than 199" says enough."""
_lock = Lock()


class _Bell:
    rung = 0


def rung() -> int:
    """Return how often something rang in this process."""
    return _Bell.rung


def ring() -> None:
    """Say that something rang, from any thread."""
    with _lock:
        _Bell.rung += 1


def owner_of(kept: SavedSearch, now: datetime) -> Owner | None:
    """Return the owner of a search as a reader now; None where they may not search under its purpose any more."""
    pair = (kept.owner_id, kept.purpose)
    return owners([pair], now).get(pair)


def counts_of(searches: Iterable[SavedSearch], now: datetime, *, since: datetime | None = None) -> Mapping[int, int]:
    """Return, by search, how much of what rang its owner has not looked at yet and may know of; 200 at most.

    Args:
        searches: of one owner or several.
        now: aware.
        since: counts what rang from then on, looked at or not.
    """
    kept = list(searches)
    readers = owners(((each.owner_id, each.purpose) for each in kept), now)
    return {each.pk: _count(each, readers.get((each.owner_id, each.purpose)), since) for each in kept}


def _count(kept: SavedSearch, owner: Owner | None, since: datetime | None) -> int:
    if owner is None:
        return 0
    rings = list(kept.rings.filter(at__gt=since or kept.seen_at)[:MOST])
    if not rings:
        return 0
    try:
        search = search_of(kept)
    except AskingError:
        return 0
    facts = [each.place for each in rings if each.kind == Kind.FACT]
    papers = [each.key for each in rings if each.kind == Kind.DOCUMENT]
    count = count_of(owner.viewer, search, facts) if facts else 0
    return count + (len(documents_of(owner.documents, search, papers)) if papers else 0)


def live_searches(user: User) -> list[SavedSearch]:
    """Return the searches of which a person is told in the portal."""
    return list(SavedSearch.objects.filter(owner=user, is_paused=False, told__in=[Told.LIVE, Told.BOTH]))


def new_to(user: User, now: datetime) -> int:
    """Return how much is new to a person in the searches that tell them in the portal."""
    found = live_searches(user)
    if not Ring.objects.filter(search__in=[each.pk for each in found]).exists():
        return 0
    return sum(counts_of(found, now).values())
