"""Entries in the life of data: they go by their logbook's term, with a visa; what names a person goes on demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from quietude.keeping.api import Asked, Due, Found, Held, Shelf
from quietude.model.identity import event_uid
from quietude.portal.logbook.content import Content
from quietude.portal.logbook.models import Entry, EntryVersion
from quietude.portal.participants import Rows, RowsShelf

ERASED = "[…]"  # in the place of a text that was erased; the digest of what it was stays


class EntryVersions(Rows):
    """Versions: an erasure takes words, identities and salt; number, time, category and digest stay as the proof."""

    def erase(self, found: Sequence[Found], asked: Asked) -> int:  # noqa: ARG002 - the participants' common signature
        """Erase the words of whole versions: what one version says of a person, its neighbours say too."""
        versions = EntryVersion.objects.filter(pk__in=[each.key for each in found])
        for version in versions:
            version.content = erased(version.content)
            version.identities, version.salt, version.reason = [], b"", ""
            version.save(update_fields=["content", "identities", "salt", "reason"])
        Entry.objects.filter(versions__in=versions).update(revision=F("revision") + 1, place_label="", street="")
        return len(versions)

    def is_held(self, found: Found, held: Held) -> bool:
        """Tell whether a hold names the logbook."""
        logbook = EntryVersion.objects.filter(pk=found.key).values_list("entry__logbook", flat=True).first()
        return logbook is not None and held.names(logbook)


class EntriesShelf(RowsShelf):
    """Entries past their term, but for those whose logbook or fact a legal hold keeps."""

    def due(self, as_of: date, held: Held) -> Sequence[Due]:
        """Return the keys of the entries that may leave."""
        found = super().due(as_of, held)
        free = [self._free(due.items, held) for due in found]
        return [
            replace(due, items=items, held=due.held + len(due.items) - len(items))
            for due, items in zip(found, free, strict=True)
        ]

    def _free(self, keys: Sequence[str], held: Held) -> tuple[str, ...]:
        if not (held.sources or held.uids):
            return tuple(keys)
        kept = {
            str(pk)
            for pk, logbook, label in Entry.objects.filter(pk__in=keys).values_list("pk", "logbook", "label")
            if held.names(logbook) or event_uid(logbook, label) in held.uids
        }
        return tuple(key for key in keys if key not in kept)


WHOSE = {
    "logbook.Entry": "logbook",
    "logbook.FollowUp": "entry__logbook",
    "logbook.FollowUpStep": "follow_up__entry__logbook",
}
"""Table to the way to its rows' logbook."""


class OfEntry(Rows):
    """Rows of one entry: a hold on its logbook keeps them."""

    def shelves(self, timezone: str) -> Sequence[Shelf]:
        """Return the shelf of entries; what hangs on an entry goes with it."""
        return [
            EntriesShelf(each.rows, each.since, each.length, each.timezone, each.name, each.needs_visa)
            for each in super().shelves(timezone)
            if isinstance(each, RowsShelf)
        ]

    def is_held(self, found: Found, held: Held) -> bool:
        """Tell whether a hold names the logbook."""
        column = WHOSE.get(self.table, "entry__logbook")
        logbook = self.model._default_manager.filter(pk=found.key).values_list(column, flat=True).first()
        return logbook is not None and held.names(logbook)


def erased(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stays of a version whose words were erased: when, what kind, how grave, which regime."""
    kept = {name: content[name] for name in ("occurred_at", "category", "severity", "regime") if name in content}
    return Content.model_validate(kept | {"text": ERASED}).dumped()


PARTICIPANTS = (
    OfEntry(table="logbook.Entry", title=_("Entries of logbooks"), needs_visa=True),
    EntryVersions(table="logbook.EntryVersion", title=_("Versions of entries")),
    OfEntry(table="logbook.FollowUp", title=_("Follow-ups")),
    OfEntry(table="logbook.FollowUpStep", title=_("Steps of follow-ups")),
    Rows(table="logbook.FollowUpWish"),
)
