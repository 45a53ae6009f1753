"""Pages of attachments: add files to an entry, look at one, take its file, strike it through, blur it."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST
from pydantic import ValidationError as ShapeError

from quietude.portal.accounts.access import Right, requires, user_of, wants_data
from quietude.portal.attachments import acts
from quietude.portal.attachments.blurring import Frame, Marks
from quietude.portal.attachments.models import Attachment, State
from quietude.portal.attachments.reading import Asked, asked_of, attachment_of, note_opening
from quietude.portal.attachments.taking import FILE_BYTES_MAX, SMALLER, NotLookedAt, take
from quietude.portal.errors import too_large
from quietude.portal.logbook.enclosed import BYTES_MAX
from quietude.portal.logbook.forms import ReasonForm
from quietude.portal.rights.standing import standing_in
from quietude.portal.uploads.answering import answer_with
from quietude.portal.uploads.judging import Kind
from quietude.portal.uploads.keeping import Damaged
from quietude.portal.uploads.problem import UploadRefused
from quietude.portal.uploads.receiving import takes_files

log = logging.getLogger(__name__)


def _purpose(request: HttpRequest) -> str:
    return standing_in(request).viewer.purpose or ""


def _writable(request: HttpRequest, logbook: str, label: str) -> Asked:
    asked = asked_of(request, logbook, label)
    if not asked.writes:
        raise PermissionDenied
    return asked


@requires(Right.WRITE_LOGBOOK)
@takes_files(BYTES_MAX, on_disk=True, remedy=SMALLER)
@require_POST
def add(request: HttpRequest, logbook: str, label: str) -> HttpResponse:
    """Attach files to an entry: one a call from scripts, which get JSON; several from the form of a page."""
    asked = _writable(request, logbook, label)
    files = [each for each in request.FILES.getlist("files") if isinstance(each, UploadedFile)]
    if wants_data(request):
        return _answered(request, asked, files)
    for each in files:
        try:
            made = _attached(request, asked, each, uuid4())
        except UploadRefused as refused:
            messages.error(request, f"{each.name}: {refused}")
        else:
            messages.success(request, gettext("%(name)s is attached.") % {"name": made.name})
    if not files:
        messages.error(request, gettext("No file was chosen. Choose a photograph or a PDF, then send it."))
    return redirect("logbook:entry", logbook, label)


def _answered(request: HttpRequest, asked: Asked, files: list[UploadedFile[bytes]]) -> HttpResponse:
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        key = None
    if key is None or len(files) != 1:
        return JsonResponse({"error": gettext("Send one file a call, with its key. Nothing was kept.")}, status=400)
    if (files[0].size or 0) > FILE_BYTES_MAX:
        return too_large(request, FILE_BYTES_MAX, SMALLER)
    try:
        made = _attached(request, asked, files[0], key)
    except UploadRefused as refused:
        return JsonResponse({"error": str(refused)}, status=503 if isinstance(refused, NotLookedAt) else 422)
    address = reverse("attachments:page", args=[asked.entry.logbook, asked.entry.label, made.number])
    said = gettext("%(name)s is attached.") % {"name": made.name}
    return JsonResponse({"said": said, "name": made.name, "address": address, "number": made.number})


def _attached(request: HttpRequest, asked: Asked, sent: UploadedFile[bytes], key: UUID) -> Attachment:
    """Attach one file.

    Raises:
        UploadRefused: the file, or the entry, does not allow it.
    """
    try:
        return acts.attach(
            user_of(request), asked.entry, take(sent), key=key, caption=request.POST.get("caption", ""),
            purpose=_purpose(request),
        )  # fmt: skip
    except ValidationError as error:
        raise UploadRefused(" ".join(error.messages)) from error


@require_GET
@requires(Right.READ_LOGBOOK)
def page(request: HttpRequest, logbook: str, label: str, number: int) -> HttpResponse:
    """Show one attachment: a photograph as it is kept, a PDF to be taken; who attached it and when."""
    asked = asked_of(request, logbook, label)
    found = attachment_of(asked, number)
    note_opening(asked, found, "caption")
    user = user_of(request)
    is_current = asked.writes and found.state == State.CURRENT
    shown = {
        "entry": asked.entry,
        "found": found,
        "can_blur": is_current and found.is_photograph,
        "can_strike": is_current
        and (user.pk in {found.added_by_id, asked.entry.author_id} or user.holds(Right.SUPERVISE)),
        "before": asked.entry.attachments.filter(number=number, state=State.REPLACED).select_related("added_by"),
    }
    return render(request, "attachments/page.html", shown)


@require_GET
@requires(Right.READ_LOGBOOK)
def file(request: HttpRequest, logbook: str, label: str, number: int) -> HttpResponse:
    """Send the file of an attachment, so that a browser can only show or keep it; the journal notes who opened it."""
    asked = asked_of(request, logbook, label)
    found = attachment_of(asked, number)
    note_opening(asked, found, "file")
    try:
        content = found.content()
    except (FileNotFoundError, Damaged) as error:
        log.error("the file of attachment %d cannot be sent: %s", found.pk, type(error).__name__)
        said = gettext(
            "The file of this attachment is not there, or not what was attached any more. Tell whoever runs the "
            "portal: a backup has it."
        )
        return render(request, "410.html", {"said": said}, status=410)
    return answer_with(content, Kind(found.kind), found.name or f"{label}-{number}")


@requires(Right.WRITE_LOGBOOK)
def striking(request: HttpRequest, logbook: str, label: str, number: int) -> HttpResponse:
    """Strike an attachment through, with the reason."""
    asked = _writable(request, logbook, label)
    found = attachment_of(asked, number)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            acts.strike(user_of(request), found, reason=form.cleaned_data["reason"], purpose=_purpose(request))
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, gettext("%(name)s is struck through.") % {"name": found.name})
            return redirect("attachments:page", logbook, label, number)
    shown = {"form": form, "entry": asked.entry, "found": found}
    return render(request, "attachments/strike.html", shown, status=400 if form.errors else 200)


@requires(Right.WRITE_LOGBOOK)
def blurring(request: HttpRequest, logbook: str, label: str, number: int) -> HttpResponse:
    """Blur parts of a photograph: the marks come from the brush, or from a frame without scripts."""
    asked = _writable(request, logbook, label)
    found = attachment_of(asked, number)
    if not found.is_photograph or found.state != State.CURRENT:
        raise PermissionDenied
    fault, status = "", 200
    if request.method == "POST":
        fault, status = _blurred(request, found)
        if not fault:
            messages.success(request, gettext("The blurred picture is kept; the one before is erased."))
            return redirect("attachments:page", logbook, label, number)
    else:
        note_opening(asked, found, "caption")
    shown = {"entry": asked.entry, "found": found, "fault": fault}
    return render(request, "attachments/blur.html", shown, status=status)


def _blurred(request: HttpRequest, found: Attachment) -> tuple[str, int]:
    """Blur what the form says; return what is wrong with the status, or nothing."""
    try:
        marks = _marks(request.POST, found)
        seen = int(request.POST.get("seen_version", "0"))
    except ValueError:  # pydantic's are too
        return gettext("Nothing is marked, or the marks cannot be read. Mark what is to be blurred, then save."), 400
    try:
        acts.blur(user_of(request), found, marks, seen_version=seen, purpose=_purpose(request))
    except acts.ConflictError:
        return gettext("Somebody blurred or struck this picture meanwhile. Here it is as it stands now."), 409
    except ValidationError as error:
        return " ".join(error.messages), 409
    except (FileNotFoundError, Damaged):
        return gettext("The file of this attachment is not there. Tell whoever runs the portal: a backup has it."), 410
    return "", 200


def _marks(posted: Any, found: Attachment) -> Marks:
    """Return the marks of the brush (JSON), else the frame in per cent of the picture.

    Raises:
        ValueError: there are none that can be read.
    """
    if posted.get("marks"):
        try:
            return Marks.model_validate_json(posted["marks"])
        except ShapeError as error:
            raise ValueError("marks") from error
    left, top, width, height = (float(posted.get(name, "")) / 100 for name in ("left", "top", "width", "height"))
    across, down = found.width_px or 0, found.height_px or 0
    return Marks(
        marks=(Frame(kind="frame", left=left * across, top=top * down, width=width * across, height=height * down),)
    )
