"""What a place tells of changes, kept as rows to be fetched or to be deleted, together with how far it was read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import QuerySet

from quietude.documents.api import Added, Change, Changed, Connector, Deleted, Held, Reached, Skipped
from quietude.documents.api import Item as Told
from quietude.portal.document_sources.models import Item, Source, State
from quietude.sources.api import Manifest

AT_ONCE = 500
"""Changes a transaction: others write to the database in between."""
WRITTEN = ("key", "name", "folder", "readers", "tag", "size_bytes", "modified_at", "state", "fault", "reason", "tries",
           "next_at", "is_due", "is_lost")  # fmt: skip
REASONS_MAX = 20


@dataclass(slots=True)
class Listing:
    """Reads on what a place tells. `goes_on` says whether there is time left; asked where a run can be resumed."""

    manifest: Manifest
    source: Source
    goes_on: Callable[[], bool]
    _is_anew: bool = False
    _agreed: int = 0
    _waiting: list[Added | Changed | Deleted] = field(default_factory=list)
    _held: Held | None = None
    _passed: dict[str, int] = field(default_factory=dict)

    def read(self, connector: Connector) -> bool:
        """Keep all that is told; return whether it came to its end.

        Raises:
            ConnectorError: the place cannot be read; what was kept until then stays, and nothing was deleted.
        """
        self._begin()
        is_whole, self._agreed = False, self.source.agreed
        told = connector.changes(self.source.cursor or None, deletions_allowed=self._agreed)
        for change in told:
            if isinstance(change, Reached):
                is_whole = change.is_whole
                self._keep(change)
                if not self.goes_on():
                    return False
            else:
                self._note(change)
        self._end(is_whole=is_whole)
        return True

    def _begin(self) -> None:
        form = self.manifest.read[0].format
        if self.source.form != form:  # a cursor of another kind of place says nothing to this one
            self.source.form, self.source.cursor = form, ""
            self.source.save(update_fields=["form", "cursor"])
        known = Item.objects.filter(source=self.source.name).exclude(state=State.DROPPED)
        if not self.source.cursor:
            self._is_anew = known.update(is_lost=True) > 0
        else:
            self._is_anew = known.filter(is_lost=True).exists()

    def _note(self, change: Change) -> None:
        if isinstance(change, Held):
            self._held = change
        elif isinstance(change, Skipped):
            self._passed[change.reason[:200]] = self._passed.get(change.reason[:200], 0) + 1
        elif isinstance(change, Added | Changed | Deleted):
            self._waiting.append(change)
            if len(self._waiting) >= AT_ONCE:
                self._keep(None)

    @transaction.atomic
    def _keep(self, reached: Reached | None) -> None:
        """Keep what was told, and the cursor with the last of it. Told twice, it changes nothing."""
        changes, self._waiting = self._waiting, []
        _take_in(self.source.name, [each.item for each in changes if isinstance(each, Added | Changed)])
        _let_go(self.source.name, [each.key for each in changes if isinstance(each, Deleted)])
        if reached is not None:
            self.source.cursor, self.source.agreed = reached.cursor, 0  # a word is for what was asked then
            self.source.save(update_fields=["cursor", "agreed"])

    def _end(self, *, is_whole: bool) -> None:
        """Note what waits for a person's word, and what was passed over, where all there is was compared."""
        if not is_whole:
            return
        lost = Item.objects.filter(source=self.source.name, is_lost=True).exclude(state=State.DROPPED)
        count = lost.count() if self._is_anew else 0
        if count and count <= self._agreed:
            _let_go_items(lost)
            count = 0
        held, digests = self._held, [digest_of(key) for key in (self._held.keys if self._held else ())]
        self.source.vanished = count + (held.deletions if held is not None else 0)
        self.source.vanished_of = Item.objects.filter(source=self.source.name).exclude(state=State.DROPPED).count()
        if count:
            digests += list(lost.values_list("digest", flat=True)[:REASONS_MAX])
        self.source.vanished_some = digests[:REASONS_MAX]
        self.source.passed_over = sum(self._passed.values())
        self.source.passed_why = dict(sorted(self._passed.items(), key=lambda each: -each[1])[:REASONS_MAX])
        self.source.save(update_fields=["vanished", "vanished_of", "vanished_some", "passed_over", "passed_why"])


def digest_of(key: str) -> str:
    """Return the digest of a key of the place."""
    return hashlib.sha256(key.encode("utf-8", "backslashreplace")).hexdigest()


def tag_of(told: Told) -> str:
    """Return the digest of a version tag; "" where the place tells none."""
    return hashlib.sha256(told.etag.encode("utf-8", "backslashreplace")).hexdigest() if told.etag else ""


def _take_in(source: str, told: Sequence[Told]) -> None:
    """Keep documents that were told, new or known."""
    by_digest = {digest_of(each.key): each for each in told}
    known = {each.digest: each for each in Item.objects.filter(source=source, digest__in=list(by_digest))}
    changed = [_told_again(item, by_digest[digest]) for digest, item in known.items() if item.state != State.DROPPED]
    Item.objects.bulk_update(changed, WRITTEN, batch_size=100)
    Item.objects.bulk_create(
        _described(Item(source=source, digest=digest), each)
        for digest, each in by_digest.items()
        if digest not in known
    )


def _described(item: Item, told: Told) -> Item:
    item.key, item.name, item.folder = told.key, told.name[:200], told.folder
    item.readers = sorted(told.rights) if told.rights is not None else None
    item.tag, item.size_bytes, item.modified_at = tag_of(told), told.size, told.modified
    return item


def _told_again(item: Item, told: Told) -> Item:
    """Return a known document as it is told now: fetched again where its content may be another one."""
    before, tag = (item.name, item.folder, item.readers, item.state), item.tag
    _described(item, told)
    item.is_lost = False
    if item.state in {State.LEAVING, State.STAYS, State.HERE}:
        is_same = bool(item.tag) and item.tag == item.taken_tag
        item.state = State.HERE if is_same and item.document_id is not None else State.WAITING
    elif not item.tag or item.tag != tag:
        item.state = State.WAITING
    if item.state == State.WAITING:
        item.fault, item.reason, item.tries, item.next_at = "", "", 0, None
    if item.document_id is not None and before != (item.name, item.folder, item.readers, item.state):
        item.is_due = True
    return item


def _let_go(source: str, keys: Sequence[str]) -> None:
    """Have documents that are gone there deleted here."""
    digests = [digest_of(key) for key in keys]
    for begin in range(0, len(digests), AT_ONCE):
        _let_go_items(Item.objects.filter(source=source, digest__in=digests[begin : begin + AT_ONCE]))


def _let_go_items(items: QuerySet[Item]) -> None:
    gone = items.values_list("pk", flat=True)
    Item.objects.filter(pk__in=list(gone), document=None).delete()  # nothing of it is here
    Item.objects.filter(pk__in=list(gone)).update(state=State.LEAVING, is_lost=False, is_due=False)
