"""The tables of accounts and of signing in, in the life of data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quietude.keeping.api import Due, Fate, Held, Visa
from quietude.portal.accounts.models import AccountAct, User
from quietude.portal.participants import Rows, midnight
from quietude.sources.api import parse_duration

NAMELESS_AFTER = parse_duration("P1Y")
"""How long a closed account keeps its holder's name and address: as long as acts on it are kept (see the census)."""


_WITH_IT = {"account.EmailAddress": "user", "mfa.Authenticator": "user", "oidc.OidcLink": "account"}
"""Tables, with their column of the account, whose rows go when the account becomes nameless."""


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
        closed = User.objects.filter(is_active=False, joined_at__lt=limit).exclude(pk__in=lately)
        has_more = Q(pk__in=[key for name in _WITH_IT for key in _holders(name)])
        named = closed.filter(~Q(full_name="", email="") | has_more)
        items = tuple(str(key) for key in named.order_by("pk").values_list("pk", flat=True))
        return [Due(place=self.name, source="", fate=Fate.GENERALISE, items=items)] if items else []

    def clear(self, due: Due, visa: Visa) -> int:  # noqa: ARG002 - as above
        """Blank the names and addresses; second factors and links to a provider go too."""
        for name, column in _WITH_IT.items():
            apps.get_model(name)._default_manager.filter(**{f"{column}__in": due.items}).delete()
        return User.objects.filter(pk__in=due.items).update(full_name="", email="")


def _holders(name: str) -> Iterable[int]:
    column = _WITH_IT[name]
    rows = apps.get_model(name)._default_manager.filter(**{f"{column}__is_active": False})
    return list(rows.values_list(column, flat=True))


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
