"""Attachments in the life of data: they go with their entry, or alone when a person is to be forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quietude.keeping.api import Asked, Found
from quietude.model.identity import event_uid
from quietude.portal.attachments.models import Attachment, State
from quietude.portal.logbook.models import EntryVersion
from quietude.portal.logbook.participants import OfEntry


class OfAttachments(OfEntry):
    """Files: nobody can look for a face in them, so those of every entry that speaks of the person are shown."""

    def find(self, asked: Asked) -> Iterator[Found]:
        """Yield the attachments whose caption or whose entry names the person, or whose fact is asked for."""
        rows = Attachment.objects.filter(gone_at=None).select_related("entry")
        entries = rows.order_by().values_list("entry", flat=True)
        versions = EntryVersion.objects.filter(entry__in=entries).values_list(
            "entry", "content", "identities", "reason"
        )
        speaking = {entry for entry, *texts in versions if asked.finds(texts)}
        for row in rows:
            uid = event_uid(row.entry.logbook, row.entry.label)
            content = {"name": row.name, "caption": row.caption, "reason": row.reason}
            if uid in asked.uids or row.entry_id in speaking or asked.finds(content.values()):
                content["file"] = f"{row.entry.label}/{row.number}"
                shown = {name: text for name, text in content.items() if text}
                yield Found(place=self.table, key=str(row.pk), source="", content=shown)

    def erase(self, found: Sequence[Found], asked: Asked) -> int:  # noqa: ARG002 - the participants' common signature
        """Erase the files with all that is said of them; number, moment and digest stay as the proof."""
        rows = list(Attachment.objects.filter(pk__in=[each.key for each in found], gone_at=None))
        for row in rows:
            row.state, row.gone_at, row.salt = State.ERASED, timezone.now(), b""
            row.save(update_fields=["state", "gone_at", "salt"])
            same = Attachment.objects.filter(
                entry=row.entry_id, number=row.number
            )  # what it replaced has the same words
            same.update(name="", caption="", reason="")
            row.forget_file()
        return len(rows)


PARTICIPANTS = (OfAttachments(table="attachments.Attachment", title=_("Attachments of entries")),)
