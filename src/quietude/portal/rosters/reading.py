"""Who is on call at a moment, and who was and will be: what rosters say, closed accounts left out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from quietude.portal.accounts.models import User
from quietude.portal.rosters.coverage import Segment, on_call, segments
from quietude.portal.rosters.models import Roster
from quietude.portal.services.api import Service
from quietude.portal.town import current_town


def town_zone() -> ZoneInfo:
    """Return the town's time zone."""
    return ZoneInfo(current_town().timezone)


def coverage_of(roster: Roster, begin: datetime, end: datetime) -> list[Segment]:
    """Return who is on call from one moment to another; whose account is closed is nobody."""
    turns = [each.compiled() for each in roster.turns.filter(person__is_active=True)]
    changes = [each.compiled() for each in roster.replacements.filter(ends_at__gt=begin, begins_at__lt=end)]
    closed = set(User.objects.filter(is_active=False).values_list("pk", flat=True))
    found = segments(turns, changes, begin, end, town_zone())
    return [Segment(each.begin, each.end, tuple(who for who in each.people if who not in closed)) for each in found]


def people_on_call(roster: Roster, at: datetime) -> list[User]:
    """Return who is on call at a moment, in the order in which they are told; a closed account is nobody."""
    turns = [each.compiled() for each in roster.turns.filter(person__is_active=True)]
    changes = [each.compiled() for each in roster.replacements.filter(ends_at__gt=at, begins_at__lte=at)]
    keys = on_call(turns, changes, at, town_zone())
    known = User.objects.filter(is_active=True).in_bulk(keys)
    return [known[key] for key in keys if key in known]


def rosters_for(service: Service, severity: int, zones: frozenset[str]) -> Sequence[Roster]:
    """Return the rosters in use of a service that cover a severity in some zones ("level:code" each)."""
    return [each for each in service.rosters.filter(is_open=True) if each.covers(severity, zones)]
