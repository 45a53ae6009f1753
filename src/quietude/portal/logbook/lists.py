"""The central list: ready filters, pages by the last entry seen, and what a row says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache, reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quietude.portal.logbook.models import ZONE_COLUMNS, Entry, State
from quietude.portal.logbook.own_shift import own_entries
from quietude.portal.logbook.reading import PLACE, Reader, Seen, zone_column_of
from quietude.portal.logbook.streets import Way, by_street
from quietude.portal.logbook.walking import COUNT_MAX, counted, in_order, most_urgent, newest, sifted, stretches
from quietude.portal.town import current_town
from quietude.portal.ui.words import CategoryView, category_view

PAGE = 50
STRUCK = _("struck through")
STATE_ICONS = {State.OPEN: "circle-dot", State.UNDER_WAY: "clock", State.CLOSED: "circle-check"}
LAST = timedelta(days=31)  # words that begin no street are looked for in the places of so many days
READY: tuple[tuple[str, str | Promise, str], ...] = (
    ("shift", _("My shift"), "1"),
    ("today", _("Today"), "2"),
    ("open", _("Open follow-ups"), "3"),
    ("late", _("Late"), "4"),
    ("mine", _("Mine"), "5"),
    ("all", _("All"), "6"),
)
"""Ready filters: name in the address, name on the screen, key."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the central list was asked for."""

    ready: str = "today"
    logbook: str = ""
    zones: tuple[str, ...] = ()
    """ "level:code", of any levels: an entry lies in all of them."""
    street: str = ""
    before: str = ""
    """Where the page begins: "moment,pk" of the last row of the page before."""

    @classmethod
    def of(cls, parameters: QueryDict) -> Asked:
        """Return what an address asks; what it does not know is as if it were not there."""
        ready = parameters.get("show", "today")
        return cls(
            ready=ready if ready in {name for name, _label, _key in READY} else "today",
            logbook=parameters.get("logbook", ""),
            zones=tuple(zone for zone in parameters.getlist("zone") if zone)[: len(ZONE_COLUMNS)],
            street=" ".join(parameters.get("street", "").split())[:80],
            before=parameters.get("before", ""),
        )

    @property
    def said(self) -> str:
        """Return it as the journal keeps it."""
        parts = {"show": self.ready, "logbook": self.logbook, "zone": ",".join(self.zones), "street": self.street}
        return "&".join(f"{name}={value}" for name, value in parts.items() if value)

    def address(self, **other: Any) -> str:
        """Return the address of this list, with something else in its place."""
        asked = replace(self, **({"before": ""} | other))
        parts: list[tuple[str, str]] = [("show", asked.ready)]
        parts += [(name, value) for name, value in (("logbook", asked.logbook), ("street", asked.street)) if value]
        parts += [("zone", zone) for zone in asked.zones]
        return "?" + urlencode(parts + ([("before", asked.before)] if asked.before else []))


@dataclass(frozen=True, slots=True)
class Selection:
    """The entries that are asked for: stretches of indexes, never the whole table."""

    streams: tuple[QuerySet[Entry], ...]
    split: tuple[Q, ...]
    """Conditions that exclude each other: one a street and state."""
    is_recent: bool
    """Whether the words begin no street: they are looked for in the places of the last 31 days."""
    now: datetime

    @classmethod
    def of(cls, reader: Reader, asked: Asked, *, now: datetime) -> Selection:
        """Return what is asked for, as far as the reader's rights go."""
        split: tuple[Q, ...] = (Q(),)
        is_recent = False
        condition = _ready(reader, asked.ready, now) & _zones(asked.zones)
        few: Q | None = None
        if asked.street:  # a place that is closed to the reader is not found by its words either
            open_ones = tuple(grant for grant in reader.viewer.grants if PLACE not in grant.masked)
            reader = replace(reader, viewer=replace(reader.viewer, grants=open_ones))
            known = by_street(asked.street)
            is_recent = known is None
            way, split = known or (Way.WALK, (Q(place_label__icontains=asked.street, occurred_at__gte=now - LAST),))
            few, split = (split[0], (Q(),)) if way is Way.FEW else (None, split)
        if asked.ready == "open":
            split = tuple(part & Q(state=state) for part in split for state in (State.OPEN, State.UNDER_WAY))
        parts = [part & condition for part in stretches(reader, asked.logbook)]
        found = tuple(Entry.objects.filter(part) for part in parts)
        if few is not None:
            found = (sifted(few, reduce(or_, parts)),) if parts else ()
        return cls(found, split, is_recent, now)

    def page(self, asked: Asked) -> tuple[list[Entry], str]:
        """Return a page of entries and where the next begins, "" where there is none."""
        after = _key(asked.before)
        if asked.ready == "late":
            narrow = reduce(or_, self.split)
            keys = most_urgent([each.filter(narrow) for each in self.streams], after, self.now, PAGE + 1)
        else:
            keys = newest(self.streams, after, PAGE + 1, split=self.split)
        if len(keys) <= PAGE:
            return in_order(keys), ""
        moment, pk = keys[PAGE - 1]
        return in_order(keys[:PAGE]), f"{moment.isoformat()},{pk}"

    def count(self) -> int:
        """Return how many there are, as far as is counted."""
        return counted([stream.filter(part) for stream in self.streams for part in self.split])

    def places(self) -> list[tuple[str, ...]]:
        """Return the zones, level by level, and the street of the newest of them."""
        narrow = reduce(or_, self.split)
        found: list[tuple[str, ...]] = []
        for stream in self.streams:
            rows = stream.filter(narrow).order_by("-occurred_at", "-pk").values_list(*ZONE_COLUMNS, "street")
            found += list(rows[: COUNT_MAX // len(self.streams)])
        return found


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as a row of the list."""

    seen: Seen
    category: CategoryView
    title: str
    zone: str
    address: str
    when: str
    """Day and hour of the town's clock."""
    when_iso: str
    state: str | Promise
    """How its state is said."""
    state_icon: str


def _key(before: str) -> tuple[datetime, int] | None:
    """Return the key that an address says; one that is none is as if it were not there."""
    moment, _comma, pk = before.partition(",")
    try:
        since = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (since, int(pk)) if since.tzinfo is not None and pk.isdecimal() else None


def _ready(reader: Reader, name: str, now: datetime) -> Q:
    if name == "today":
        zone = ZoneInfo(current_town().timezone)
        midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        return Q(occurred_at__gte=midnight, occurred_at__lt=midnight + timedelta(days=1, hours=2))
    if name == "shift":
        return own_entries(reader.user_pk)
    if name == "late":
        return Q(due_at__lt=now)
    return Q(author_id=reader.user_pk) if name == "mine" else Q()


def _zones(zones: tuple[str, ...]) -> Q:
    condition = Q()
    for zone in zones:
        level, _colon, code = zone.partition(":")
        column = zone_column_of(level) if code else None
        condition &= Q(**{column: code}) if column is not None else Q()
    return condition


def rows_of(seen: list[Seen], language: str) -> list[Row]:
    """Return entries as rows."""
    vocabulary_rows = []
    for each in seen:
        category = category_view(each.entry.category or None, language)
        vocabulary_rows.append(_row(each, category))
    return vocabulary_rows


def _row(seen: Seen, category: CategoryView) -> Row:
    entry = seen.entry
    when = timezone.localtime(entry.occurred_at)
    return Row(
        seen=seen,
        category=category,
        title=title_of(seen, category),
        zone=zone_of(entry),
        address=address_of(entry.logbook, entry.label),
        when=f"{when:%d/%m %H:%M}",
        when_iso=when.isoformat(),
        state=STRUCK if entry.is_struck else State(entry.state).label,
        state_icon="ban" if entry.is_struck else STATE_ICONS[State(entry.state)],
    )


@lru_cache(maxsize=5000)  # lists show the newest again and again
def address_of(logbook: str, label: str) -> str:
    """Return the address of an entry's page."""
    return reverse("logbook:entry", args=[logbook, label])


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
