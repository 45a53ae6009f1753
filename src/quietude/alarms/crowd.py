"""When a sliding window is full."""

from __future__ import annotations

from quietude.alarms.spans import Moments, Spans


def crowded(at: Moments, least: int, within: int) -> Spans:
    """Return when the last `within` microseconds held so many facts: from the one that makes them so many."""
    if at.size < least:
        return Spans.none()
    return Spans.of(at[least - 1 :], at[: at.size - least + 1] + within)
