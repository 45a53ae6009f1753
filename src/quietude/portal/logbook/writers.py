"""Who writes in which logbook."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.services.api import services_of
from quietude.portal.town import current_town
from quietude.sources.api import Logbook


def may_write(user: User, logbook: Logbook, *, at: datetime | None = None) -> bool:
    """Tell whether an account writes in a logbook: it holds the right, and one of its services keeps the logbook.

    A logbook that names no service is kept by all; a service keeps what the service it is part of keeps.
    """
    if not user.holds(Right.WRITE_LOGBOOK):
        return False
    return not logbook.services or bool(codes_of(user, at or timezone.now()) & set(logbook.services))


def written_by(user: User, *, at: datetime | None = None) -> list[Logbook]:
    """Return the logbooks that an account writes in, in the order of their names."""
    if not user.holds(Right.WRITE_LOGBOOK):
        return []
    codes = codes_of(user, at or timezone.now())
    logbooks = current_town().logbooks.values()
    return [logbook for logbook in logbooks if not logbook.services or codes & set(logbook.services)]


def codes_of(user: User, at: datetime) -> set[str]:
    """Return the codes of the services that a person belongs to at a moment, and of those that these are part of."""
    codes: set[str] = set()
    for service in services_of(user, at):
        held = service
        while held.code not in codes:
            codes.add(held.code)
            if held.parent is None:
                break
            held = held.parent
    return codes
