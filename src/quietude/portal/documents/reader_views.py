"""The reader of one document: its pages as pictures and as text, what people added to it, its history, its files."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.documents import files, marking
from quietude.portal.documents.answering import answer_with_picture, answer_with_stored
from quietude.portal.documents.asked import WORDS_MAX
from quietude.portal.documents.classes import current_classes, title_of
from quietude.portal.documents.forms import DescriptionForm, LinkForm, NoteForm, ReasonForm, TermForm, language
from quietude.portal.documents.judging import PDF
from quietude.portal.documents.models import Document, State, Version
from quietude.portal.documents.pages import PAGE_PX, THUMB_PX, beside, pages_with, shown_page
from quietude.portal.documents.pictures import NoPictureError, picture_of
from quietude.portal.documents.scope import Reader, document_in
from quietude.portal.logbook.reading import reader_of
from quietude.portal.rights.standing import standing_in
from quietude.portal.town import town_day
from quietude.portal.uploads.keeping import Damaged

log = logging.getLogger(__name__)
STEPS_SHOWN = 200
THUMBS_AROUND = 12
"""Thumbnails are shown of so many pages on each side: a document of 2,000 pages has a page of usual size."""


@require_GET
@requires(Right.SEE_DOCUMENTS)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one page of a document, as a picture and as text, with all that is known of the document beside it."""
    reader, document = document_in(request, pk)
    is_open, is_titled = reader.opens(document), reader.shows_title(document)
    version = _version(document, request.GET.get("version", ""))
    asked = request.GET.get("q", "").strip()[:WORDS_MAX]
    user = user_of(request)
    shown: dict[str, Any] = {
        "document": document,
        "title": document.title if is_titled else gettext("document %s") % document.pk,
        "kind_title": title_of(document.kind, language()),
        "known_class": document.kind in current_classes(),
        "version": version,
        "newest": document.current,
        "is_open": is_open,
        "q": asked,
        "is_locked": document.is_locked(town_day(timezone.now())),
        "may_add": is_open and user.holds(Right.ADD_DOCUMENTS),
        "may_keep": user.holds(Right.KEEP_DOCUMENTS),
    }
    columns = (["title"] if is_titled else []) + (["text"] if is_open else [])
    number = _number(request.GET.get("page", ""), version.page_count)
    if columns:
        reader.note_reading([document], ",".join(columns), version=str(version.number), page=str(number))
    if is_open:
        shown |= _opened(request, document, version, number, asked)
    return render(request, "documents/page.html", shown)


def _opened(request: HttpRequest, document: Document, version: Version, number: int, asked: str) -> dict[str, Any]:
    """Return what is shown to whoever may read the document."""
    user = user_of(request)
    found = version.pages.filter(number=number).first() if version.state == State.EXTRACTED else None
    with_hits = pages_with(version, asked)
    before, after = beside(with_hits, number)
    first = max(1, number - THUMBS_AROUND)
    last = min(version.page_count, number + THUMBS_AROUND)
    return {
        "shown": shown_page(found, asked) if found is not None else None,
        "number": number,
        "previous": number - 1 if number > 1 else None,
        "following": number + 1 if number < version.page_count else None,
        "with_hits": with_hits,
        "hit_before": before,
        "hit_after": after,
        "thumbs": [(each, each in set(with_hits)) for each in range(first, last + 1)],
        "around": urlencode(
            {name: value for name, value in (("q", asked), ("version", _said(document, version))) if value}
        ),
        "versions": list(document.versions.select_related("added_by").order_by("-number")),
        "tags": list(document.tags.values_list("name", flat=True)),
        "notes": list(document.notes.select_related("by")),
        "links": marking.links_of(document, user, reader_of(user, standing_in(request))),
        "steps": list(document.steps.select_related("by")[:STEPS_SHOWN]),
        "only_for": list(document.only_for.select_related("service").order_by("service__code")),
        "form": DescriptionForm(by=user, document=document),
        "note_form": NoteForm(initial={"page": number}),
        "link_form": LinkForm(),
        "term_form": TermForm(initial={"until": document.retain_until}),
        "reason_form": ReasonForm(),
    }


@require_GET
@requires(Right.SEE_DOCUMENTS)
def image(request: HttpRequest, pk: int, number: int, page: int) -> HttpResponse:
    """Send the picture of a page, large enough to be read; the journal notes it."""
    reader, document, version = _readable(request, pk, number)
    reader.note_reading([document], "page", version=str(number), page=str(page))
    return _pictured(version, page, PAGE_PX)


@require_GET
@requires(Right.SEE_DOCUMENTS)
def thumbnail(request: HttpRequest, pk: int, number: int, page: int) -> HttpResponse:
    """Send the small picture of a page, on which no word can be read: the page that shows it is noted, not each."""
    _reader, _document, version = _readable(request, pk, number)
    return _pictured(version, page, THUMB_PX)


@require_GET
@requires(Right.SEE_DOCUMENTS)
def original(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Send the file of a version as it came, never altered; the journal notes who took it."""
    reader, document, version = _readable(request, pk, number)
    reader.note_reading([document], "file", version=str(number))
    return _stored(request, version.sha256, version.media_type, version.name)


@require_GET
@requires(Right.SEE_DOCUMENTS)
def archive(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Send the PDF/A with a text layer of a version, where one was made."""
    reader, document, version = _readable(request, pk, number)
    if not version.archive:
        raise Http404
    reader.note_reading([document], "archive", version=str(number))
    return _stored(request, version.archive, PDF, f"{version.name.rpartition('.')[0]}.pdf")


def _readable(request: HttpRequest, pk: int, number: int) -> tuple[Reader, Document, Version]:
    """Return a version whose words are open to whoever asks.

    Raises:
        Http404: there is none for them.
        PermissionDenied: they may know of it, but not read it.
    """
    reader, document = document_in(request, pk)
    if not reader.opens(document):
        raise PermissionDenied
    found = document.versions.filter(number=number).first()
    if found is None:
        raise Http404
    return reader, document, found


def _pictured(version: Version, page: int, width_px: int) -> HttpResponse:
    try:
        return answer_with_picture(picture_of(version, page, width_px))
    except NoPictureError as error:
        raise Http404 from error


def _stored(request: HttpRequest, sha256: str, media_type: str, name: str) -> HttpResponse:
    try:
        content = files.vault().read(sha256)
    except (FileNotFoundError, Damaged) as error:
        log.error("the file of a document cannot be sent: %s", type(error).__name__)
        said = gettext(
            "The file of this document is not there, or not what was added any more. Tell whoever runs the portal: a "
            "backup has it."
        )
        return render(request, "410.html", {"said": said}, status=410)
    return answer_with_stored(content, media_type, name)


def _version(document: Document, asked: str) -> Version:
    if asked.isdecimal() and len(asked) < 6:
        found = document.versions.filter(number=int(asked)).first()
        if found is not None:
            return found
    return document.current


def _said(document: Document, version: Version) -> str:
    return "" if version.pk == document.current.pk else str(version.number)


def _number(asked: str, count: int) -> int:
    number = int(asked) if asked.isdecimal() and len(asked) < 8 else 1
    return max(1, min(number, count or 1))
