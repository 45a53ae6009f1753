"""Grants by the command line: those of a demonstration."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from quietude.model.event import Sensitivity
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.problem import PortalError
from quietude.portal.rights.actions import give
from quietude.portal.rights.models import USUAL_ACT, Grant, Level, Purpose
from quietude.portal.rights.usual import USUAL
from quietude.portal.town import town_day


@transaction.atomic
def count_only(username: str) -> None:
    """Let an account list public facts and only count internal ones; one that counts already is left as it is.

    Raises:
        PortalError: there is no such account.
    """
    holder = User.objects.filter(username=username).first()
    if holder is None:
        raise PortalError(f"no account {username!r}")
    if Grant.objects.filter(holder=holder, level=Level.COUNT).exists():
        return
    purpose = Purpose.objects.get(code=USUAL[Role(holder.role)].purpose)
    today, act = town_day(timezone.now()), gettext(USUAL_ACT)
    for level, ceiling in ((Level.LIST, Sensitivity.PUBLIC), (Level.COUNT, Sensitivity.INTERNAL)):
        grant = Grant(
            holder=holder, purpose=purpose, level=level, ceiling=ceiling.value, since=today, designation=act
        )  # fmt: skip
        give(None, grant, replaces=level == Level.LIST)
