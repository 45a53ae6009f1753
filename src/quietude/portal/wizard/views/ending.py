"""The last step: how the import went, taking it back, taking the source along."""

from __future__ import annotations

import io
import zipfile

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from quietude.ingest.api import NotToBeTakenBackError, SourceBusyError, hindrance, take_back
from quietude.journal.api import Kind
from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.town import current_ledger, current_store, current_town, installation
from quietude.portal.wizard import running
from quietude.portal.wizard.models import Draft
from quietude.portal.wizard.saving import StaleError, change
from quietude.portal.wizard.steps import draft_of, needs, note_act, page, revision_of, tell_faster
from quietude.portal.wizard.views.trial import told_in_words
from quietude.portal.wizard.words import NOT_TAKEN_BACK


@requires(Right.MANAGE_SOURCES)
def done(request: HttpRequest, key: str) -> HttpResponse:
    """Follow the import, then show its report and offer to take it back."""
    draft = draft_of(key)
    if (way := needs(draft, "done")) is not None:
        return way
    told = running.told(draft.folder)
    shown = told_in_words(told)
    report = told.report if told is not None else None
    if report is not None:
        why = hindrance(draft.source, report.id, current_ledger())
        shown |= {"report": report, "is_back": why == "already", "why_not": _(NOT_TAKEN_BACK[why]) if why else ""}
        if shown.get("faults"):
            note_act(request, Kind.CONSULT, draft, "faults")
    if "HX-Request" in request.headers:
        return render(request, "wizard/work.html", {"draft": draft, **shown})
    return page(request, draft, "done", shown)


@requires(Right.MANAGE_SOURCES)
@require_POST
def undo(request: HttpRequest, key: str) -> HttpResponse:
    """Take the import back whole; what was declared is open again, to be corrected."""
    draft = draft_of(key)
    told = running.told(draft.folder)
    report = told.report if told is not None else None
    if report is None:
        raise Http404
    note_act(request, Kind.ERASE, draft, "take back", imported=str(report.id))
    try:
        taken = take_back(draft.source, report.id, current_store(), current_ledger())
        change(draft, user_of(request), revision_of(request), state=Draft.State.DRAFTING)
    except NotToBeTakenBackError as refused:
        messages.error(request, _(NOT_TAKEN_BACK[refused.code]))
        return redirect("wizard:done", key=key)
    except SourceBusyError:
        messages.warning(request, _("An import of this source is running. Nothing was taken back; try again later."))
        return redirect("wizard:done", key=key)
    except StaleError as stale:
        tell_faster(request, stale)
        return redirect("wizard:done", key=key)
    said = _("The import is taken back: %(gone)d facts are gone, %(restored)d are as they were before.")
    messages.success(request, said % {"gone": taken.gone, "restored": taken.restored})
    if taken.kept:
        messages.info(
            request, _("%(kept)d facts stay: a person had them restricted or rectified.") % {"kept": taken.kept}
        )
    return redirect("wizard:reading", key=key)


@requires(Right.MANAGE_SOURCES)
def export(request: HttpRequest, name: str) -> HttpResponse:
    """Give manifest and crosswalk of a source declared here as they are laid in a town's folder."""
    manifest = current_town().sources.get(name)
    own = installation().made_here_dir
    if manifest is None or not manifest.path.is_relative_to(own):
        raise Http404
    note_act(request, Kind.COMMUNICATE, None, "export", source=name)
    held = io.BytesIO()
    crosswalk = manifest.crosswalk_path()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in (manifest.path, *([crosswalk] if crosswalk is not None else [])):
            archive.write(path, str(path.relative_to(own)))
    answer = HttpResponse(held.getvalue(), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    return answer
