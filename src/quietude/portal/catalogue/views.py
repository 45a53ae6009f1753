"""The pages of the sources: inventory, one source, its imports, its quarantine."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from quietude.ingest.api import ImportReport, Quarantined, SourceBusyError, retry_quarantine
from quietude.journal.api import Kind
from quietude.model.filter.url import to_query
from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.catalogue import runs
from quietude.portal.catalogue.account import account_of, quality_of
from quietude.portal.catalogue.inventory import facts_filter, rows_of, running_imports
from quietude.portal.catalogue.manifest_lines import law_of, mapping_of
from quietude.portal.catalogue.waiting import Waiting, reasons_of, waiting_records
from quietude.portal.flows.health import health_of
from quietude.portal.journal.recording import Act, note
from quietude.portal.rights.standing import viewer_of
from quietude.portal.town import current_ledger, current_store, current_town, current_vocabulary, installation
from quietude.sources.api import Manifest

PAGE_ROWS = 50


def _language() -> str:
    return get_language() or "fr"


def _manifest(name: str) -> Manifest:
    manifest = current_town().sources.get(name)
    if manifest is None:
        raise Http404
    return manifest


def _shared(request: HttpRequest, name: str, manifest: Manifest) -> dict[str, Any]:
    """Return what every page of one source shows in its head."""
    return {
        "name": name,
        "manifest": manifest,
        "title": manifest.title.say(_language()),
        "may_manage": user_of(request).holds(Right.MANAGE_SOURCES),
        "running": running_imports(current_ledger()).get(name),
        "explore_url": f"{reverse('explore:page')}?{urlencode(to_query(facts_filter(name)), doseq=True)}",
    }


@requires(Right.SEE_SOURCES)
def inventory(request: HttpRequest) -> HttpResponse:
    """List the sources: owner, law, licence, period, count, quality, last import, quarantine."""
    rows = rows_of(current_town(), current_store(), current_ledger(), viewer_of(request), language=_language())
    shown = {
        "rows": rows,
        "total": sum(row.count for row in rows),
        "quarantined": sum(row.quarantined for row in rows),
        "may_manage": user_of(request).holds(Right.MANAGE_SOURCES),
    }
    return render(request, "catalogue/inventory.html", shown)


@requires(Right.SEE_SOURCES)
def source(request: HttpRequest, name: str) -> HttpResponse:
    """Show one source: what it is, under which law, how it is read, how good it is, its last imports."""
    manifest = _manifest(name)
    ledger, viewer = current_ledger(), viewer_of(request)
    rows = rows_of(current_town(), current_store(), ledger, viewer, language=_language())
    last = ledger.last_reports().get(name)
    shown = {
        **_shared(request, name, manifest),
        "row": next(row for row in rows if row.manifest is manifest),
        "law": law_of(manifest, _language()),
        "mapping": mapping_of(manifest),
        "dropped": sorted(manifest.map.drop.items()),
        "last": last,
        "account": account_of(last, _language()) if last is not None else (),
        "quality": quality_of(last) if last is not None else (),
        "reports": ledger.reports(source=name, limit=10),
        "reasons": reasons_of(ledger, name, _language()),
        "flow": health_of(manifest, datetime.now(UTC)),
    }
    return render(request, "catalogue/source.html", shown)


@requires(Right.SEE_SOURCES)
def imports(request: HttpRequest, name: str) -> HttpResponse:
    """List the imports of one source, newest first."""
    manifest = _manifest(name)
    reports = current_ledger().reports(source=name, limit=500)
    page = Paginator(reports, PAGE_ROWS).get_page(request.GET.get("page"))
    return render(request, "catalogue/imports.html", {**_shared(request, name, manifest), "page": page})


@requires(Right.SEE_SOURCES)
def report(request: HttpRequest, name: str, import_id: int) -> HttpResponse:
    """Show the account of one import; while it runs the page follows it."""
    manifest = _manifest(name)
    found = current_ledger().report(import_id)
    if found is None or found.source != name:
        raise Http404
    shown = {
        **_shared(request, name, manifest),
        "report": found,
        "account": account_of(found, _language()),
        "quality": quality_of(found),
        "period": [date.fromisoformat(day) for day in (found.since, found.until) if day is not None],
        "is_running": found.outcome == "running",
    }
    template = "catalogue/report_body.html" if "HX-Request" in request.headers else "catalogue/report.html"
    return render(request, template, shown)


@requires(Right.MANAGE_SOURCES)
@require_POST
def start_import(request: HttpRequest, name: str) -> HttpResponse:
    """Start the import of a source, unless one runs."""
    _manifest(name)
    if running_imports(current_ledger()).get(name) is not None:
        messages.warning(request, _("An import of this source is already running; its account follows below."))
    else:
        _note(request, Kind.COLLECT, {"source": name, "act": "import"})
        runs.start(installation(), name)
        messages.success(request, _("The import has started. Its account appears here in a few seconds."))
    return redirect("catalogue:source", name=name)


@requires(Right.MANAGE_SOURCES)
def quarantine(request: HttpRequest, name: str) -> HttpResponse:
    """List the records of one source that could not be filed, with the reason and the remedy."""
    manifest = _manifest(name)
    reason = request.GET.get("reason") or None
    waiting = Waiting(current_ledger(), name, reason)
    paginator: Paginator[Quarantined] = Paginator(waiting, PAGE_ROWS)
    page = paginator.get_page(request.GET.get("page"))
    if len(page.object_list):  # what was set aside is shown as it came, masked
        _note(request, Kind.CONSULT, {"source": name, "quarantined": str(len(page.object_list))})
    shown = {
        **_shared(request, name, manifest),
        "reasons": reasons_of(current_ledger(), name, _language()),
        "reason": reason,
        "page": page,
        "records": waiting_records(page.object_list, _language()),
    }
    return render(request, "catalogue/quarantine.html", shown)


@requires(Right.MANAGE_SOURCES)
@require_POST
def retry(request: HttpRequest, name: str) -> HttpResponse:
    """Try the quarantined records again, by the manifest as it is now."""
    _manifest(name)
    ids = request.POST.getlist("id") or None
    _note(request, Kind.MODIFY, {"source": name, "act": "retry", "records": str(len(ids)) if ids else "all"})
    try:
        done = retry_quarantine(
            current_town(),
            name,
            current_store(),
            current_ledger(),
            vocabulary=current_vocabulary(),
            now=datetime.now(UTC),
            ids=ids,
        )
    except SourceBusyError:
        messages.warning(
            request, _("An import of this source is running. Nothing was retried; try again when it has ended.")
        )
        return redirect("catalogue:quarantine", name=name)
    _say_retried(request, done)
    return HttpResponseRedirect(reverse("catalogue:quarantine", args=[name]))


def _note(request: HttpRequest, kind: Kind, detail: dict[str, str]) -> None:
    """Note an act on a source in the journal, before it is done."""
    viewer = viewer_of(request)
    who = f"user:{user_of(request).pk}"
    note(Act(kind=kind, who=who, purpose=viewer.purpose or "", motive=viewer.motive or "", detail=detail))


def _say_retried(request: HttpRequest, done: ImportReport) -> None:
    said = ngettext("%(count)d record is filed", "%(count)d records are filed", done.stored) % {"count": done.stored}
    left = ngettext("%(count)d still waits", "%(count)d still wait", done.quarantined) % {"count": done.quarantined}
    (messages.success if done.stored else messages.info)(request, f"{said}, {left}.")
