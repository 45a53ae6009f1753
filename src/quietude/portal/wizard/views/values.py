"""The fourth step: the source's own words brought to the vocabulary."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from quietude.ingest.api import Coded
from quietude.journal.api import Kind
from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.town import current_vocabulary
from quietude.portal.wizard.counting import WORDS, counted
from quietude.portal.wizard.models import Draft
from quietude.portal.wizard.saving import StaleError, change
from quietude.portal.wizard.steps import draft_of, language, needs, note_act, page, revision_of, tell_faster

OPEN_SHOWN = 60  # values a page shows without scripts: each has two fields, and a form may have 500
NOTHING = "-"
"""What stands for "nothing in the vocabulary fits"."""


@requires(Right.MANAGE_SOURCES)
def values(request: HttpRequest, key: str) -> HttpResponse:
    """Show the values still open, most frequent first, and the words of status and severity."""
    draft = draft_of(key)
    if (way := needs(draft, "values")) is not None:
        return way
    found = counted(draft)
    if request.method == "POST":
        said = {"categories": _categories(request, draft, found), "words": _words(request, draft, found)}
        try:
            change(draft, user_of(request), revision_of(request), said=said)
        except StaleError as stale:
            tell_faster(request, stale)
            return redirect("wizard:values", key=key)
        return redirect("wizard:values" if "more" in request.POST else "wizard:preview", key=key)
    note_act(request, Kind.CONSULT, draft, "values")
    known = draft.declared.categories
    still_open = [value for value in found["categories"] if value["value"] not in known]
    codes = [(term.code, current_vocabulary().path_label(term.code, language())) for term in current_vocabulary().terms]
    shown = {
        "open": [_shown(value) for value in still_open[:OPEN_SHOWN]], "total": len(found["categories"]),
        "left": len(still_open), "codes": codes, "kinds": _kinds(draft, found), "nothing": NOTHING,
    }  # fmt: skip
    return page(request, draft, "values", shown)


def _shown(value: dict[str, Any]) -> dict[str, Any]:
    words = current_vocabulary()
    choices = [(one["code"], words.path_label(one["code"], language())) for one in value["suggestions"]]
    return {**value, "choices": choices, "chosen": choices[0][0] if value["is_sure"] and choices else ""}


def _kinds(draft: Draft, found: dict[str, Any]) -> list[dict[str, Any]]:
    labels = {
        "severity": (_("Severity"), [(str(number), str(number)) for number in range(1, 6)]),
        "status": (_("Status"), [("open", _("open")), ("under_way", _("under way")), ("closed", _("closed"))]),
    }
    return [
        {
            "kind": kind, "label": labels[kind][0], "choices": labels[kind][1],
            "words": [
                {**word, "value": draft.declared.words.get(kind, {}).get(word["word"], word["guess"]), "number": number}
                for number, word in enumerate(found[kind])
            ],
        }
        for kind in WORDS
        if found.get(kind)
    ]  # fmt: skip


def _categories(request: HttpRequest, draft: Draft, found: dict[str, Any]) -> dict[str, Any]:
    """Return the categories with those the form states, which names values by their place in the list of open ones."""
    held = {value: coded.model_dump() for value, coded in draft.declared.categories.items()}
    there = {value["value"] for value in found["categories"]}
    for value, code in zip(request.POST.getlist("value"), request.POST.getlist("code"), strict=False):
        if value in there and (coded := coded_as(code)) is not None:
            held[value] = coded.model_dump()
    return held


def coded_as(code: str) -> Coded | None:
    """Return what a code said of a value means; None where it is none, and the value stays open."""
    if code == NOTHING:
        return Coded(code="", relation="none")
    return Coded(code=code, relation="broad") if code and current_vocabulary().has(code) else None


def _words(request: HttpRequest, draft: Draft, found: dict[str, Any]) -> dict[str, dict[str, str]]:
    said = dict(draft.declared.words)
    for kind in WORDS:
        if found.get(kind):
            said[kind] = {
                word["word"]: request.POST.get(f"{kind}-{number}", "") for number, word in enumerate(found[kind])
            }
    return said


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.MANAGE_SOURCES, answers="data")
def data(request: HttpRequest, key: str) -> HttpResponse:
    """Give the values and the vocabulary to the page's script, or take what was decided there."""
    draft = draft_of(key)
    if needs(draft, "values") is not None:
        return JsonResponse({"error": _("Say first what the columns mean.")}, status=409)
    if request.method == "POST":
        return _taken(request, draft)
    words = current_vocabulary()
    terms = [
        {"code": term.code, "label": words.path_label(term.code, language()),
         "words": [*term.words("fr"), *term.words("en")]}
        for term in words.terms
    ]  # fmt: skip
    known = {value: coded.code or NOTHING for value, coded in draft.declared.categories.items()}
    values_here = [{**value, "code": known.get(value["value"], "")} for value in counted(draft)["categories"]]
    return JsonResponse({"revision": draft.revision, "values": values_here, "terms": terms, "nothing": NOTHING})


def _taken(request: HttpRequest, draft: Draft) -> JsonResponse:
    try:
        sent = json.loads(request.body)
        decided, revision = dict(sent["decided"]), int(sent["revision"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return JsonResponse(
            {"error": _("The portal did not understand what the page sent. Load it again.")}, status=400
        )
    there = {value["value"] for value in counted(draft)["categories"]}
    held = {value: coded.model_dump() for value, coded in draft.declared.categories.items()}
    for value, code in decided.items():
        if value not in there:
            continue
        coded = coded_as(str(code))
        if coded is None:
            held.pop(value, None)
        else:
            held[value] = coded.model_dump()
    try:
        changed = change(draft, user_of(request), revision, said={"categories": held})
    except StaleError as stale:
        who = str(stale.draft.changed_by or _("someone"))
        said = _("%(who)s changed this draft meanwhile. Load the page again: it shows their state.") % {"who": who}
        return JsonResponse({"error": said}, status=409)
    return JsonResponse({"revision": changed.revision})
