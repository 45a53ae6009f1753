"""Situations as their readers see them: what belongs to one, as far as each reader's rights go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse

from quietude.model.filter.question import Filter
from quietude.portal.alarms.reading import Shown as ShownAlarm
from quietude.portal.alarms.reading import some_alarms
from quietude.portal.logbook.models import Entry
from quietude.portal.logbook.reading import Reader
from quietude.portal.situations.city_documents import ShownDocument, shown_documents
from quietude.portal.situations.models import OPEN_STATES, Item, SheetAct, Situation, State
from quietude.portal.situations.walking import walk_of
from quietude.portal.town import current_store, current_town
from quietude.portal.ui.facts import FactView, columns_needed, fact_views
from quietude.situations.api import SituationKind, Walk

LISTED = 100
PAST = timedelta(days=30)
FACTS_MAX = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One situation as a line of a list."""

    situation: Situation
    kind: SituationKind
    kind_title: str
    walk: Walk
    where: str
    items: int
    is_late: bool
    """Whether its next step is."""
    next_step: str

    @property
    def done(self) -> int:
        """Return how many steps were done or left out."""
        return self.walk.done


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One thing that belongs to a situation; nothing of it but its kind where the reader may not see it."""

    item: Item
    is_open: bool
    title: str = ""
    said: str = ""
    url: str = ""
    at: datetime | None = None
    """When it happened."""
    severity: int | None = None
    point: tuple[float, float] | None = None
    rings: bool = False


def rows_of(found: Iterable[Situation], now: datetime, language: str) -> list[Row]:
    """Return situations as lines."""
    return [_row(situation, now, language) for situation in found]


def _row(situation: Situation, now: datetime, language: str) -> Row:
    kind = situation.edition.kind
    walk = walk_of(situation)
    current = walk.current
    return Row(
        situation=situation,
        kind=kind,
        kind_title=kind.title.say(language),
        walk=walk,
        where=where_of(situation),
        items=getattr(situation, "item_count", 0),
        is_late=situation.is_open and current is not None and current.is_late(now),
        next_step=current.step.text.say(language) if current is not None else "",
    )


def where_of(situation: Situation) -> str:
    """Return its place, else the finest zone that is known."""
    if situation.place_label:
        return situation.place_label
    territory = current_town().territory
    for level in reversed(territory.levels):
        zone = level.by_code.get(situation.zones.get(level.name, ""))
        if zone is not None:
            return zone.name
    return ""


def asked() -> QuerySet[Situation]:
    """Return all situations, with what a line says of them."""
    acts = Prefetch("sheet_acts", SheetAct.objects.filter(removed_at=None))
    counted = Count("items", filter=Q(items__removed_at=None))
    return (
        Situation.objects.select_related("edition", "lead", "opened_by", "merged_into")
        .prefetch_related(acts)
        .annotate(item_count=counted)
    )


def open_situations(now: datetime, language: str) -> list[Row]:
    """Return what is open: late steps first, then the graver, then the older."""
    found = asked().filter(state__in=OPEN_STATES, merged_into=None)[:LISTED]
    rows = rows_of(found, now, language)
    return sorted(rows, key=lambda row: (-row.situation.priority, not row.is_late, row.situation.opened_at))


def resolved_situations(now: datetime, language: str) -> list[Row]:
    """Return what is resolved and not closed yet."""
    return rows_of(asked().filter(state=State.RESOLVED, merged_into=None)[:LISTED], now, language)


def past_situations(now: datetime, language: str) -> list[Row]:
    """Return what was closed or became part of another one within thirty days, the newest first."""
    found = asked().filter(Q(state=State.CLOSED) | ~Q(merged_into=None), opened_at__gt=now - PAST)
    return rows_of(found.order_by("-opened_at")[:LISTED], now, language)


def one_situation(key: str) -> Situation | None:
    """Return one situation."""
    return asked().filter(key=key).first()


def items_of(situation: Situation, reader: Reader, now: datetime, language: str) -> list[ShownItem]:
    """Return what belongs to a situation, in the order it came; what the reader may not see says so.

    Raises:
        JournalUnavailableError: titles of documents cannot be noted as read; nothing is shown.
    """
    items = list(situation.items.filter(removed_at=None).select_related("by"))
    alarms = some_alarms(reader.viewer, _refs(items, "alarm"), now, language)
    facts = {each.id: each for each in facts_named(reader, _refs(items, "fact"), language)}
    entries = _entries(reader, [*_refs(items, "entry"), *_refs(items, "document")])
    documents = shown_documents(reader, _refs(items, "document"), situation.key, language)
    return [
        _document(item, documents[item.ref])
        if item.what == Item.What.DOCUMENT and item.ref in documents
        else _item(item, alarms, facts, entries, language)
        for item in items
    ]


def evidence_of(items: Sequence[ShownItem], reader: Reader, now: datetime, language: str) -> list[FactView]:
    """Return the facts that the situation's alarms rest on, and those attached themselves, the earliest first."""
    shown = some_alarms(reader.viewer, [item.item.ref for item in items if item.item.what == "alarm"], now, language)
    names = [name for each in shown.values() for name in each.alarm.evidence]
    names += [item.item.ref for item in items if item.item.what == "fact"]
    return facts_named(reader, names, language)


def facts_named(reader: Reader, names: Sequence[str], language: str) -> list[FactView]:
    """Return those of some facts that the reader may list, the earliest first."""
    wanted = tuple(dict.fromkeys(names))[:FACTS_MAX]
    if not wanted or not reader.viewer.grants:
        return []
    store = current_store()
    columns = [name for name in columns_needed(store.levels) if name != "text"]
    return fact_views(
        store.query(reader.viewer, Filter(ids=wanted), columns=columns, order_by=("occurred_from",)), language
    )


def _refs(items: Sequence[Item], what: str) -> list[str]:
    return [item.ref for item in items if item.what == what]


def _entries(reader: Reader, refs: Sequence[str]) -> dict[str, Entry]:
    wanted = {ref.partition("#")[0] for ref in refs}
    if not wanted:
        return {}
    condition = Q(pk__in=[])
    for name in wanted:
        logbook, _, label = name.partition("/")
        condition |= Q(logbook=logbook, label=label)
    return {f"{entry.logbook}/{entry.label}": entry for entry in reader.entries().filter(condition)}


def _item(
    item: Item,
    alarms: dict[str, ShownAlarm],
    facts: dict[str, FactView],
    entries: dict[str, Entry],
    language: str,
) -> ShownItem:
    if item.what == Item.What.NOTE:
        return ShownItem(item, is_open=True, title=item.said, at=item.at)
    if item.what == Item.What.ALARM and item.ref in alarms:
        return _alarm(item, alarms[item.ref])
    if item.what == Item.What.FACT and item.ref in facts:
        return _fact(item, facts[item.ref])
    name, _, number = item.ref.partition("#")
    if name in entries:
        return _entry(item, entries[name], number, language)
    return ShownItem(item, is_open=False)


def _document(item: Item, found: ShownDocument) -> ShownItem:
    return ShownItem(item, is_open=True, title=found.title, said=found.said, url=found.url, at=item.at)


def _alarm(item: Item, shown: ShownAlarm) -> ShownItem:
    return ShownItem(
        item, is_open=True, title=shown.title, said=shown.about, at=shown.alarm.began_at,
        url=reverse("alarms:alarm", args=[shown.alarm.key]), severity=shown.alarm.severity, rings=shown.is_ringing,
    )  # fmt: skip


def _fact(item: Item, fact: FactView) -> ShownItem:
    said: list[Any] = [fact.source, fact.place or fact.zone]
    return ShownItem(
        item, is_open=True, title=str(fact.title), said=" · ".join(str(each) for each in said if each),
        at=fact.occurred_from, url=fact.address or "", severity=fact.severity,
    )  # fmt: skip


def _entry(item: Item, entry: Entry, number: str, language: str) -> ShownItem:
    logbook = current_town().logbooks.get(entry.logbook)
    title = logbook.title.say(language) if logbook is not None else entry.logbook
    route, args = ("logbook:entry", [entry.logbook, entry.label])
    if number:
        route, args = "attachments:page", [entry.logbook, entry.label, number]
    return ShownItem(
        item, is_open=True, title=f"{title} · {entry.label}" + (f" · {number}" if number else ""),
        at=entry.occurred_at, url=reverse(route, args=args), severity=entry.severity,
    )  # fmt: skip
