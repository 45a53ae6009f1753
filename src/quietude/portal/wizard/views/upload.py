"""The first step: a file comes in, and how it is read is settled."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from quietude.ingest.api import profile_of
from quietude.journal.api import Kind
from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.uploads.receiving import takes_files
from quietude.portal.wizard import folders
from quietude.portal.wizard.forms import ReadingForm
from quietude.portal.wizard.models import Draft
from quietude.portal.wizard.saving import StaleError, change
from quietude.portal.wizard.steps import draft_of, note_act, page, revision_of, tell_faster
from quietude.portal.wizard.words import refused_file
from quietude.sources.api import ReadSpec, SourceError, sniff

ROWS_SHOWN = 12


@requires(Right.MANAGE_SOURCES)
@takes_files(folders.UPLOAD_MAX_BYTES, on_disk=True)
def start(request: HttpRequest) -> HttpResponse:
    """Offer to upload a file, and list the drafts that are there."""
    error = ""
    if request.method == "POST":
        draft = Draft(made_by=user_of(request), changed_by=user_of(request))
        note_act(request, Kind.COLLECT, draft, "upload")
        error = _taken(request, draft)
        if not error:
            draft.save()
            return redirect("wizard:reading", key=draft.key)
    drafts = Draft.objects.select_related("made_by", "changed_by").all()
    shown = {"drafts": drafts, "error": error, "megabytes": folders.UPLOAD_MAX_BYTES // 2**20}
    return render(request, "wizard/start.html", shown, status=422 if error else 200)


def _taken(request: HttpRequest, draft: Draft) -> str:
    """Take the uploaded file into the draft; return what is wrong with it, or nothing."""
    given = request.FILES.get("file")
    if not isinstance(given, UploadedFile) or not given.name:
        return _("No file was chosen. Choose the file of the logbook, then upload it.")
    folder = draft.folder
    try:
        path = folders.keep_upload(folder / "upload", given.name, given.chunks())
        found = sniff(path)
        folders.keep_profile(draft, profile_of(path, found.read))
    except SourceError as error:
        folders.forget_upload(draft)
        return refused_file(error)
    draft.file_name, draft.file_bytes = path.name, path.stat().st_size
    draft.content = {**draft.content, "read": _read_of(found.read)}
    return ""


def _read_of(read: ReadSpec) -> dict[str, object]:
    kept = read.model_dump(mode="json", exclude_defaults=True)
    kept.pop("path", None)
    return {"format": read.format, **kept}


@requires(Right.MANAGE_SOURCES)
@takes_files(folders.UPLOAD_MAX_BYTES, on_disk=True)
@require_POST
def replace_file(request: HttpRequest, key: str) -> HttpResponse:
    """Put another file of the same shape in the place of the draft's."""
    draft = draft_of(key)
    note_act(request, Kind.COLLECT, draft, "upload")
    before = draft.content.get("read", {})
    error = _taken(request, draft)
    if error:
        messages.error(request, error)
        return redirect("wizard:reading", key=key)
    said = {"read": draft.content["read"]} if draft.content["read"].get("format") != before.get("format") else {}
    fields = {"file_name": draft.file_name, "file_bytes": draft.file_bytes, "state": Draft.State.DRAFTING}
    try:
        change(draft, user_of(request), revision_of(request), said=said, **fields)
    except StaleError as stale:
        tell_faster(request, stale)
    return redirect("wizard:reading", key=key)


@requires(Right.MANAGE_SOURCES)
@require_POST
def discard(request: HttpRequest, key: str) -> HttpResponse:
    """Delete a draft with its file; a source that it became stays."""
    draft = draft_of(key)
    note_act(request, Kind.ERASE, draft, "discard")
    draft.delete()
    messages.success(request, _("The draft and its file are deleted."))
    return redirect("wizard:start")


@requires(Right.MANAGE_SOURCES)
def reading(request: HttpRequest, key: str) -> HttpResponse:
    """Show the first rows as they are read, and let a person correct how."""
    draft = draft_of(key)
    path = folders.upload_of(draft)
    if path is None:
        return page(request, draft, "reading", {"form": None})
    note_act(request, Kind.CONSULT, draft, "rows")
    stated = ReadSpec.model_validate({"path": path.name, **draft.declared.read})
    found = sniff(path, stated=stated)
    form = ReadingForm(request.POST or None, initial=draft.declared.read, sheets=found.sheets, form=stated.format)
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            wanted = ReadSpec.model_validate({"path": path.name, **draft.declared.read, **form.said()})
            folders.keep_profile(draft, profile_of(path, wanted))
            said: dict[str, object] = {"read": _read_of(wanted)}
            if _read_of(wanted) != draft.declared.read:
                said["columns"] = {}
            change(draft, user_of(request), revision_of(request), said=said)
            return redirect("wizard:reading" if "look" in request.POST else "wizard:about", key=key)
        except SourceError as refused:
            error = refused_file(refused)
        except StaleError as stale:
            tell_faster(request, stale)
            return redirect("wizard:reading", key=key)
    profile = folders.profile_of_draft(draft)
    shown = {
        "form": form, "error": error, "rows": found.rows[:ROWS_SHOWN], "skip": stated.skip, "profile": profile,
        "sheets": found.sheets,
    }  # fmt: skip
    return page(request, draft, "reading", shown)
