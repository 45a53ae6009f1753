"""The sixth step: the whole file tried, then imported; both in a process of their own."""

from __future__ import annotations

import shutil
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from quietude.journal.api import Kind
from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.catalogue.account import account_of
from quietude.portal.catalogue.waiting import waiting_records
from quietude.portal.town import current_town, installation
from quietude.portal.wizard import folders, running
from quietude.portal.wizard.models import Draft
from quietude.portal.wizard.saving import StaleError, change
from quietude.portal.wizard.steps import draft_of, language, needs, note_act, page, revision_of, tell_faster
from quietude.portal.wizard.words import told_error
from quietude.portal.wizard.work import IMPORT, TRIAL
from quietude.sources.api import CrosswalkError, ManifestError


@requires(Right.MANAGE_SOURCES)
def trial(request: HttpRequest, key: str) -> HttpResponse:
    """Start the dry run of the whole file, and follow it."""
    draft = draft_of(key)
    if folders.upload_of(draft) is None:
        return redirect("wizard:reading", key=key)
    if (way := needs(draft, "trial")) is not None:
        return way
    folder = draft.folder
    if request.method == "POST":
        note_act(request, Kind.COLLECT, draft, "trial")
        try:
            folders.written(draft)
        except (ManifestError, CrosswalkError):
            return redirect("wizard:preview", key=key)
        running.start(folder, draft.source, TRIAL)
        return redirect("wizard:trial", key=key)
    shown = told_in_words(running.told(folder))
    if shown.get("faults"):
        note_act(request, Kind.CONSULT, draft, "faults")
    if "HX-Request" in request.headers:
        return render(request, "wizard/work.html", {"draft": draft, **shown})
    return page(request, draft, "trial", shown)


def told_in_words(told: running.Told | None) -> dict[str, Any]:
    """Return where the work stands, as the pages show it."""
    if told is None:
        return {}
    shown: dict[str, Any] = {"told": told, "error": told_error(told.error)}
    if told.report is not None:
        shown["account"] = account_of(told.report, language())
        shown["too_old"] = told.report.refused_past_retention
        shown["faults"] = waiting_records(told.faults, language())
    return shown


@requires(Right.MANAGE_SOURCES)
@require_POST
def start_import(request: HttpRequest, key: str) -> HttpResponse:
    """Declare the source for good, then import the file."""
    draft = draft_of(key)
    upload = folders.upload_of(draft)
    if upload is None or draft.state == Draft.State.IMPORTED:
        return redirect("wizard:done", key=key)
    if (way := needs(draft, "trial")) is not None:
        return way
    own = installation().made_here_dir
    taken = current_town().sources.get(draft.source)
    if taken is not None and not taken.path.is_relative_to(own):
        messages.error(request, _("The town has a source of this name by now. Nothing was imported."))
        return redirect("wizard:trial", key=key)
    note_act(request, Kind.COLLECT, draft, "import")
    try:
        draft = change(draft, user_of(request), revision_of(request), state=Draft.State.IMPORTED)
    except StaleError as stale:
        tell_faster(request, stale)
        return redirect("wizard:trial", key=key)
    files = own / "files" / draft.source
    shutil.rmtree(files, ignore_errors=True)
    files.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    folders.write_source(own, draft.declared, draft.source, draft.revision)
    upload.parent.rename(files)
    (draft.folder / "work.json").unlink(missing_ok=True)
    running.start(draft.folder, draft.source, IMPORT)
    return redirect("wizard:done", key=key)
