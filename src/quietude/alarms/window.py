"""Lengths of time that a rule states, as ISO 8601 text; moments as numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator

from quietude.sources.api import parse_duration

LEAST_WINDOW = timedelta(seconds=1)
LONGEST_WINDOW = timedelta(days=31)  # what a group of facts is kept in memory for
MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _window(text: str) -> str:
    span = parse_duration(text)
    if span.months or not LEAST_WINDOW <= span.exact <= LONGEST_WINDOW:
        raise ValueError(f"expected a length between PT1S and P31D, such as PT30M, not {text!r}")
    return text


Window = Annotated[str, AfterValidator(_window)]


@lru_cache(maxsize=1_000)
def length(window: str) -> timedelta:
    """Return the length of time that a window of a rule states."""
    return parse_duration(window).exact


def micros(window: str) -> int:
    """Return the microseconds of a window."""
    return length(window) // MICROSECOND


def micros_at(moment: datetime) -> int:
    """Return an aware moment as microseconds since 1970."""
    return (moment - EPOCH) // MICROSECOND


def moment_at(at: int) -> datetime:
    """Return microseconds since 1970 as a moment in UTC."""
    return EPOCH + at * MICROSECOND
