"""Pages of the kinds of situations: the list, one with its reflex sheet to be edited, files out and in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.situations.forms import language
from quietude.portal.situations.kind_form import KindForm, StepRows
from quietude.portal.situations.kinds import current_kinds, file_kinds, save_kind, saved_editions, withdraw_kind
from quietude.portal.situations.models import KindEdition
from quietude.portal.uploads.receiving import takes_files
from quietude.situations.api import (
    SituationKind,
    check_name,
    kind_from_yaml,
    kind_to_yaml,
    sheet_from_csv,
    steps_to_csv,
)
from quietude.sources.api import ManifestError

FILE_MAX = 200_000  # bytes; a sheet of sixty steps in two languages has some 20,000
NEW = "new"


@require_GET
@requires(Right.SEE_SITUATIONS)
def kinds(request: HttpRequest) -> HttpResponse:
    """List the kinds by which situations are opened."""
    saved = saved_editions()
    shown = [(name, kind, kind.title.say(language()), saved.get(name)) for name, kind in current_kinds().items()]
    given = {
        "kinds": sorted(shown, key=lambda each: each[2].casefold()),
        "withdrawn": [edition for edition in saved.values() if edition.is_withdrawn],
        "may_keep": user_of(request).holds(Right.KEEP_SHEETS),
    }
    return render(request, "situations/kinds.html", given)


@requires(Right.SEE_SITUATIONS)
def kind(request: HttpRequest, name: str) -> HttpResponse:
    """Show a kind with its reflex sheet; whoever keeps sheets changes it here."""
    known = current_kinds().get(name) if name != NEW else None
    if known is None and name != NEW:
        raise Http404
    may_keep = user_of(request).holds(Right.KEEP_SHEETS)
    if request.method == "POST" and may_keep:
        return _saved(request, name, known)
    return _page(request, name, known, KindForm.of(name, known), StepRows.of(known))


def _saved(request: HttpRequest, name: str, known: SituationKind | None) -> HttpResponse:
    form, rows = KindForm(request.POST), StepRows.read(request.POST)
    if "more" in request.POST or "up" in request.POST or "out" in request.POST:
        rows = rows.changed(request.POST)
        return _page(request, name, known, form, rows)
    if not form.is_valid():
        return _page(request, name, known, form, rows, status=400)
    code = form.cleaned_data["name"] if name == NEW else name
    try:
        if name == NEW and code in current_kinds():
            raise ValidationError(gettext("There is a kind of this name already."))
        made = kind_from_yaml(rows.as_yaml(form.cleaned_data), check_name(code))
        save_kind(user_of(request), code, made, timezone.now(), reason=form.cleaned_data["reason"])
    except (ManifestError, ValidationError, ValueError) as error:
        form.add_error(None, said_of(error))
        return _page(request, name, known, form, rows, status=400)
    messages.success(request, gettext("Saved. Situations that are opened from now on go by it."))
    return redirect("situations:kind", code)


def _page(
    request: HttpRequest,
    name: str,
    known: SituationKind | None,
    form: KindForm,
    rows: StepRows,
    *,
    status: int = 200,
) -> HttpResponse:
    given: dict[str, Any] = {
        "name": name,
        "is_new": name == NEW,
        "kind": known,
        "title": known.title.say(language()) if known is not None else "",
        "form": form,
        "rows": rows.rows,
        "keys": [row["key"] for row in rows.rows if row["key"]],
        "may_keep": user_of(request).holds(Right.KEEP_SHEETS),
        "is_file": name in file_kinds(),
        "editions": KindEdition.objects.filter(name=name).exclude(by=None).select_related("by").order_by("-pk")[:20],
    }
    return render(request, "situations/kind.html", given, status=status)


@require_POST
@requires(Right.KEEP_SHEETS)
def withdrawing(request: HttpRequest, name: str) -> HttpResponse:
    """Let no situation be opened by a kind any more."""
    try:
        withdraw_kind(user_of(request), name, timezone.now(), reason=request.POST.get("reason", ""))
    except ValidationError as error:
        messages.error(request, said_of(error))
        return redirect("situations:kind", name) if name in current_kinds() else redirect("situations:kinds")
    messages.success(request, gettext("Withdrawn. Situations under way go on."))
    return redirect("situations:kinds")


@require_GET
@requires(Right.SEE_SITUATIONS)
def file(_request: HttpRequest, name: str, form: str) -> HttpResponse:
    """Give a kind as YAML, or its steps as CSV."""
    known = current_kinds().get(name)
    if known is None or form not in {"yml", "csv"}:
        raise Http404
    content = kind_to_yaml(known) if form == "yml" else "\ufeff" + steps_to_csv(known.sheet)
    media = "application/yaml" if form == "yml" else "text/csv"
    answer = HttpResponse(content, content_type=f"{media}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


@require_POST
@requires(Right.KEEP_SHEETS)
@takes_files(FILE_MAX)
def importing(request: HttpRequest, name: str) -> HttpResponse:
    """Take a kind from a YAML file, or its steps from a CSV file."""
    sent = request.FILES.get("file")
    known = current_kinds().get(name)
    try:
        check_name(name)
        if sent is None:
            raise ValidationError(gettext("Choose a file."))
        made = _read(name, sent.name or "", sent.read(), known)
        save_kind(user_of(request), name, made, timezone.now(), reason=request.POST.get("reason", ""))
    except (ManifestError, ValidationError, ValueError) as error:
        messages.error(request, said_of(error))
        return redirect("situations:kind", name if known is not None else NEW)
    messages.success(request, gettext("Saved. Situations that are opened from now on go by it."))
    return redirect("situations:kind", name)


def _read(name: str, file_name: str, content: bytes, known: SituationKind | None) -> SituationKind:
    if file_name.lower().endswith(".csv"):
        if known is None:
            raise ValidationError(gettext("A CSV file has steps only: make the kind first, then import its steps."))
        return known.model_copy(update={"sheet": sheet_from_csv(content, file_name)})
    try:
        return kind_from_yaml(content.decode("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        raise ValidationError(gettext("This file is not UTF-8: save it so, and send it again.")) from error


def said_of(error: ManifestError | ValidationError | ValueError) -> str:
    """Return what is wrong, with the line of a file where there is one."""
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, ManifestError):
        where = gettext("line %(line)d")
        return " ".join(f"{where % {'line': fault.line}}: {fault.message}" for fault in error.faults)
    return str(error)
