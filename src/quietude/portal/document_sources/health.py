"""How each source of documents does: what a keeper of documents is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext_lazy

from quietude.journal.api import Kind
from quietude.model.event import Sensitivity
from quietude.portal.document_sources.faults import Fault, Trouble, said_of
from quietude.portal.document_sources.models import Item, Source, State
from quietude.portal.document_sources.readers import meant_for, place_of, rules_of
from quietude.portal.documents.models import Document, OnlyFor
from quietude.portal.documents.scope import Reader
from quietude.portal.flows.pulling import every_of
from quietude.portal.journal.recording import Act, note
from quietude.portal.services.models import Service
from quietude.sources.api import Manifest

NAMES: Mapping[str, str | Promise] = MappingProxyType(
    {
        "folder": pgettext_lazy("place of documents", "folder"), "webdav": "WebDAV", "mailbox": "IMAP", "s3": "S3",
        "cmis": "CMIS", "smb": "SMB", "site": pgettext_lazy("place of documents", "website"),
    }
)  # fmt: skip
SHOWN_MAX = 20
LOOKED_AT, NAMES_MAX = 20, 5
"""Of so many that are not taken it is looked whether the reader may know the name, and so many are named."""
HOUR_MINUTES, DAY_MINUTES = 60, 24 * 60
LATE = 3
"""A source that was not seen for so many of its rounds is late."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Documents that are not taken, for one reason."""

    count: int
    said: str | Promise
    more: str
    names: tuple[str, ...]
    """Names of some, as far as the reader may know them."""


@dataclass(frozen=True, slots=True)
class Health:
    """How one source does."""

    manifest: Manifest
    source: Source
    counts: Mapping[str, int]
    """State to count."""
    refusals: tuple[Refusal, ...]
    vanished: tuple[Document, ...]
    """Some of the documents that wait to be deleted, as far as the reader may know their titles."""
    closed: int
    """Documents that nobody may see, because no rule knows who may."""
    unknown_services: tuple[str, ...]
    """Codes that the manifest names and the town does not have."""
    now: datetime

    @property
    def place(self) -> str | Promise:
        """Return the kind of place."""
        return NAMES[place_of(self.manifest).format]

    @property
    def here(self) -> int:
        """Return how many of its documents are here."""
        return self.counts.get(State.HERE, 0) + self.counts.get(State.STAYS, 0)

    @property
    def waiting(self) -> int:
        """Return how many are still to be fetched."""
        return self.counts.get(State.WAITING, 0)

    @property
    def failed(self) -> int:
        """Return how many are tried again later."""
        return self.counts.get(State.FAILED, 0)

    @property
    def not_taken(self) -> int:
        """Return how many are not taken, for a reason of their own."""
        return self.counts.get(State.REFUSED, 0)

    @property
    def stays(self) -> int:
        """Return how many are gone there and are kept here."""
        return self.counts.get(State.STAYS, 0)

    @property
    def dropped(self) -> int:
        """Return how many were deleted here and are left alone there."""
        return self.counts.get(State.DROPPED, 0)

    @property
    def every(self) -> timedelta:
        """Return how often it is looked for."""
        return every_of(self.manifest)

    @property
    def every_said(self) -> str:
        """Return how often it is looked for, in words."""
        minutes = round(self.every / timedelta(minutes=1))
        if minutes >= 2 * DAY_MINUTES and minutes % DAY_MINUTES == 0:
            return gettext("every %(n)s days") % {"n": minutes // DAY_MINUTES}
        if minutes >= HOUR_MINUTES and minutes % HOUR_MINUTES == 0:
            hours = minutes // HOUR_MINUTES
            return ngettext("every hour", "every %(n)s hours", hours) % {"n": hours}
        return ngettext("every minute", "every %(n)s minutes", minutes) % {"n": minutes}

    @property
    def is_late(self) -> bool:
        """Tell whether the place was not seen for longer than its schedule explains."""
        return self.source.seen_at is not None and self.now - self.source.seen_at > LATE * self.every

    @property
    def trouble_said(self) -> str | Promise:
        """Return what keeps it from being followed, and what to do."""
        return said_of(Trouble, self.source.trouble)

    @property
    def passed(self) -> list[tuple[str, int]]:
        """Return why things there were passed over, and how many each."""
        return [(gettext(reason), count) for reason, count in self.source.passed_why.items()]


def health_of(manifest: Manifest, reader: Reader, now: datetime) -> Health:
    """Return how a source does, to a reader: names and titles as far as they may know them, numbers whole."""
    name = manifest.name
    source = Source.objects.select_related("paused_by").filter(name=name).first() or Source(name=name)
    items = Item.objects.filter(source=name)
    counted = items.order_by().values_list("state").annotate(n=Count("pk"))
    codes = {code for rule in rules_of(manifest) for code in rule.groups}
    documents = Document.objects.filter(source=name)
    known = set(Service.objects.filter(code__in=codes).values_list("code", flat=True))
    vanished: tuple[Document, ...] = ()
    if source.vanished:
        gone = items.filter(digest__in=source.vanished_some).values("document")
        vanished = tuple(reader.titled().filter(pk__in=gone)[:SHOWN_MAX])
        reader.note_reading(vanished, "title")
    return Health(
        manifest=manifest, source=source, counts=dict(counted), refusals=_refusals(manifest, reader),
        vanished=vanished,
        closed=OnlyFor.objects.filter(service=None, document__in=documents).count(),
        unknown_services=tuple(sorted(codes - known)), now=now,
    )  # fmt: skip


def _refusals(manifest: Manifest, reader: Reader) -> tuple[Refusal, ...]:
    """Return what is not taken or failed, by reason; it is noted where a name is shown that is not public."""
    items = Item.objects.filter(source=manifest.name, state__in=[State.REFUSED, State.FAILED])
    found = items.order_by().values_list("fault", "reason").annotate(n=Count("pk")).order_by("-n")[:SHOWN_MAX]
    keys = dict(Service.objects.values_list("code", "pk"))
    refusals: list[Refusal] = []
    noted = 0
    for fault, reason, count in found:
        names = []
        for item in items.filter(fault=fault, reason=reason)[:LOOKED_AT]:
            document, only_for = _would_be(manifest, item, keys)
            if reader.would_title(document, only_for):
                names.append(item.name)
                noted += document.sensitivity != Sensitivity.PUBLIC.value
        said = gettext(reason) if reason else ""
        refusals.append(Refusal(count, said_of(Fault, fault), said, tuple(names[:NAMES_MAX])))
    if noted:
        detail = {"of": "document_source", "source": manifest.name, "columns": "title", "rows": str(noted)}
        viewer = reader.viewer
        note(Act(kind=Kind.CONSULT, who=viewer.who, purpose=viewer.purpose or "", detail=detail))
    return tuple(refusals)


def _would_be(manifest: Manifest, item: Item, keys: Mapping[str, int]) -> tuple[Document, frozenset[int] | None]:
    """Return the document that an item would be, and for whom alone."""
    meant = meant_for(manifest, item)
    document = Document(
        source=manifest.name, sensitivity=meant.sensitivity.value, regime=manifest.regime.value, title=item.name
    )
    only_for = None if meant.services is None else frozenset(keys[code] for code in meant.services if code in keys)
    return document, only_for
