"""What rings: new facts and documents are tried on all saved searches, under each owner's rights of the moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from quietude.portal.documents.changes import changes_after, words_of
from quietude.portal.documents.models import Document
from quietude.portal.saved_searches.arriving import Arrivals
from quietude.portal.saved_searches.filed import Cabinet, Filed
from quietude.portal.saved_searches.judging import Owner, Seen, answers, documents_of, owners
from quietude.portal.saved_searches.models import Kind, Place, Ring, SavedSearch, Tried
from quietude.portal.saved_searches.news import ring
from quietude.portal.town import current_store, installation
from quietude.search.api import Analysed, analysed, analysed_fact, searchable_files

CHANGES = 500  # of documents at a time: their words are read page after page
ROWS = 1_000
BEGUN = ""
"""Stands among the files that were tried: a store that was empty when trying began has none."""


def try_facts(cabinet: Cabinet, now: datetime) -> int:
    """Try the facts that came into the index since the last time; return how many answers there were.

    Raises:
        OSError: a file cannot be read.
    """
    store = current_store()
    present = searchable_files(installation().search_dir, store.levels)
    if present is None:
        return 0
    tried = set(Tried.objects.values_list("file", flat=True))
    if BEGUN not in tried:  # what was there before is no news
        _write((), present | {BEGUN}, ())
        return 0
    arrivals = Arrivals(tuple(sorted(present - tried)), tuple(sorted(tried - present - {BEGUN})))
    if not arrivals.fresh and not arrivals.gone:
        return 0
    is_sure = arrivals.is_sure(store)
    rings: list[Ring] = []
    for facts in arrivals.facts(store) if len(cabinet) else ():
        found = [(text, filed) for text in map(analysed_fact, facts) for filed in cabinet.answered_by(text, Kind.FACT)]
        rings += _rung(found, now, is_sure=is_sure)
    return _write(rings, arrivals.fresh, arrivals.gone)


def _rung(found: Sequence[tuple[Analysed, Filed]], now: datetime, *, is_sure: bool) -> list[Ring]:
    """Return the rings of searches whose owners may know of what answers them, and find it as they may read it."""
    readers, seen, rings = owners((filed.owner for _, filed in found), now), Seen(), []
    for text, filed in found:
        fact, owner = text.fact, readers.get(filed.owner)
        if fact is None or owner is None or not (is_sure or fact.received_at >= filed.since):
            continue
        read = seen.by(owner, text)
        if read is not None and (read is text or answers(filed.search, read)):
            rings.append(Ring(search_id=filed.key, kind=Kind.FACT, key=fact.uid, place=fact.id, at=now))
    return rings


def _write(rings: Sequence[Ring], fresh: Iterable[str], gone: Sequence[str]) -> int:
    """Write down what rang and what was tried, both or neither; what rang before stays as it is."""
    with transaction.atomic():
        Tried.objects.bulk_create([Tried(file=name) for name in fresh], batch_size=ROWS, ignore_conflicts=True)
        for begin in range(0, len(gone), ROWS):
            Tried.objects.filter(file__in=gone[begin : begin + ROWS]).delete()
        return _keep(rings)


def _keep(rings: Sequence[Ring]) -> int:
    """Write the rings of searches that were not deleted meanwhile, each once; return how many they are."""
    wanted, there = sorted({each.search_id for each in rings}), set[int]()
    for begin in range(0, len(wanted), ROWS):
        there.update(SavedSearch.objects.filter(pk__in=wanted[begin : begin + ROWS]).values_list("pk", flat=True))
    kept = [each for each in rings if each.search_id in there]
    if kept:
        Ring.objects.bulk_create(kept, batch_size=ROWS, ignore_conflicts=True)
        transaction.on_commit(ring)
    return len(kept)


def try_documents(cabinet: Cabinet, now: datetime) -> int:
    """Try the documents that changed since the last time; return how many changes were looked at.

    A document rings a search once, when its words are first read; a version that is not read yet comes again.
    """
    place, _ = Place.objects.get_or_create(pk=1)
    changes = changes_after(place.number, CHANGES)
    if not changes:
        return 0
    keys = {each.document for each in changes}
    rings: list[Ring] = []
    if len(cabinet):
        for document in Document.objects.filter(pk__in=keys):
            rings += _rung_by(document, cabinet, now)
    with transaction.atomic():
        Place.objects.filter(pk=place.pk).update(number=changes[-1].pk)
        _keep(rings)
    return len(changes)


def _rung_by(document: Document, cabinet: Cabinet, now: datetime) -> list[Ring]:
    version = document.versions.order_by("-number").first()
    if version is None or version.extracted_at is None:
        return []
    text = analysed({"title": document.title, "text": words_of(version)})
    found = [each for each in cabinet.answered_by(text, Kind.DOCUMENT) if version.added_at >= each.since]
    readers: Mapping[tuple[int, str], Owner] = owners((filed.owner for filed in found), now)
    key = str(document.pk)
    return [
        Ring(search_id=filed.key, kind=Kind.DOCUMENT, key=key, place=key, at=now)
        for filed in found
        if filed.owner in readers and documents_of(readers[filed.owner].documents, filed.search, [key])
    ]
