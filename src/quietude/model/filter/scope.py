"""What a question touches: the months that can hold an answer and the columns it is judged by."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from quietude.model.event import zone_column
from quietude.model.filter.question import Filter

WORD_COLUMNS = ("title", "text", "place_label", "source_category")
"""Where words are looked for."""


def months_of(question: Filter, *, timezone: str) -> tuple[str | None, str | None]:
    """Return the first and the last local month ("2019-05") that can hold an answer, None where there is no bound."""
    return _local_month(question.since, timezone), _local_month(question.until, timezone)


def columns_of(question: Filter) -> frozenset[str]:
    """Return the columns of facts that the question is judged by: a table with these alone can answer it."""
    places = (question.is_located, question.near, question.box, question.polygon)
    conditions = (
        (isinstance(question.since, datetime) or isinstance(question.until, datetime), ("occurred_from",)),
        (any(_is_day(moment) for moment in (question.since, question.until)), ("day",)),
        (bool(question.weekdays), ("day", "time_precision")),
        (bool(question.hours), ("hour_of_week",)),
        (not question.categories.is_open, ("category",)),
        (not question.sources.is_open, ("source",)),
        (not question.statuses.is_open, ("status",)),
        (not question.origins.is_open, ("origin",)),
        (not question.realities.is_open, ("reality",)),
        (not question.regimes.is_open, ("regime",)),
        (not question.sensitivities.is_open, ("sensitivity",)),
        (not question.flags.is_open, ("flags",)),
        (question.severity_from is not None or question.severity_to is not None, ("severity",)),
        (any(place is not None for place in places), ("lon_deg", "lat_deg")),
        (bool(question.words or question.without_words), WORD_COLUMNS),
        (bool(question.ids), ("id", "uid")),
    )
    zones = {zone_column(level) for level, _ in (*question.zones.any_of, *question.zones.none_of)}
    return frozenset(name for holds, names in conditions if holds for name in names) | zones


def _is_day(moment: date | datetime | None) -> bool:
    return moment is not None and not isinstance(moment, datetime)


def _local_month(moment: date | datetime | None, timezone: str) -> str | None:
    if moment is None:
        return None
    local = moment.astimezone(ZoneInfo(timezone)) if isinstance(moment, datetime) else moment
    return f"{local:%Y-%m}"
