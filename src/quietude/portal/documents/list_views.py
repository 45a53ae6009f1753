"""The list of documents, and the pages by which some are added."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from dataclasses import replace as replace_in
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.documents import acts
from quietude.portal.documents.asked import Asked
from quietude.portal.documents.classes import current_classes, title_of
from quietude.portal.documents.forms import DescriptionForm, class_choices, language
from quietude.portal.documents.judging import ENDINGS
from quietude.portal.documents.models import Document, State, Tag, Version
from quietude.portal.documents.scope import Reader, document_in, reader_in
from quietude.portal.services.api import open_services
from quietude.portal.uploads.problem import UploadRefused
from quietude.portal.uploads.receiving import takes_files

log = logging.getLogger(__name__)
PER_PAGE = 50
FORM_BYTES_MAX = 300 * 2**20  # three files of the largest kind, or a few hundred usual scans
FILES_MAX = 200
TAGS_SHOWN = 40
SMALLER = _("Send fewer files at once, or lay them in the inbox folder.")


@dataclass(frozen=True, slots=True)
class Row:
    """One document as a line of the list."""

    document: Document
    title: str
    """"" where it is closed to the reader."""
    kind_title: str
    version: Version
    is_open: bool
    """Whether the reader may read its words."""


@require_GET
@requires(Right.SEE_DOCUMENTS)
def listed(request: HttpRequest) -> HttpResponse:
    """List the documents that the reader may see, as they ask."""
    reader, asked = reader_in(request), Asked.of(request.GET)
    paginator = Paginator(asked.found(reader), PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    rows = rows_of(list(page.object_list), reader)
    seen = reader.documents()
    shown: dict[str, Any] = {
        "rows": rows,
        "page": page,
        "total": paginator.count,
        "asked": asked,
        "kept": asked.address,
        "classes": class_choices(),
        "states": State.choices,
        "services": [(each.pk, each.say(language())) for each in open_services(timezone.now())],
        "tags": Tag.objects.filter(document__in=seen)
        .order_by("name")
        .values_list("name", flat=True)
        .distinct()[:TAGS_SHOWN],
        "can_read": reader.can_read,
        "may_add": user_of(request).holds(Right.ADD_DOCUMENTS),
        "may_keep": user_of(request).holds(Right.KEEP_DOCUMENTS),
    }
    return render(request, "documents/list.html", shown)


def rows_of(documents: list[Document], reader: Reader) -> list[Row]:
    """Return documents as lines; titles are noted before they are shown."""
    keys = [each.pk for each in documents]
    titled = set(reader.titled().filter(pk__in=keys).values_list("pk", flat=True))
    readable = set(reader.readable().filter(pk__in=keys).values_list("pk", flat=True))
    newest: dict[int, Version] = {}
    for version in Version.objects.filter(document__in=keys).order_by("number"):
        newest[version.document_id] = version
    reader.note_reading([each for each in documents if each.pk in titled], "title")
    return [
        Row(
            each, each.title if each.pk in titled else "", title_of(each.kind, language()), newest[each.pk],
            each.pk in readable,
        )
        for each in documents
        if each.pk in newest
    ]  # fmt: skip


@requires(Right.ADD_DOCUMENTS)
@takes_files(FORM_BYTES_MAX, on_disk=True, remedy=SMALLER)
def new(request: HttpRequest) -> HttpResponse:
    """Add one document or several, each file by itself: one that is refused does not keep the others out."""
    by = user_of(request)
    form = DescriptionForm(request.POST if request.method == "POST" else None, by=by)
    sent = files_of(request)
    if request.method == "POST" and form.is_valid():
        if sent:
            return _added(request, form, sent)
        form.add_error(None, gettext("No file was chosen. Choose one or several, then send them."))
    shown = {"form": form, "endings": sorted(set(ENDINGS.values())), "accept": accepted(), "classes": _hints()}
    return render(request, "documents/new.html", shown, status=400 if form.errors else 200)


def _added(request: HttpRequest, form: DescriptionForm, sent: list[UploadedFile[bytes]]) -> HttpResponse:
    by, reader, made = user_of(request), reader_in(request), []
    for each in sent:
        said = form.said() if len(sent) == 1 else replace_in(form.said(), title="")
        try:
            with transaction.atomic():
                made.append(acts.add(by, reader, acts.take_sent(each), said))
        except UploadRefused as refused:
            messages.error(request, f"{each.name}: {refused}")
        except ValidationError as error:
            messages.error(request, f"{each.name}: {' '.join(error.messages)}")
        except acts.AlreadyThereError as there:
            messages.warning(request, _there(str(each.name), there.document, reader))
    if made:
        said_all = gettext("%(n)s added. The text is being read: you find them by their words in a moment.")
        messages.success(request, said_all % {"n": len(made)})
    if len(sent) == 1 and made:
        return redirect("documents:page", made[0].pk)
    return redirect("documents:list")


def _there(name: str, document: Document, reader: Reader) -> str:
    title = document.title if reader.shows_title(document) else gettext("document %s") % document.pk
    return format_html(
        '{}: {} <a href="{}">{}</a>', name, gettext("already there, nothing was added:"),
        reverse("documents:page", args=[document.pk]), title,
    )  # fmt: skip


@requires(Right.ADD_DOCUMENTS)
@takes_files(FORM_BYTES_MAX, on_disk=True, remedy=SMALLER)
@require_POST
def replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a new version of a document, which the reader must be able to read."""
    reader, document = document_in(request, pk)
    if not reader.opens(document):
        raise PermissionDenied
    sent = files_of(request)
    try:
        if not sent:
            raise UploadRefused(gettext("No file was chosen. Choose one, then send it."))
        made = acts.add_version(user_of(request), document, acts.take_sent(sent[0]))
    except UploadRefused as refused:
        messages.error(request, str(refused))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, gettext("Version %s is there; its text is being read.") % made.number)
    return redirect("documents:page", pk)


def files_of(request: HttpRequest) -> list[UploadedFile[bytes]]:
    """Return the files of a form, a limited number."""
    return [each for each in request.FILES.getlist("files") if isinstance(each, UploadedFile)][:FILES_MAX]


def accepted() -> str:
    """Return what a file chooser offers: endings and types."""
    return ",".join([*(f".{ending}" for ending in sorted(set(ENDINGS.values()))), ".jpeg", ".tiff", ".htm"])


def _hints() -> list[tuple[str, str, str, bool]]:
    words = dict(Document._meta.get_field("sensitivity").flatchoices)
    return [
        (title, str(words[kind.sensitivity.value]), kind.retention, kind.worm)
        for name, title in class_choices()
        for kind in [current_classes()[name]]
    ]
