"""The tables of accounts and of signing in, in the life of data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from quietude.keeping.api import Due, Fate, Held, Visa
from quietude.portal.accounts.models import AccountAct, User
from quietude.portal.participants import Rows, midnight
from quietude.sources.api import parse_duration

NAMELESS_AFTER = parse_duration("P1Y")
"""How long a closed account keeps its holder's name and address: as long as acts on it are kept (see the census)."""


@dataclass(frozen=True, slots=True)
class ClosedAccountsShelf:
    """Names and addresses of accounts closed long ago; the account itself stays, for the journal names it."""

    timezone: str
    name: str = "accounts.User"
    needs_visa: bool = False

    def due(self, as_of: date, held: Held) -> Sequence[Due]:  # noqa: ARG002 - the shelves' common signature
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


PARTICIPANTS = (
    Rows(table="accounts.User", title=_("Closed accounts"), more=lambda timezone: (ClosedAccountsShelf(timezone),)),
    Rows(table="accounts.AccountAct", title=_("Journal of accounts")),
    Rows(table="accounts.ApiToken"),
    Rows(table="sessions.Session", title=_("Sessions")),
    Rows(table="usersessions.UserSession"),
    Rows(table="mfa.Authenticator"),
    Rows(table="account.EmailAddress"),
    Rows(table="account.EmailConfirmation"),
)
