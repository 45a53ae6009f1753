"""Documents of the city that belong to a situation: one link, shown by both pages, within each reader's rights."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone
from tests.portal.conftest import Lines, MakeUser, SignIn
from tests.portal.documents.conftest import Add, add, author, folder
from tests.portal.situations.conftest import PORT, Begin, reading
from tests.portal.situations.test_attaching import undo_last

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.documents import marking
from quietude.portal.documents.models import Document, Link, Step
from quietude.portal.rights.models import Grant
from quietude.portal.situations.attaching import attach, detach, merge, split, write_note
from quietude.portal.situations.models import Item, LogLine, Situation
from quietude.portal.situations.opening import Opening
from quietude.portal.situations.papers import report_of
from quietude.portal.situations.reading import items_of, one_situation, rows_of
from quietude.portal.situations.sharing import PARTS, share
from quietude.portal.situations.states import close, resolve
from quietude.portal.situations.timeline import time_line

__all__ = ["add", "author", "folder"]
pytestmark = pytest.mark.django_db
TITLE = "Arrêté de fermeture du bar"
OPEN = {"sensitivity": "public"}


def shown(document: Document, by: User) -> list[str]:
    """Return the situations that a document's page leads to."""
    return [each.title for each in marking.links_of(document, by, reading(by))]


def history(document: Document) -> list[tuple[str, str]]:
    return [(step.what, step.said) for step in document.steps.filter(what__in=("linked", "unlinked")).order_by("pk")]


def test_both_pages_show_and_make_the_same_link(add: Add, agent: User, begin: Begin) -> None:
    now, found, one, other = timezone.now(), begin(), add("un", title=TITLE, **OPEN), add("deux", title="Plan", **OPEN)
    attach(agent, reading(agent), found.key, now, what="document", refs=[str(one.pk)])
    assert marking.link(agent, reading(agent), other, found.key, now=now) == found.key
    items = items_of(found, reading(agent), now, "fr")
    assert [(each.title, each.url) for each in items] == [
        (TITLE, f"/documents/{one.pk}/"), ("Plan", f"/documents/{other.pk}/"),
    ]  # fmt: skip
    assert (shown(one, agent), shown(other, agent)) == ([found.key], [found.key])
    assert not Link.objects.exists(), "the item is the only copy"
    (link,) = marking.links_of(one, agent, reading(agent))
    marking.unlink(agent, one, link.key, now=now)
    detach(agent, found.key, [Item.objects.get(ref=str(other.pk)).pk], now)
    assert items_of(found, reading(agent), now, "fr") == []
    assert (shown(one, agent), shown(other, agent)) == ([], [])
    assert history(one) == history(other) == [("linked", found.key), ("unlinked", found.key)]


def test_it_goes_on_where_situations_merge_and_part_and_an_undo_takes_it_back(
    add: Add, agent: User, begin: Begin
) -> None:
    now, first, second, document = timezone.now(), begin("fight"), begin("rodeo"), add(**OPEN)
    attach(agent, reading(agent), second.key, now, what="document", refs=[str(document.pk)])
    merge(agent, first.key, [second.key], now)
    assert shown(document, agent) == [first.key]
    undo_last(agent, first)
    assert shown(document, agent) == [second.key]
    write_note(agent, second.key, now, said="reste ici")
    item = Item.objects.get(ref=str(document.pk))
    new = split(agent, second.key, [item.pk], Opening(kind="rodeo", place=PORT), now, language="fr")
    assert shown(document, agent) == [new.key]
    assert history(document)[-2:] == [("unlinked", second.key), ("linked", new.key)]
    detach(agent, new.key, [item.pk], now)
    undo_last(agent, new)
    assert shown(document, agent) == [new.key]


def test_who_may_not_read_a_document_neither_attaches_nor_learns_of_it(
    add: Add, agent: User, author: User, begin: Begin
) -> None:
    now, found = timezone.now(), begin()
    closed = add("secret", title="Note confidentielle", sensitivity="confidential")
    for ref in (str(closed.pk), "999999", "²", "9" * 30):
        with pytest.raises(ValidationError, match="parmi ce que vous pouvez lire"):
            attach(agent, reading(agent), found.key, now, what="document", refs=[ref])
    found.items.create(what="document", ref=str(closed.pk), at=now, by=author)
    (item,) = items_of(found, reading(agent), now, "fr")
    assert (item.is_open, item.title, item.said, item.url) == (False, "", "", "")
    row = rows_of([found], now, "fr")[0]
    assert "confidentielle" not in str(time_line(found, [item], [], row.walk, "fr"))


def test_a_masked_title_is_not_told_and_a_shown_one_is_noted(add: Add, agent: User, begin: Begin, lines: Lines) -> None:
    now, found, document = timezone.now(), begin(), add(title=TITLE, **OPEN)
    attach(agent, reading(agent), found.key, now, what="document", refs=[str(document.pk)])
    items_of(found, reading(agent), now, "fr")
    name = f"document/{document.pk}"
    assert not [line for line in lines() if line.kind == "consult" and name in line.ids], "public: read without a line"
    Document.objects.update(sensitivity="internal")
    (item,) = items_of(found, reading(agent), now, "fr")
    assert item.title == TITLE
    (line,) = [line for line in lines() if line.kind == "consult" and name in line.ids]
    assert (line.who, line.detail["columns"], line.detail["situation"]) == (f"user:{agent.pk}", "title", found.key)
    Grant.objects.filter(holder=agent).update(title="closed")
    (item,) = items_of(found, reading(agent), now, "fr")
    assert (item.is_open, item.title) == (True, f"document {document.pk}")


def test_the_time_line_and_the_report_name_it_and_a_partner_is_told_no_title(
    add: Add, agent: User, begin: Begin
) -> None:
    now, document = timezone.now(), add(title=TITLE, **OPEN)
    key = begin(at=now).key
    attach(agent, reading(agent), key, now, what="document", refs=[str(document.pk)])
    found = one_situation(key)
    assert found is not None
    items, (row,) = items_of(found, reading(agent), now, "fr"), rows_of([found], now, "fr")
    moments = time_line(found, items, [], row.walk, "fr")
    (attached,) = [each for each in moments if TITLE in each.said]
    assert (attached.said, attached.url) == (f"document · {TITLE}", f"/documents/{document.pk}/")
    assert report_of(row, items, moments, now, "fr") != report_of(row, [], [], now, "fr")
    _, secret = share(agent, key, now, partner="SDIS", parts=list(PARTS), lasts=timedelta(hours=1))
    client = Client()
    client.post(f"/situations/shared/{secret}/")
    page = client.get("/situations/shared/")
    assert page.status_code == 200
    assert "document" in page.content.decode()
    assert TITLE not in page.content.decode()


def test_who_handles_no_situations_links_nothing_to_one(add: Add, begin: Begin, make_user: MakeUser) -> None:
    found, document, keeper = begin(), add(**OPEN), make_user(Role.DATA_MANAGER)
    with pytest.raises((PermissionDenied, ValidationError)):
        marking.link(keeper, reading(keeper), document, found.key)
    assert not found.items.exists()


def test_a_closed_situation_takes_no_document_and_a_deleted_document_leaves_its_log_alone(
    add: Add, agent: User, begin: Begin
) -> None:
    now, found, document = timezone.now(), begin("demonstration"), add(title=TITLE, **OPEN)
    attach(agent, reading(agent), found.key, now, what="document", refs=[str(document.pk)])
    number = document.pk
    document.delete()
    assert items_of(found, reading(agent), now, "fr") == []
    assert found.log.filter(what=LogLine.What.DETACHED, said="document", by=None).count() == 1
    resolve(agent, found.key, now, outcome="fini", why="essai")
    close(agent, found.key, now)
    with pytest.raises(ValidationError, match="close"):
        marking.link(agent, reading(agent), add("autre", **OPEN), found.key)
    assert not Item.objects.filter(ref=str(number), removed_at=None).exists()


def test_links_that_were_kept_with_documents_become_items(add: Add, agent: User, begin: Begin) -> None:
    found, document, now = begin(), add(**OPEN), timezone.now()
    for ref in (found.key, "1999-0001"):
        Link.objects.create(document=document, what="situation", ref=ref, at=now, by=agent)
    moving = import_module("quietude.portal.situations.migrations.0003_documents_of_situations")
    moving.move(apps, None)
    assert shown(document, agent) == [found.key]
    assert not Link.objects.exists()
    moving.move_back(apps, None)
    assert list(Link.objects.values_list("what", "ref")) == [("situation", found.key)]
    assert not Item.objects.exists()


def test_the_page_attaches_a_document_by_its_number(add: Add, begin: Begin, sign_in: SignIn) -> None:
    found, document = begin(), add(title=TITLE, **OPEN)
    client = sign_in(Role.SUPERVISOR)
    client.post(f"/situations/{found.key}/act/attach/", {"what": "document", "ref": str(document.pk)})
    assert TITLE in client.get(f"/situations/{found.key}/").content.decode()
    page = client.get(f"/documents/{document.pk}/").content.decode()
    assert f"/situations/{found.key}/" in page
    assert Situation.objects.get().items.filter(removed_at=None).count() == 1
    assert Step.objects.filter(what="linked").count() == 1
