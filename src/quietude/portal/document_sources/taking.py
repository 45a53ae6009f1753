"""Fetches what waits, one document after the other: new ones, new versions, and those that only moved."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import translation

from quietude.documents.api import (
    Connector,
    ConnectorError,
    GoneError,
    TooLargeError,
    UnsettledError,
    VanishedError,
)
from quietude.portal.attachments.taking import NotLookedAt
from quietude.portal.document_sources.faults import LASTING, Fault
from quietude.portal.document_sources.models import Item, State
from quietude.portal.document_sources.readers import give, meant_for, place_of, service_of, title_of
from quietude.portal.documents import acts
from quietude.portal.documents.judging import FILE_BYTES_MAX
from quietude.portal.documents.models import Document, Version
from quietude.portal.town import town_day
from quietude.portal.uploads.problem import UploadRefused
from quietude.sources.api import Manifest, parse_duration

FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(days=1)
"""A document that cannot be read is tried again after the first, doubled each time up to this."""
FAILED_IN_A_ROW = 5
"""So many documents one after the other that cannot be read: it is the place that fails."""
MAIL = "mailbox"


class OldError(Exception):
    """A document is older than its source's are kept."""


@dataclass(slots=True)
class Taking:
    """Takes what waits of one source. `goes_on` is asked before each document, and told how large the last one was."""

    manifest: Manifest
    connector: Connector
    now: datetime
    goes_on: Callable[[int], bool]
    _failed: int = 0

    def all_due(self) -> bool:
        """Take what is due; return whether all of it was tried.

        Raises:
            ConnectorError: the place fails, not a document of it.
            NotLookedAt, OSError, DatabaseError, JournalUnavailableError: it cannot be kept here now.
        """
        size = 0
        with tempfile.TemporaryDirectory(prefix="quietude-source-") as folder:
            for pk in list(due(self.manifest.name, self.now).values_list("pk", flat=True)):
                if not self.goes_on(size):
                    return False
                item = Item.objects.filter(pk=pk).first()
                size = self._tried(item, Path(folder) / "document") if item is not None else 0
        return True

    def _tried(self, item: Item, path: Path) -> int:
        """Try one document; return how many bytes came."""
        try:
            taken = self._fetched(item, path)
            self._keep(item, taken)
        except (VanishedError, NotLookedAt):
            raise
        except ConnectorError as error:
            self._put_off(item, error)
        except UploadRefused as refused:
            _refuse(item, Fault.REFUSED, str(refused))
        except ValidationError as error:
            fault = Fault.REFUSED if item.document_id is None else Fault.LOCKED
            _refuse(item, fault, " ".join(error.messages))
        except OldError:
            _refuse(item, Fault.OLD)
        else:
            self._failed = 0
            return len(taken.content)
        return 0

    def _fetched(self, item: Item, path: Path) -> acts.Taken:
        limit = min(place_of(self.manifest).max_bytes, FILE_BYTES_MAX)
        if item.size_bytes is not None and item.size_bytes > limit:
            raise TooLargeError(f"it has {item.size_bytes} bytes, more than the {limit} allowed")
        if self._until(item) < town_day(self.now):
            raise OldError
        try:
            self.connector.fetch(item.key, path, limit)
            content = path.read_bytes()
        finally:
            path.unlink(missing_ok=True)
        with translation.override("en"):  # what is refused is kept as a message, and said in the reader's language
            return acts.take(item.name, content)

    def _keep(self, item: Item, taken: acts.Taken) -> None:
        """Keep a content as the next version of its document, as another document's that has it already, or anew."""
        document = item.document
        if document is not None and not self._is_shared(item, document):
            number = document.current.number
            if document.current.sha256 != taken.sha256:
                with translation.override("en"):
                    number = acts.add_version(None, document, taken, now=self.now).number
            self._here(item, document, number)
            return
        twin = self._twin(taken.sha256)
        if twin is None:
            twin = acts.add(None, None, taken, self._said(item), now=self.now)
        self._here(item, twin, twin.current.number)

    def _here(self, item: Item, document: Document, number: int) -> None:
        """Note which document an item is; where it moved, its old place is forgotten."""
        name = self.manifest.name
        with transaction.atomic():
            left = item.document_id if item.document_id != document.pk else None
            linked = Item.objects.filter(source=name, document=document).exclude(pk=item.pk)
            rights = linked.values_list("rights", flat=True).first() or item.rights
            linked.filter(state__in=[State.LEAVING, State.STAYS]).delete()
            Item.objects.filter(source=name, document=left).exclude(document=None).update(is_due=True)
            Item.objects.filter(pk=item.pk).update(
                document=document, version=number, state=State.HERE, taken_tag=item.tag, fault="", reason="", tries=0,
                next_at=None, rights=rights,
            )  # fmt: skip
            give(self.manifest, document)

    def _said(self, item: Item) -> acts.Said:
        meant = meant_for(self.manifest, item)
        only_for = meant.only_for
        return acts.Said(
            kind=place_of(self.manifest).document_class, title=title_of(item), sensitivity=meant.sensitivity.value,
            service=service_of(only_for), dated_on=self._dated_on(item), source=self.manifest.name,
            is_fictional=self.manifest.defaults.reality.value == "fictional", regime=self.manifest.regime.value,
            until=self._until(item), only_for=only_for, is_beside=True,
        )  # fmt: skip

    def _dated_on(self, item: Item) -> date | None:
        """Return the day of a message; a file's time says when it was copied, not of what day it is."""
        is_mail = place_of(self.manifest).format == MAIL
        return town_day(item.modified_at) if is_mail and item.modified_at is not None else None

    def _until(self, item: Item) -> date:
        return parse_duration(self.manifest.retention).after(self._dated_on(item) or town_day(self.now))

    def _is_shared(self, item: Item, document: Document) -> bool:
        others = Item.objects.filter(document=document).exclude(pk=item.pk)
        return others.exclude(state__in=[State.LEAVING, State.STAYS]).exists()

    def _twin(self, sha256: str) -> Document | None:
        """Return the source's document with this content: one that moved, is there twice, or was kept before a kill."""
        found = Version.objects.filter(sha256=sha256, document__source=self.manifest.name).select_related("document")
        return next((each.document for each in found if each.document.current.pk == each.pk), None)

    def _put_off(self, item: Item, error: ConnectorError) -> None:
        if isinstance(error, TooLargeError):
            _refuse(item, Fault.LARGE)
            return
        fault = Fault.UNREADABLE
        if isinstance(error, GoneError | UnsettledError):
            fault = Fault.GONE if isinstance(error, GoneError) else Fault.UNSETTLED
        else:
            self._failed += 1
        if self._failed >= FAILED_IN_A_ROW:
            raise error
        wait = min(FIRST_WAIT * 2 ** min(item.tries, 20), LONGEST_WAIT)
        Item.objects.filter(pk=item.pk).update(
            state=State.FAILED, fault=fault, reason="", tries=F("tries") + 1, next_at=self.now + wait
        )


def due(source: str, now: datetime) -> QuerySet[Item]:
    """Return what is to be fetched now: what waits, and what failed and has waited; the first told first."""
    again = Q(state=State.FAILED) & (Q(next_at=None) | Q(next_at__lte=now))
    return Item.objects.filter(Q(state=State.WAITING) | again, source=source).order_by("tries", "pk")


def _refuse(item: Item, fault: Fault, said: str = "") -> None:
    if fault not in LASTING:
        raise ValueError(fault)
    Item.objects.filter(pk=item.pk).update(
        state=State.REFUSED, fault=fault, reason=said[:300], taken_tag=item.tag, tries=0, next_at=None
    )
