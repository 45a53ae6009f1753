"""The portal's own tables as shelves of the retention engine: what the census says expires, expires."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db import models

from quietude.keeping.api import Due, Fate, Held, Shelf, Visa, load_census
from quietude.portal.accounts.models import AccountAct, User
from quietude.portal.protection.journal_parts import JournalShelf
from quietude.sources.api import Duration, parse_duration

NAMELESS_AFTER = parse_duration("P1Y")
"""How long a closed account keeps its holder's name and address: as long as acts on it are kept (see the census)."""
DELETED_VIEWS_AFTER = parse_duration("P1D")
"""How long a deleted view can be brought back (`explore.saving`)."""
_BATCH = 500


@dataclass(frozen=True, slots=True)
class RowsShelf:
    """The rows of one table that go so long after a moment they state."""

    model: type[models.Model]
    since: str
    length: Duration
    timezone: str
    name: str
    needs_visa: bool = False

    def due(self, as_of: date, held: Held) -> Sequence[Due]:  # noqa: ARG002 - the shelves' common signature
        """Return the keys of the rows past their term."""
        limit = midnight(self.length.before(as_of), self.timezone)
        keys = self.model._default_manager.filter(**{f"{self.since}__lt": limit}).values_list("pk", flat=True)
        items = tuple(str(key) for key in keys.order_by("pk"))
        return [Due(place=self.name, source="", fate=Fate.ELIMINATE, items=items)] if items else []

    def clear(self, due: Due, visa: Visa) -> int:  # noqa: ARG002 - as above
        """Delete the rows."""
        gone = 0
        for begin in range(0, len(due.items), _BATCH):
            rows = self.model._default_manager.filter(pk__in=due.items[begin : begin + _BATCH])
            gone += rows.count()
            rows.delete()
        return gone


@dataclass(frozen=True, slots=True)
class ClosedAccountsShelf:
    """Names and addresses of accounts closed long ago; the account itself stays, for the journal names it."""

    timezone: str
    name: str = "accounts.User"
    needs_visa: bool = False

    def due(self, as_of: date, held: Held) -> Sequence[Due]:  # noqa: ARG002 - as above
        """Return the accounts closed before the term that still say who held them."""
        limit = midnight(NAMELESS_AFTER.before(as_of), self.timezone)
        lately = AccountAct.objects.filter(what=AccountAct.What.CLOSED, at__gte=limit).values("account")
        named = User.objects.filter(is_active=False, joined_at__lt=limit).exclude(full_name="", email="")
        items = tuple(str(key) for key in named.exclude(pk__in=lately).order_by("pk").values_list("pk", flat=True))
        return [Due(place=self.name, source="", fate=Fate.GENERALISE, items=items)] if items else []

    def clear(self, due: Due, visa: Visa) -> int:  # noqa: ARG002 - as above
        """Blank the names and addresses."""
        addresses = apps.get_model("account", "EmailAddress")
        addresses._default_manager.filter(user__in=due.items).delete()
        return User.objects.filter(pk__in=due.items).update(full_name="", email="")


def portal_shelves(timezone: str) -> tuple[Shelf, ...]:
    """Return the shelves of the portal's database, as the census states them."""
    found: list[Shelf] = [ClosedAccountsShelf(timezone), JournalShelf(timezone)]
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label
        entry = load_census().tables.get(label)
        if entry is not None and entry.expires is not None:
            found.append(RowsShelf(model, entry.expires.since, parse_duration(entry.expires.after), timezone, label))
    views = apps.get_model("explore", "SavedView")
    found.append(RowsShelf(views, "removed_at", DELETED_VIEWS_AFTER, timezone, "deleted views"))
    return tuple(found)


def midnight(day: date, timezone: str) -> datetime:
    """Return the moment a local day begins."""
    return datetime.combine(day, datetime.min.time(), ZoneInfo(timezone))
