"""The editor of a rule: the form and the text, one made from the other, each checked as the town's file would be."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.alarm_editions.standing import compiled, held_rule
from quietude.portal.alarm_rules import acts
from quietude.portal.alarm_rules.faults import Faults, placed
from quietude.portal.alarm_rules.kinds import LENGTHS, kinds
from quietude.portal.alarm_rules.models import Trial
from quietude.portal.alarm_rules.reading import said_of
from quietude.portal.alarm_rules.tree import Values, node_of, typed_of, with_one_more, without
from quietude.portal.alarm_rules.trying import newest_day
from quietude.portal.alarm_rules.views import found_rule, language
from quietude.portal.alarm_rules.words import day_names, span
from quietude.portal.alarm_rules.writing import values_in, values_typed, written
from quietude.portal.rights.standing import viewer_of
from quietude.portal.town import current_town
from quietude.portal.uploads.receiving import takes_files
from quietude.sources.api import ManifestError

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
YEAR = timedelta(days=364)
"""Twelve months end to end: 52 weeks, so that each day of the week counts as often."""
LARGEST_FILE = 64 * 1024
NEW = "title: {fr: '', en: ''}\nby: town\nwhen: {count: {at_least: 3, within: PT2H}}\nseverity: 3\n"
"""What the form of a new rule begins with."""
TAKEN = ("new", "import", "trials", "editions")
"""Names that are addresses of the portal."""


@require_http_methods(["GET", "POST"])
@requires(Right.TUNE_ALARMS)
def new(request: HttpRequest) -> HttpResponse:
    """Write a new rule."""
    name = request.POST.get("name", "").strip()
    if request.method == "GET":
        return _shown(request, "", NEW, is_new=True)
    said = ""
    if NAME.fullmatch(name) is None or name in TAKEN:
        said = gettext("Give a name of a-z, 0-9 and _ that begins with a letter, such as noise_at_night.")
    elif held_rule(name) is not None:
        said = gettext("The town has a rule of this name already.")
    return _posted(request, name, is_new=True, name_fault=said)


@require_http_methods(["GET", "POST"])
@requires(Right.TUNE_ALARMS)
def edit(request: HttpRequest, name: str) -> HttpResponse:
    """Change a rule, from the text that holds."""
    held = found_rule(name)
    if request.method == "POST":
        return _posted(request, name, is_new=False)
    text = held.text or held.file_text or (held.proposal.text if held.proposal is not None else NEW)
    return _shown(request, name, text, is_new=False)


@require_GET
@requires(Right.TUNE_ALARMS)
def again(request: HttpRequest, key: int) -> HttpResponse:
    """Change the text of one's own trial further."""
    found = get_object_or_404(Trial, pk=key, asked_by=user_of(request))
    return _shown(request, found.name, found.text, is_new=held_rule(found.name) is None)


@require_POST
@requires(Right.TUNE_ALARMS)
@takes_files(LARGEST_FILE)
def importing(request: HttpRequest) -> HttpResponse:
    """Take a file in, as the text of the rule that its name says; it is not kept before it is tried and proposed."""
    given = request.FILES.get("file")
    if given is None or given.size is None or given.size > LARGEST_FILE:
        messages.error(request, gettext("Choose a file of a rule, 64 kB at most."))
        return redirect("alarm_rules:list")
    name = (given.name or "").removesuffix(".yml").removesuffix(".yaml")
    if NAME.fullmatch(name) is None or name in TAKEN:
        messages.error(
            request, gettext("The file's name is the rule's: a-z, 0-9 and _ only, such as noise_at_night.yml.")
        )
        return redirect("alarm_rules:list")
    try:
        text = given.read().decode("utf-8")
    except UnicodeDecodeError:
        messages.error(request, gettext("The file is not UTF-8; save it as UTF-8."))
        return redirect("alarm_rules:list")
    faults = _faults(name, text)
    return _shown(request, name, text, is_new=held_rule(name) is None, faults=faults, as_text=bool(faults.listed))


def _posted(request: HttpRequest, name: str, *, is_new: bool, name_fault: str = "") -> HttpResponse:
    """Return the editor after one of its buttons: another form of the same, one more condition, a check, a trial."""
    act, is_text = request.POST.get("act", "check"), request.POST.get("mode") == "text"
    text = request.POST.get("text", "").replace("\r\n", "\n")
    if not is_text:
        values = values_typed(request.POST, request.POST.getlist("days"))
        verb, _, path = act.partition(":")
        if verb in {"add", "remove"} and re.fullmatch(r"w(\.\d{1,2})*", path):
            change = with_one_more if verb == "add" else without
            values["when"] = change(values["when"], path)
        text = written(values, text)
        if verb in {"add", "remove", "kind"}:
            return _shown(request, name, text, is_new=is_new)
    faults = _faults(name or "rule", text)
    if act in {"form", "text"}:
        as_text = act == "text" or _is_no_form(text)
        return _shown(request, name, text, is_new=is_new, faults=faults, as_text=as_text)
    if name_fault or faults.listed or act != "try":
        status = 400 if name_fault or faults.listed else 200
        return _shown(
            request, name, text, is_new=is_new, faults=faults, as_text=is_text, name_fault=name_fault,
            is_checked=not faults.listed and not name_fault, status=status,
        )  # fmt: skip
    return _tried(request, name, text, is_new=is_new, is_text=is_text)


def _tried(request: HttpRequest, name: str, text: str, *, is_new: bool, is_text: bool) -> HttpResponse:
    purpose = viewer_of(request).purpose or ""
    try:
        trial = acts.ask(user_of(request), name, text, usual_days(), purpose=purpose, now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _shown(request, name, text, is_new=is_new, as_text=is_text, status=400)
    return redirect("alarm_rules:trial", key=trial.pk)


def usual_days() -> tuple[date, date]:
    """Return the twelve months before the newest fact, first and last day."""
    last = newest_day()
    return last - YEAR + timedelta(days=1), last


def _faults(name: str, text: str) -> Faults:
    try:
        compiled(name, text)
    except ManifestError as error:
        return placed(text, error)
    return Faults()


def _is_no_form(text: str) -> bool:
    try:
        values_in(text)
    except ManifestError:
        return True
    return False


def _shown(
    request: HttpRequest,
    name: str,
    text: str,
    *,
    is_new: bool,
    faults: Faults | None = None,
    as_text: bool | None = None,
    name_fault: str = "",
    is_checked: bool = False,
    status: int = 200,
) -> HttpResponse:
    if as_text is None:
        as_text = request.GET.get("as") == "text"
    values: Values = {} if _is_no_form(text) else values_in(text)
    given = {
        "name": name,
        "is_new": is_new,
        "text": text,
        "as_text": as_text or not values,
        "says": said_of(values, language()),
        "faults": faults or Faults(),
        "name_fault": name_fault,
        "is_checked": is_checked,
        "numbered": list(enumerate(text.splitlines(), 1)),
        "at_fault": {fault.line for fault in (faults.listed if faults else ())},
        "lengths": [(iso, span(iso)) for iso in LENGTHS],
        **(_form(values, faults or Faults()) if values else {}),
    }
    return render(request, "alarm_rules/edit.html", given, status=status)


def _form(values: Values, faults: Faults) -> dict[str, Any]:
    def pair(key: str, which: str) -> str:
        held = values.get(key)
        return typed_of(held.get(which)) if isinstance(held, dict) else ""

    calendar = values.get("calendar")
    calendar = calendar if isinstance(calendar, dict) else {}
    levels = current_town().territory.levels
    places = [
        ("town", gettext("the whole town")),
        *((f"zone:{level.name}", level.labels.get(language(), level.name)) for level in levels),
        ("source", gettext("each source")),
        *((f"h3:{size}", gettext("hexagons of size %(size)d") % {"size": size}) for size in (7, 8, 9, 10)),
    ]
    by = typed_of(values.get("by", "town"))
    if by not in dict(places):
        places.append((by, by))
    return {
        "title_fr": pair("title", "fr"),
        "title_en": pair("title", "en"),
        "instruction_fr": pair("instruction", "fr"),
        "instruction_en": pair("instruction", "en"),
        "scope": typed_of(values.get("scope")),
        "by": by,
        "places": places,
        "node": node_of(values.get("when")),
        "kinds": list(kinds().items()),
        "days": [(code, label, code in calendar.get("days", ())) for code, label in day_names()],
        "hours": typed_of(calendar.get("hours")),
        "lateness": typed_of(values.get("lateness")),
        "severity": typed_of(values.get("severity")),
        "levels": [str(level) for level in range(1, 6)],
        "latching": values.get("latching") is True,
        "at": faults.at,
    }
