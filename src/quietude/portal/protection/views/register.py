"""The register of processing, the census of fields, the notices and the impact assessment."""

from __future__ import annotations

from collections import Counter

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from quietude.journal.api import Kind
from quietude.keeping.api import (
    COLUMNS,
    Processing,
    as_csv,
    as_markdown,
    assess,
    faults_of,
    load_census,
    notice_of,
    register_of,
    say,
    to_json,
)
from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.protection.columns import columns_found
from quietude.portal.protection.journal import note_act
from quietude.portal.town import current_ledger, current_store, current_town

FORMS = {"csv": ("text/csv", as_csv), "md": ("text/markdown", as_markdown)}


def language() -> str:
    """Return the language of the page."""
    return get_language() or "fr"


def current_register() -> tuple[Processing, ...]:
    """Return the town's register in the language of the page."""
    return register_of(current_town(), load_census(), language())


def download(content: str, content_type: str, name: str) -> HttpResponse:
    """Return a file to keep."""
    response = HttpResponse(content, content_type=f"{content_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@requires(Right.PROTECT_DATA)
def register(request: HttpRequest) -> HttpResponse:
    """Show the register: one processing after the other, and what keeps it from being whole."""
    entries = current_register()
    headings = [say(f"columns.{name}", language()) for name in COLUMNS]
    shown = [(entry, list(zip(headings, entry.cells, strict=True))[1:]) for entry in entries]
    context = {"entries": shown, "faults": faults_of(entries), "is_complete": current_town().protection is not None}
    return render(request, "protection/register.html", context)


@require_GET
@requires(Right.PROTECT_DATA, answers="data")
def register_file(request: HttpRequest, form: str) -> HttpResponse:
    """Give the register as a file."""
    if form not in FORMS:
        raise Http404
    content_type, write = FORMS[form]
    note_act(Kind.COMMUNICATE, user_of(request).username, "register of processing")
    return download(write(current_register(), language()), content_type, f"register.{form}")


@require_GET
@requires(Right.PROTECT_DATA, answers="data")
def notice(request: HttpRequest, name: str) -> HttpResponse:
    """Give the notice of one processing, ready to be published."""
    entry = next((entry for entry in current_register() if entry.name == name), None)
    if entry is None:
        raise Http404
    note_act(Kind.COMMUNICATE, user_of(request).username, f"notice of {name}")
    return download(notice_of(entry, language()), "text/markdown", f"notice-{name}.md")


@require_GET
@requires(Right.PROTECT_DATA, answers="data")
def assessment(request: HttpRequest) -> HttpResponse:
    """Give the draft of the impact assessment, for the CNIL's tool."""
    draft = assess(current_town(), load_census(), at=timezone.now())
    note_act(Kind.COMMUNICATE, user_of(request).username, "draft of the impact assessment")
    return download(to_json(draft), "application/json", f"pia-{current_town().name}.json")


@requires(Right.PROTECT_DATA)
def census(request: HttpRequest) -> HttpResponse:
    """Show every column that data are kept in, with its law."""
    found = columns_found(current_store(), current_ledger())
    whole = load_census()
    tags = whole.tags(found)
    tables = []
    for name, columns in sorted(found.items()):
        entry = whole.tables[name]
        rows = [
            (tag.column, whole.categories[tag.category].say(language()))
            for tag in tags
            if tag.table == name and tag.category
        ]
        activity = whole.activities[entry.activity]
        tables.append((name, activity, rows, len(columns) - len(rows)))
    counts = Counter(tag.is_personal for tag in tags)
    context = {"tables": tables, "personal": counts[True], "other": counts[False], "language": language()}
    return render(request, "protection/census.html", context)
