"""Grants follow accounts: the usual one is given with an account, and changes with its role."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.accounts.signals import account_made, role_changed
from quietude.portal.rights.actions import give_usual, withdraw
from quietude.portal.rights.models import Grant
from quietude.portal.rights.usual import USUAL
from quietude.portal.town import town_day


@receiver(account_made)
def with_account(by: User | None, user: User, **_: Any) -> None:
    """Give the usual grant of the role."""
    give_usual(by, user, today=town_day(timezone.now()))


@receiver(role_changed)
def with_role(by: User | None, user: User, before: str, **_: Any) -> None:
    """Withdraw all grants of the old role's usual purpose, and give the new one's."""
    if USUAL[Role(before)] == USUAL[Role(user.role)]:
        return
    for grant in Grant.objects.filter(holder=user, withdrawn_at=None, purpose__code=USUAL[Role(before)].purpose):
        withdraw(by, grant)
    give_usual(by, user, today=town_day(timezone.now()))
