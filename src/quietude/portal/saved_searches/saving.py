"""Keeps, changes, pauses and deletes saved searches: each person's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.explore.changes import joined
from quietude.portal.saved_searches.asking import asks_nothing
from quietude.portal.saved_searches.models import NAME_MAX, SavedSearch
from quietude.portal.search.feeding import current_index
from quietude.portal.town import town_day
from quietude.search.api import Search

SEARCHES_MAX = 100  # of one person: whoever wants more of them wants fewer words in each
TEXT_MAX = 2_000  # what the search page takes
QUERY_MAX = 8_000
LOOKED_BACK = timedelta(days=30)
TELLING_FROM = 50
"""Facts of a month from which on a search that finds all of them is refused: of three facts one may want all."""
NUL = "\x00"  # PostgreSQL keeps it in no text


class SavingError(ValueError):
    """A search cannot be kept so; the message is for the reader."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a search would have done."""

    found: int
    """Facts that it finds now."""
    month: int
    """Of them, those of the last 30 days: it would have rung so often."""
    of_month: int
    """All facts of these days that its reader may see."""

    @property
    def is_everything(self) -> bool:
        """Tell whether it would ring on everything."""
        return self.month == self.of_month >= TELLING_FROM


def preview(search: Search, viewer: Viewer, now: datetime) -> Preview:
    """Return what a search would have done, counted by the search itself under the reader's rights.

    Raises:
        StoreError: the facts cannot be read.
    """
    index, month = current_index(), Filter(since=town_day(now - LOOKED_BACK))
    return Preview(
        found=index.count(viewer, search.conditions, search.words),
        month=index.count(viewer, _lately(search.conditions, month), search.words),
        of_month=index.count(viewer, month, None),
    )


def _lately(conditions: Filter, month: Filter) -> Filter:
    """Return the conditions for the last month; a period that begins later than that stays."""
    since = conditions.since
    if since is None:
        return joined(conditions, month)
    day = since if not isinstance(since, datetime) else town_day(since)
    return conditions if month.since is not None and day >= month.since else joined(conditions, month)


def checked(search: Search, said: Preview) -> None:
    """Refuse a search that asks for nothing, or for everything.

    Raises:
        SavingError: it does; says how often it would have rung.
    """
    if asks_nothing(search):
        raise SavingError(_("This search has no word and no condition: it would ring on everything. Add one first."))
    if said.is_everything:
        refusal = _(
            "This search finds every fact: it would have rung %(month)s times in the last 30 days. Narrow it down."
        )
        raise SavingError(refusal % {"month": said.month})


def keep(by: User, kept: SavedSearch, *, asks_anew: bool, now: datetime) -> SavedSearch:
    """Save a search, or change one; what came before is not news to one whose question changed.

    Raises:
        PermissionDenied: `by` may not search.
        SavingError: the name, the texts or the number of searches is refused.
    """
    is_new = kept.pk is None
    if not by.holds(Right.EXPLORE) or not kept.purpose or not (is_new or kept.owner_id == by.pk):
        raise PermissionDenied
    kept.name = " ".join(kept.name.replace(NUL, " ").split())
    kept.text, kept.query = kept.text.replace(NUL, ""), kept.query.replace(NUL, "")
    if not kept.name or len(kept.name) > NAME_MAX:
        raise SavingError(_("Give a name of 1 to %(most)s characters.") % {"most": NAME_MAX})
    if len(kept.text) > TEXT_MAX or len(kept.query) > QUERY_MAX:
        raise SavingError(_("This search is too long to be saved. Take some of its conditions away."))
    if not (kept.has_facts or kept.has_documents):
        raise SavingError(_("Choose facts, documents, or both."))
    if is_new:
        kept.owner = by
        if SavedSearch.objects.filter(owner=by).count() >= SEARCHES_MAX:
            raise SavingError(_("You have %(count)s searches already: delete one first.") % {"count": SEARCHES_MAX})
    if asks_anew:
        kept.since, kept.seen_at = now, now
    try:
        with transaction.atomic():
            if asks_anew and not is_new:
                kept.rings.all().delete()  # they answered another question
            kept.save()
    except IntegrityError as error:
        raise SavingError(_("You have a search called “%(name)s” already.") % {"name": kept.name}) from error
    return kept


def pause(kept: SavedSearch, *, is_paused: bool, now: datetime) -> None:
    """Have a search not tried, or tried again from now on."""
    kept.is_paused = is_paused
    if not is_paused:
        kept.since = now
    kept.save()


def look(kept: SavedSearch) -> None:
    """Note that its owner looked at what rang: it is not new any more."""
    SavedSearch.objects.filter(pk=kept.pk).update(seen_at=timezone.now())
