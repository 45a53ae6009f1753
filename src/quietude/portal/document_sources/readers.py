"""Who may see a followed document here: what its place and its manifest say, never wider than the manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from quietude.documents.api import Item as Told
from quietude.documents.api import rights_of
from quietude.journal.api import Kind
from quietude.model.event import SENSITIVITY_ORDER, Sensitivity
from quietude.portal.document_sources.models import Item, State
from quietude.portal.documents import acts
from quietude.portal.documents.changes import changed
from quietude.portal.documents.models import TITLE_MAX, Document, Step
from quietude.portal.journal.recording import note
from quietude.portal.services.models import Service
from quietude.sources.api import DocumentRead, Manifest, RightSpec

ALL, SPLIT = "*", "|"
AT_ONCE = 200  # documents whose rights are given in one go: some seconds


@dataclass(frozen=True, slots=True)
class Meant:
    """Who may see a document."""

    sensitivity: Sensitivity
    services: frozenset[str] | None
    """Codes of the services that alone may; nobody where empty; None: whoever the sensitivity lets."""

    @property
    def only_for(self) -> tuple[Service, ...] | None:
        """Return the services as documents keep them; codes that the town does not have are nobody."""
        if self.services is None:
            return None
        return tuple(Service.objects.filter(code__in=self.services).order_by("code"))


def place_of(manifest: Manifest) -> DocumentRead:
    """Return the one place of a source of documents."""
    place: DocumentRead = manifest.read[0]  # type: ignore[assignment]  # the manifest holds that it is one
    return place


def rules_of(manifest: Manifest) -> tuple[RightSpec, ...]:
    """Return what the manifest says of rights."""
    return tuple(place_of(manifest).rights)


def meant_for(manifest: Manifest, item: Item) -> Meant:
    """Return who may see a document by its folder and its readers there."""
    told = Told(
        key=item.key, name=item.name, folder=item.folder,
        rights=tuple(item.readers) if item.readers is not None else None,
    )  # fmt: skip
    rights = rights_of(told, rules_of(manifest), manifest.sensitivity)
    services = None if not rights.groups and not rights.is_closed else frozenset(rights.groups)
    if rights.is_closed:
        services = frozenset()
    return Meant(_stricter(rights.sensitivity, manifest.sensitivity), services)


def strictest(several: Iterable[Meant]) -> Meant:
    """Return what holds where one document lies in several places: the closest sensitivity, the services of all."""
    first, *others = several
    sensitivity, services = first.sensitivity, first.services
    for each in others:
        sensitivity = _stricter(sensitivity, each.sensitivity)
        if each.services is not None:
            services = each.services if services is None else services & each.services
    return Meant(sensitivity, services)


def digest_of(manifest: Manifest) -> str:
    """Return what changes when documents are to be looked at again: the rules, the manifest, the town's services."""
    rules = rules_of(manifest)
    named = {code for rule in rules for code in rule.groups}
    known = sorted(Service.objects.filter(code__in=named).values_list("code", flat=True))
    said = [rule.model_dump(mode="json") for rule in rules]
    return hashlib.sha256(json.dumps([manifest.sensitivity.value, said, known]).encode()).hexdigest()


def give_all(manifest: Manifest, before: str) -> str:
    """Have all documents looked at again where what is said of rights changed; return the digest of what is said."""
    now = digest_of(manifest)
    if now != before:
        Item.objects.filter(source=manifest.name).exclude(document=None).update(is_due=True)
    return now


def give_due(manifest: Manifest) -> int:
    """Give the documents that are due the rights that are meant now; return how many were looked at."""
    looked = 0
    while documents := list(
        Document.objects.filter(
            pk__in=Item.objects.filter(source=manifest.name, is_due=True).values("document")
        ).order_by("pk")[:AT_ONCE]
    ):
        for document in documents:
            give(manifest, document)
        looked += len(documents)
    return looked


@transaction.atomic
def give(manifest: Manifest, document: Document) -> None:
    """Give a document the rights that its items say together, and the name of its one item.

    What a person made closer stays so; what changes leaves a line in its history and in the journal.
    """
    held = Document.objects.select_for_update().get(pk=document.pk)
    items = list(Item.objects.filter(source=manifest.name, document=held))
    if not items:
        return
    # What left there says nothing any more, unless all did: then it stands as it was.
    present = [each for each in items if each.state not in {State.LEAVING, State.STAYS}] or items
    meant, before = strictest(meant_for(manifest, each) for each in present), items[0].rights
    *rights, title = before.split(SPLIT, 2) if before else ("", "", held.title)
    said = _said(meant)
    parts = _give_rights(held, meant, rights) if said != SPLIT.join(rights) else []
    if held.title == title != title_of(present[0]):  # a person gave it no other
        held.title = title_of(present[0])
        parts.append("title")
    if parts:
        held.save(update_fields=["sensitivity", "service", "title"])
        acts.step(held, Step.What.CHANGED, None, timezone.now(), ", ".join(parts))
        note(acts.line(Kind.MODIFY, None, held, act="source_said", parts=",".join(parts), source=manifest.name))
        changed(held)
    Item.objects.filter(pk__in=[each.pk for each in items]).update(
        rights=f"{said}{SPLIT}{title_of(present[0])}", is_due=False
    )


def _said(meant: Meant) -> str:
    """Return who may see a document as a text, by which it is noticed that it changed: by services of the town."""
    only_for = meant.only_for
    return f"{meant.sensitivity.value}{SPLIT}{ALL if only_for is None else ','.join(each.code for each in only_for)}"


def _give_rights(held: Document, meant: Meant, before: list[str]) -> list[str]:
    parts, (said, services) = [], before
    wanted = meant.sensitivity
    if said and held.sensitivity != said:  # a person said otherwise since
        wanted = _stricter(wanted, Sensitivity(held.sensitivity))
    if held.sensitivity != wanted.value:
        held.sensitivity = wanted.value
        parts.append("sensitivity")
    only_for = meant.only_for
    own = service_of(only_for)
    if own is None and (held.service is None or held.service.code not in services.split(",")):
        own = held.service  # a person said it, not the place
    if own != held.service:
        held.service = own
        parts.append("service")
    known: set[int | None] = set(held.only_for.values_list("service", flat=True))
    now: set[int | None] = set()
    if only_for is not None:
        now = {each.pk for each in only_for} or {None}
    if known != now:
        acts.limit(held, only_for)
        parts.append("readers")
    return parts


def service_of(only_for: tuple[Service, ...] | None) -> Service | None:
    """Return whose a document is: the one service that it is for, none where there are several."""
    return only_for[0] if only_for is not None and len(only_for) == 1 else None


def _stricter(one: Sensitivity, other: Sensitivity) -> Sensitivity:
    return max(one, other, key=SENSITIVITY_ORDER.index)


def title_of(item: Item) -> str:
    """Return the title of a document that nobody gave another one: its name without the ending."""
    return (item.name.rpartition(".")[0] or item.name)[:TITLE_MAX]
