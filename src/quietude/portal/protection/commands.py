"""Durations by the command line: whoever has it on the server may do everything; errors are sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone as django_timezone

from quietude.keeping.api import DisposalError, Plan
from quietude.portal.problem import PortalError
from quietude.portal.protection import durations
from quietude.portal.protection.models import Hold
from quietude.portal.town import current_town


def _in_town_time() -> None:
    django_timezone.activate(current_town().timezone)


def report(as_of: date | None) -> Plan:
    """Return what is due on a day, today when None."""
    _in_town_time()
    return durations.planned(as_of or durations.today())


def run(*, signed_by: str, reason: str, list_digest: str, as_of: date | None) -> list[dict[str, Any]]:
    """Make what is due leave; return the lines of the report.

    Raises:
        PortalError: the list has changed, or no one signs.
    """
    _in_town_time()
    day = as_of or durations.today()
    try:
        done = durations.dispose(None, signed_by=signed_by, reason=reason, list_digest=list_digest, as_of=day)
    except DisposalError as error:
        raise PortalError(str(error)) from error
    lines: list[dict[str, Any]] = done.report["lines"]
    return lines


def hold(title: str, reason: str, *, sources: Sequence[str], uids: Sequence[str], words: str) -> int:
    """Put a legal hold and return its number.

    Raises:
        PortalError: it covers nothing, a source is unknown, or the selection cannot be read.
    """
    _in_town_time()
    unknown = sorted(set(sources) - set(current_town().sources))
    if unknown:
        raise PortalError(f"no source {unknown[0]!r}; there are: {', '.join(current_town().sources)}")
    try:
        return int(durations.hold(None, title=title, reason=reason, sources=sources, uids=uids, words=words).pk)
    except DisposalError as error:
        raise PortalError(str(error)) from error


def release(number: int) -> str:
    """Lift a legal hold and return its title.

    Raises:
        PortalError: there is no such hold in force.
    """
    found = Hold.objects.filter(pk=number).first()
    if found is None:
        in_force = Hold.objects.filter(lifted_at__isnull=True)
        known = ", ".join(f"{each.pk} ({each.title})" for each in in_force) or "none"
        raise PortalError(f"no hold {number}; in force: {known}")
    try:
        durations.release(None, found)
    except DisposalError as error:
        raise PortalError(str(error)) from error
    return found.title
