"""The central list: ready filters, pages by the last entry seen, and what a row says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quietude.portal.logbook.models import Entry, State
from quietude.portal.logbook.own_shift import own_entries
from quietude.portal.logbook.reading import Reader, Seen, zone_column_of
from quietude.portal.town import current_town
from quietude.portal.ui.words import CategoryView, category_view

PAGE = 50
READY: tuple[tuple[str, str | Promise], ...] = (
    ("today", _("Today")),
    ("shift", _("My shift")),
    ("mine", _("Mine")),
    ("open", _("Open follow-ups")),
    ("all", _("All")),
)
"""Ready filters: name in the address and on the screen."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the central list was asked for."""

    ready: str = "today"
    logbook: str = ""
    zone: str = ""
    """ "level:code"."""
    street: str = ""
    before: str = ""
    """Where the page begins: "moment,pk" of the last row of the page before."""

    @classmethod
    def of(cls, parameters: Any) -> Asked:
        """Return what an address asks; what it does not know is as if it were not there."""
        ready = parameters.get("show", "today")
        return cls(
            ready=ready if ready in dict(READY) else "today",
            logbook=parameters.get("logbook", ""),
            zone=parameters.get("zone", ""),
            street=" ".join(parameters.get("street", "").split())[:80],
            before=parameters.get("before", ""),
        )

    @property
    def said(self) -> str:
        """Return it as the journal keeps it."""
        parts = {"show": self.ready, "logbook": self.logbook, "zone": self.zone, "street": self.street}
        return "&".join(f"{name}={value}" for name, value in parts.items() if value)


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as a row of the list."""

    seen: Seen
    category: CategoryView
    title: str
    zone: str


def listed(reader: Reader, asked: Asked, *, now: datetime) -> tuple[list[Entry], str]:
    """Return a page of entries and where the next begins, "" where there is none."""
    found = _asked(reader.entries(), reader, asked, now=now).select_related("author").order_by("-occurred_at", "-pk")
    moment, _comma, pk = asked.before.partition(",")
    if pk.isdecimal():
        try:
            since = datetime.fromisoformat(moment)
        except ValueError:
            since = None
        if since is not None and since.tzinfo is not None:
            found = found.filter(Q(occurred_at__lt=since) | Q(occurred_at=since, pk__lt=int(pk)))
    rows = list(found[: PAGE + 1])
    if len(rows) <= PAGE:
        return rows, ""
    last = rows[PAGE - 1]
    return rows[:PAGE], f"{last.occurred_at.isoformat()},{last.pk}"


def _asked(found: QuerySet[Entry], reader: Reader, asked: Asked, *, now: datetime) -> QuerySet[Entry]:
    if asked.ready == "today":
        zone = ZoneInfo(current_town().timezone)
        midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        found = found.filter(occurred_at__gte=midnight, occurred_at__lt=midnight + timedelta(days=1, hours=2))
    elif asked.ready == "shift":
        found = found.filter(own_entries(reader.user_pk))
    elif asked.ready == "mine":
        found = found.filter(author_id=reader.user_pk)
    elif asked.ready == "open":
        found = found.exclude(state=State.CLOSED)
    if asked.logbook:
        found = found.filter(logbook=asked.logbook)
    level, _colon, code = asked.zone.partition(":")
    column = zone_column_of(level) if code else None
    if column is not None:
        found = found.filter(**{column: code})
    if asked.street:
        found = found.filter(place_label__icontains=asked.street)
    return found


def rows_of(seen: list[Seen], language: str) -> list[Row]:
    """Return entries as rows."""
    vocabulary_rows = []
    for each in seen:
        category = category_view(each.entry.category or None, language)
        vocabulary_rows.append(Row(each, category, title_of(each, category), zone_of(each.entry)))
    return vocabulary_rows


def title_of(seen: Seen, category: CategoryView) -> str:
    """Return the first line of an entry where its reader may read it, else its category."""
    first = seen.content.text.split("\n", 1)[0].strip() if seen.content is not None else ""
    return first or category.label


def zone_of(entry: Entry) -> str:
    """Return the name of the finest zone an entry lies in."""
    for level in reversed(current_town().territory.levels):
        column = zone_column_of(level.name)
        code = getattr(entry, column) if column is not None else ""
        if code:
            zone = level.by_code.get(code)
            return zone.name if zone is not None else code
    return ""
