"""Hours of a shift as they are typed: "21h", "05:00"; the end is the next such hour after the beginning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from quietude.portal.logbook.moments import MomentError, moment_of

BEGINNINGS = ((4, "morning"), (9, "day"), (12, "afternoon"), (16, "evening"), (20, "night"))
"""Hours (town's time) from which a shift that begins is usually called so."""
AHEAD = timedelta(minutes=10)
"""How far ahead `moment_of` reads a time of day."""


def end_of(text: str, begins_at: datetime, *, timezone: str) -> datetime:
    """Return the end that a text means: a time of day is the next one after the beginning, a date is itself.

    Across a change of the clocks the wall's hour counts, not the number of hours.

    Raises:
        MomentError: the text is no time, or it is empty.
    """
    if not text.strip():
        raise MomentError(text)
    # moment_of gives the last such hour before its "now": asked one day on, that is the next one
    later = begins_at.astimezone(ZoneInfo(timezone)) + timedelta(days=1)
    found = moment_of(text, now=later, timezone=timezone)
    if later < found <= later + AHEAD:
        return (found.astimezone(ZoneInfo(timezone)) - timedelta(days=1)).astimezone(UTC)
    return found


def watch_at(moment: datetime, *, timezone: str) -> str:
    """Return the usual name of a shift that begins at a moment."""
    hour = moment.astimezone(ZoneInfo(timezone)).hour
    return next((watch for since, watch in reversed(BEGINNINGS) if hour >= since), "night")
