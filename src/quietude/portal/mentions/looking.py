"""Looks through what was read, in the background: each version once for each time that its text was read."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from datetime import date
from threading import Event
from typing import Any

from django.db import DatabaseError, close_old_connections, transaction
from django.db.models import F, OuterRef, Q, Subquery

from quietude.documents.api import Mention as Proposed
from quietude.documents.api import Order, Page, located, mentions, read_order, title_in
from quietude.portal.background import in_background
from quietude.portal.documents.models import PageText, State, Version
from quietude.portal.logbook.placing import current_geocoder
from quietude.portal.mentions.models import VALUE_MAX, WORDS_MAX, Judged, Looked, Mention

EVERY_S = 2.0
KEPT_MAX = 5_000
"""Mentions of one version: a law gazette of a thousand pages has some; nobody decides on more, and the page says so."""
KINDS_OF_ORDERS = frozenset({"municipal_order", "other"})
"""Classes of which the text is read as an order; elsewhere a title on traffic is that of a report."""
log = logging.getLogger(__name__)


def once() -> bool:
    """Look through the next version of which the text is new; tell whether there was one."""
    seen = Looked.objects.filter(version=OuterRef("pk")).values("extracted_at")[:1]
    waiting = Version.objects.filter(state=State.EXTRACTED).annotate(seen_at=Subquery(seen))
    version = waiting.filter(Q(seen_at=None) | ~Q(seen_at=F("extracted_at"))).order_by("pk").first()
    if version is None:
        return False
    look(version)
    return True


def look(version: Version) -> None:
    """Keep what a version says. What people decided of the same words stays; proposals of the text before go."""
    pages = [_page(each) for each in PageText.objects.filter(version=version).order_by("number")]
    found = located(mentions(pages), current_geocoder())
    order = _order(version, pages)
    with transaction.atomic():
        held = Version.objects.select_for_update().filter(pk=version.pk, extracted_at=version.extracted_at).first()
        if held is None:
            return
        Mention.objects.filter(version=held, judged=Judged.PROPOSED).delete()
        texts = {page.number: page.text for page in pages}
        for each in Mention.objects.filter(version=held):
            if texts.get(each.page, "")[each.start : each.end] != each.text:
                each.delete()  # what it was said of is no longer in the text
        rows = [_row(held, each) for each in found[:KEPT_MAX]]
        Mention.objects.bulk_create(rows, 500, ignore_conflicts=True)
        seen = {"extracted_at": held.extracted_at, "is_cut": len(found) > KEPT_MAX, "order": order}
        Looked.objects.update_or_create(version=held, defaults=seen)


def _page(page: PageText) -> Page:
    return Page(number=page.number, text=page.text, width=None, height=None)


def _row(version: Version, found: Proposed) -> Mention:
    return Mention(
        version=version, kind=found.kind, page=found.page, start=found.start, end=found.end,
        text=found.text[:WORDS_MAX], value=found.value[:VALUE_MAX], confidence=found.confidence,
        lon_deg=found.lon_deg, lat_deg=found.lat_deg, accuracy_m=found.accuracy_m,
    )  # fmt: skip


def _order(version: Version, pages: list[Page]) -> dict[str, Any] | None:
    if version.document.kind not in KINDS_OF_ORDERS or not pages:
        return None
    text = "\n".join(page.text for page in pages)
    title = title_in(pages[0].text) or version.document.title
    read = read_order(title, text, is_known_way)
    return None if read is None else {"title": title[:WORDS_MAX]} | plain_order(read)


def is_known_way(name: str) -> bool:
    """Tell whether the town has a way of exactly this name."""
    names = current_geocoder().gazetteer.names
    return not names.filter(names["label"].str.to_lowercase() == name.lower()).is_empty()


def plain_order(read: Order) -> dict[str, Any]:
    """Return an order in values that JSON has."""
    return {
        "number": read.number or "", "ways": list(read.ways), "names_others": read.names_others,
        "districts": list(read.districts), "natures": sorted(read.natures), "forbids": sorted(read.forbids),
        "first_day": _said(read.first_day), "last_day": _said(read.last_day), "length_days": read.length_days,
        "hours": [[f"{each.begins:%H:%M}", f"{each.ends:%H:%M}", each.is_night] for each in read.hours],
        "stretches": [[each.way, each.first, each.last, each.is_between_ways] for each in read.stretches],
        "laws": list(read.laws),
    }  # fmt: skip


def _said(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def running() -> AbstractContextManager[None]:
    """Look through texts in the background while the portal is served."""
    return in_background("mentions", _run)


def _run(stopped: Event) -> None:
    while not stopped.is_set():
        try:
            if once():
                continue
        except DatabaseError as error:
            log.error("documents could not be looked through: %s", type(error).__name__)
        finally:
            close_old_connections()
        stopped.wait(EVERY_S)
