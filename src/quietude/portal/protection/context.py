"""What data protection gives every page: the reminder of a breach whose term draws near."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.protection.breaches import reminder_of


def reminder(request: HttpRequest) -> dict[str, Any]:
    """Return the breach that its officer is reminded of, with its clock; None for anybody else."""
    user = getattr(request, "user", None)
    concerned = isinstance(user, User) and user.holds(Right.PROTECT_DATA)
    return {"breach_reminder": reminder_of(timezone.now()) if concerned else None}
