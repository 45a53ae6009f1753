"""The index of documents and the database: the same documents for each reader, followed while the portal is served."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks
from tests.portal.documents.conftest import Add, bytes_of

from quietude.model.event import Regime, Sensitivity
from quietude.model.filter.question import Choice, Filter
from quietude.model.viewer import Grant, Viewer
from quietude.portal.accounts.models import User
from quietude.portal.documents import acts, indexing, keeping, marking
from quietude.portal.documents.asked import Asked
from quietude.portal.documents.models import PageText
from quietude.portal.documents.scope import Reader
from quietude.portal.services.models import Service
from quietude.search.api import AskedPapers, Term, Way, read_search

pytestmark = pytest.mark.django_db
ALL = (
    Way(sensitivities=frozenset(each.value for each in Sensitivity), regimes=frozenset(each.value for each in Regime)),
)


def found(text: str, ways: tuple[Way, ...] = ALL) -> set[int]:
    words = read_search(text, lambda _: Filter()).words
    asked = AskedPapers(conditions=Filter(), words=words, limit=100, today=date(2026, 1, 1))
    return set(indexing.paper_index().find(ways, asked).keys)


def followed() -> None:
    indexing.paper_writer().follow()


def test_text_title_tag_note_and_number_are_found_and_follow_each_change(add: Add, author: User, folder: Path) -> None:
    document = add(
        "Arrêté municipal n° 2024 T 1234\fStationnement interdit rue de la Paix",
        title="Voirie", kind="municipal_order", tags=("chantier",),
    )  # fmt: skip
    add("autre")
    followed()
    for text in (
        "stationnements",
        "titre:voirie",
        "étiquette:chantier",
        "numero:1234",
        "classe:arrêté",
    ):
        assert found(text) == {document.pk}, text
    asked = AskedPapers(conditions=Filter(), words=Term("paix", "place_label"), today=date(2026, 1, 1))
    assert indexing.paper_index().find(ALL, asked).keys == (document.pk,)
    note = marking.write_note(author, document, page=1, said="relire le canari")
    assert found("voirie") == set()  # what the index says of it holds no more
    followed()
    assert found("annotation:canari") == found("voirie") == {document.pk}
    marking.remove_note(author, document, note.pk)
    followed()
    assert found("canari") == set()


def test_each_reader_finds_the_documents_that_the_database_would_list(add: Add, service: Service) -> None:
    kinds = ("municipal_order", "council_item", "report", "letter", "evidence", "other")
    for number, kind in enumerate(kinds):
        add(f"tapage {number}", kind=kind, service=service if number % 2 else None, title=f"bruit {number}")
    for only_for in ((), (service,)):  # as another system says it of its documents
        for kind in ("municipal_order", "report"):
            acts.limit(add(f"tapage {kind} {only_for}", kind=kind, title=f"bruit {kind}"), only_for)
    followed()
    masks = frozenset({"title"}), frozenset({"text"}), frozenset({"title", "text"}), frozenset[str]()
    rows = Filter(), Filter(sources=Choice(any_of=("documents",))), Filter(sources=Choice(none_of=("documents",)))
    for services in (frozenset[int](), frozenset({service.pk})):
        for ceiling in Sensitivity:
            for masked in masks:
                for row in rows:
                    grant = Grant(purpose="test", rows=row, ceiling=ceiling, masked=masked)
                    reader = Reader(Viewer(who="test", grants=(grant,)), services, Regime.RGPD.value)
                    assert found("", reader.ways()) == set(reader.documents().values_list("pk", flat=True))
                    assert found("texte:tapage", reader.ways()) == set(reader.readable().values_list("pk", flat=True))
                    assert found("titre:bruit", reader.ways()) == set(reader.titled().values_list("pk", flat=True))
    limited = Grant(purpose="test", rows=Filter(categories=Choice(any_of=("noise",))), ceiling=Sensitivity.CONFIDENTIAL)
    assert found("", Reader(Viewer(who="test", grants=(limited,)), frozenset(), Regime.RGPD.value).ways()) == set()


def test_what_was_deleted_is_in_no_file_of_text_index_or_pictures(
    add: Add, author: User, folder: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    document = add("zzcanari", title="zzcanari", tags=("zzcanari",))
    kept = add("reste")
    marking.write_note(author, document, page=1, said="zzcanari")
    followed()
    at = folder / "document-search"
    before = {path for path in at.glob("*/*") if path.is_file()}
    assert b"zzcanari" in bytes_of(at)
    with django_capture_on_commit_callbacks(execute=True):
        keeping.delete(author, document, reason="doublon")
    followed()
    assert b"zzcanari" not in bytes_of(folder)
    assert not before & {path for path in at.glob("*/*") if path.is_file()}
    assert (found("zzcanari"), found("")) == (set(), {kept.pk})


def test_the_list_asks_the_index_and_reads_through_only_what_is_not_in_it_yet(
    add: Add, author: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant = Grant(purpose="test", rows=Filter(), ceiling=Sensitivity.CONFIDENTIAL)
    reader = Reader(Viewer(who="test", grants=(grant,)), frozenset(), Regime.RGPD.value)
    first, second = add("Stationnement interdit"), add("Les chevaux", title="Stationnements")
    assert keys(Asked(words="stationnement"), reader) == {first.pk, second.pk}  # no index yet
    followed()
    PageText.objects.update(folded="")  # what is in the index is not read through any more
    assert keys(Asked(words="stationn"), reader) == {first.pk, second.pk}
    assert keys(Asked(words="cheval"), reader) == {second.pk}
    assert keys(Asked(words="INTERDITS stationnement"), reader) == {first.pk}
    masks = Grant(purpose="test", rows=Filter(), ceiling=Sensitivity.CONFIDENTIAL, masked=frozenset({"text"}))
    masked = Reader(Viewer(who="test", grants=(masks,)), frozenset(), Regime.RGPD.value)
    assert keys(Asked(words="stationnement"), masked) == {second.pk}
    third = add("Stationnement de nuit")
    assert keys(Asked(words="stationnement nuit"), reader) == {third.pk}
    keeping.delete(author, second, reason="doublon")
    assert keys(Asked(words="stationnement"), reader) == {first.pk, third.pk}


def keys(asked: Asked, reader: Reader) -> set[int]:
    return set(asked.found(reader).values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_while_the_portal_is_served_what_is_read_is_found_and_what_goes_is_not(add: Add, author: User) -> None:
    with indexing.running():
        document = add("tapage")
        wait_for(lambda: found("tapage") == {document.pk})
        keeping.delete(author, document, reason="doublon")
        assert found("tapage") == set()
        wait_for(lambda: indexing.paper_index().size() == 0)


def wait_for(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10.0  # a second is meant; a busy machine is given more
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)
