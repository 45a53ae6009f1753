"""Decisions on what a document says: each with its line in the history and in the journal, or not done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext

from quietude.journal.api import Kind
from quietude.model.event import Sensitivity
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.documents.acts import line
from quietude.portal.documents.models import Document, Version
from quietude.portal.journal.recording import note
from quietude.portal.logbook.acts import zones_at
from quietude.portal.logbook.placing import suggestions
from quietude.portal.mentions.models import VALUE_MAX, Decision, Judged, Looked, Mention
from quietude.portal.town import current_town
from quietude.portal.works.models import PLACE_MAX, TITLE_MAX, PlannedWorks

WORKS_DAYS_MAX = 3 * 366
"""Works that are planned for longer are a rule for good: no time line is served by them."""


@dataclass(frozen=True, slots=True)
class Works:
    """The works of an order as a person confirms them."""

    title: str
    first_day: date
    last_day: date
    ways: tuple[str, ...]


@transaction.atomic
def decide(by: User, mention: Mention, what: Decision.What, now: datetime, value: str = "") -> Mention:
    """Confirm a mention, correct its value, reject it, or propose it again.

    Raises:
        PermissionDenied: `by` may not add to documents.
        ValidationError: a correction says nothing, or no day where it is one.
    """
    _may(by)
    held = Mention.objects.select_for_update().select_related("version__document").get(pk=mention.pk)
    before = ""
    if what is Decision.What.CORRECTED:
        before, held.value = held.value, _checked(held, value)
        held.confidence = 1.0
        if held.kind == Mention.Kind.PLACE:
            _place(held)
    held.judged = {
        Decision.What.REJECTED: Judged.REJECTED, Decision.What.REOPENED: Judged.PROPOSED,
    }.get(what, Judged.CONFIRMED)  # fmt: skip
    held.save()
    _keep(by, held.version, what, now, mention=held, before=before)
    return held


@transaction.atomic
def plan(by: User, version: Version, works: Works, now: datetime) -> PlannedWorks:
    """Confirm the works that an order proposes: they are planned from now on, for alarms and situations.

    Raises:
        PermissionDenied: `by` may not add to documents.
        ValidationError: the document is not public, proposes none, or the days or the title make no sense.
    """
    _may(by)
    document = Document.objects.select_for_update().get(pk=version.document_id)
    if document.sensitivity != Sensitivity.PUBLIC.value:
        said = gettext(
            "Works are shown to whoever sees alarms and situations, so their order must be public. Have whoever keeps "
            "documents make it so, then confirm."
        )
        raise ValidationError(said)
    looked = Looked.objects.filter(version=version).first()
    if looked is None or looked.order is None:
        raise ValidationError(gettext("This version proposes no works."))
    title = " ".join(works.title.split())
    if not title or len(title) > TITLE_MAX:
        raise ValidationError(gettext("Say what the works are, in %(most)s letters at most.") % {"most": TITLE_MAX})
    if works.last_day < works.first_day:
        raise ValidationError(gettext("The works would end before they begin."))
    if (works.last_day - works.first_day).days >= WORKS_DAYS_MAX:
        raise ValidationError(gettext("Works last three years at most: what holds for longer is a rule for good."))
    points = _points(works.ways)
    made, _is_new = PlannedWorks.objects.update_or_create(
        document=document,
        defaults={
            "title": title, "order_number": looked.order["number"][:60], "natures": looked.order["natures"],
            "first_day": works.first_day, "last_day": works.last_day,
            "place_label": ", ".join(works.ways)[:PLACE_MAX], "points": points, "zones": zones_of(points),
            "confirmed_by": by, "confirmed_at": now,
        },
    )  # fmt: skip
    _keep(by, version, Decision.What.PLANNED, now)
    return made


@transaction.atomic
def unplan(by: User, version: Version, now: datetime) -> None:
    """Withdraw the works that were confirmed of a document; it proposes them again.

    Raises:
        PermissionDenied: `by` may not add to documents, or there are none.
    """
    _may(by)
    gone, _rows = PlannedWorks.objects.filter(document=version.document_id).delete()
    if not gone:
        raise PermissionDenied
    _keep(by, version, Decision.What.UNPLANNED, now)


def zones_of(points: Sequence[Sequence[float]]) -> list[str]:
    """Return the zones of the finest level in which points lie, "level:code" each."""
    level = current_town().territory.level_names[-1]
    codes = [zones_at(lon, lat)[-1] for lon, lat in points]
    return [f"{level}:{code}" for code in dict.fromkeys(codes) if code]


def _points(ways: Sequence[str]) -> list[list[float]]:
    found = (suggestions(way, limit=1) for way in ways)
    return [[best.lon_deg, best.lat_deg] for (best, *_) in filter(None, found) if best.score is not None]


def _place(mention: Mention) -> None:
    found = suggestions(mention.value, limit=1)
    best = found[0] if found and found[0].score is not None else None
    mention.lon_deg = best.lon_deg if best is not None else None
    mention.lat_deg = best.lat_deg if best is not None else None
    mention.accuracy_m = best.accuracy_m if best is not None else None


def _checked(mention: Mention, value: str) -> str:
    said = " ".join(value.split())
    if not said or len(said) > VALUE_MAX:
        raise ValidationError(gettext("Say what it is, in %(most)s letters at most.") % {"most": VALUE_MAX})
    if mention.kind == Mention.Kind.DATE:
        try:
            return date.fromisoformat(said).isoformat()
        except ValueError as error:
            raise ValidationError(gettext("Write the day as 2026-06-17.")) from error
    return said


def _keep(
    by: User, version: Version, what: Decision.What, now: datetime, *, mention: Mention | None = None, before: str = ""
) -> None:
    Decision.objects.create(version=version, mention=mention, what=what, before=before, at=now, by=by)
    detail = {"act": f"mention_{what.value}", "version": str(version.number)}
    if mention is not None:
        detail |= {"mention": str(mention.pk), "mention_kind": mention.kind}
    note(line(Kind.MODIFY, by, version.document, **detail))


def _may(by: User) -> None:
    if not by.holds(Right.ADD_DOCUMENTS):
        raise PermissionDenied
