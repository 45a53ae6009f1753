"""Documents of the city that belong to a situation: which ones a reader may see, and what their own history says of it.

The link is the situation's item and nothing else. It names the document by its number; both pages read the same row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.documents.classes import title_of
from quietude.portal.documents.marking import PK_DIGITS, note_linked, note_unlinked
from quietude.portal.documents.models import Document
from quietude.portal.documents.scope import Reader as DocumentReader
from quietude.portal.documents.scope import reader_for
from quietude.portal.logbook.reading import Reader
from quietude.portal.rights.standing import standing_of
from quietude.portal.situations.models import Item, LogLine

WHAT = "situation"


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """A document as the reader of a situation sees it."""

    title: str
    said: str
    """Its class, and the day it bears."""
    url: str


def is_number(ref: str) -> bool:
    """Tell whether a reference is the number of a document of the city, not of one that an entry encloses."""
    return ref.isascii() and ref.isdecimal() and len(ref) < PK_DIGITS


def readable(reader: Reader, refs: Iterable[str]) -> set[str]:
    """Return those numbers whose documents are the reader's to read whole: no other may be attached."""
    numbers = {ref for ref in refs if is_number(ref)}
    documents = _reader(reader) if numbers else None
    found = documents.readable().filter(pk__in=numbers).values_list("pk", flat=True) if documents is not None else ()
    return {ref for ref in numbers if int(ref) in set(found)}


def shown_documents(reader: Reader, refs: Iterable[str], key: str, language: str) -> dict[str, ShownDocument]:
    """Return the documents of a situation that exist for the reader, by number; titles that are shown are noted first.

    Raises:
        JournalUnavailableError: the line cannot be written; nothing is shown.
    """
    numbers = {ref for ref in refs if is_number(ref)}
    documents = _reader(reader) if numbers else None
    if documents is None:
        return {}
    found = list(documents.documents().filter(pk__in=numbers))
    titled = set(documents.titled().filter(pk__in=numbers).values_list("pk", flat=True))
    documents.note_reading([each for each in found if each.pk in titled], "title", situation=key)
    return {str(each.pk): _shown(each, language, has_title=each.pk in titled) for each in found}


def follow(by: User, item: Item, now: datetime, *, was: str, is_now: str) -> None:
    """Say in a document's own history which situation it belongs to no longer, and which it does; "" for none."""
    if item.what != Item.What.DOCUMENT or not is_number(item.ref) or was == is_now:
        return
    document = Document.objects.filter(pk=item.ref).first()
    if document is None:
        return
    if was:
        note_unlinked(by, document, f"{WHAT}:{was}", now)
    if is_now:
        note_linked(by, document, f"{WHAT}:{is_now}", now)


def home_of(item: Item) -> str:
    """Return the key of the situation that an item belongs to, "" once it was taken off."""
    return item.situation.key if item.removed_at is None else ""


@receiver(pre_delete, sender=Document)
def take_off(instance: Document, **_said: object) -> None:
    """Take a document that is deleted off its situations: their logs say so, and name nothing of it."""
    now = timezone.now()
    found = Item.objects.filter(what=Item.What.DOCUMENT, ref=str(instance.pk), removed_at=None)
    for item in found.select_related("situation"):
        LogLine.objects.create(situation=item.situation, what=LogLine.What.DETACHED, at=now, said=item.what)
    found.update(removed_at=now)


def _reader(reader: Reader) -> DocumentReader | None:
    """Return who reads documents: the same account under the same purpose; None without the right to see any."""
    user = User.objects.filter(pk=reader.user_pk).first()
    if user is None or not user.holds(Right.SEE_DOCUMENTS):
        return None
    return reader_for(user, standing_of(user, reader.viewer.purpose))


def _shown(document: Document, language: str, *, has_title: bool) -> ShownDocument:
    said = [title_of(document.kind, language)]
    if document.dated_on is not None:
        said.append(document.dated_on.strftime("%d/%m/%Y"))
    title = document.title if has_title else gettext("document %s") % document.pk
    return ShownDocument(title, " · ".join(said), reverse("documents:page", args=[document.pk]))
