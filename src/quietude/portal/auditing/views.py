"""Pages of the journal: for the data-protection officer, and for each person what it holds of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from quietude.journal.api import Kind
from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.accounts.models import User
from quietude.portal.auditing.words import KINDS, told, told_filter, told_what
from quietude.portal.journal.recording import Act, note
from quietude.portal.journal.searching import PAGE, Line, Remark, Wanted, recent, remarks, search
from quietude.portal.parameters import key_of
from quietude.portal.rights.models import Purpose

REMARKS = {
    "night": _("Reads mostly at night"),
    "volume": _("Reads much more than usual"),
    "curiosity": _("Reads one fact again and again"),
    "clock": _("A clock was put back"),
    "unjudged": _("Broke the glass, and nobody has judged it for 72 hours"),
}
SPAN = timedelta(days=30)
JUDGED_WITHIN = timedelta(hours=72)
"""Three days, a week-end among them, to judge an opening."""
SHOWN_IDS = 3
COMMAND = "command:"


@requires(Right.READ_JOURNAL)
def lines(request: HttpRequest) -> HttpResponse:
    """Show the lines of the journal, by person, fact, purpose and kind."""
    asked = {name: request.GET.get(name, "").strip() for name in ("who", "about", "purpose", "kind")}
    problem, found = "", list[Line]()
    before = key_of(request.GET.get("before"))
    try:
        wanted = Wanted(**{**asked, "who": _account_of(asked["who"])})
        found = search(wanted, before=before)
    except ValueError:
        problem = gettext("One of these is not a name that the journal holds: check it.")
    _note_reading(request, {name: value for name, value in asked.items() if value})
    shown = {
        "lines": _shown(found),
        "asked": asked,
        "kinds": [(kind.value, word, kind.value == asked["kind"]) for kind, (word, _icon) in KINDS.items()],
        "purposes": [(code, title, code == asked["purpose"]) for code, title in _purposes().items()],
        "older": found[-1].index if len(found) == PAGE else None,
        "problem": problem,
    }
    return render(request, "journal/lines.html", shown, status=400 if problem else 200)


@requires(Right.READ_JOURNAL)
def unusual(request: HttpRequest) -> HttpResponse:
    """Show what stands out in the last thirty days."""
    found = _unjudged() + remarks(recent(timezone.now(), SPAN), timezone=timezone.get_current_timezone_name())
    _note_reading(request, {"page": "unusual"})
    names = _names({remark.who for remark in found})
    rows = [_remark(remark, names) for remark in found]
    return render(request, "journal/unusual.html", {"rows": rows, "days": SPAN.days})


@requires(Right.OWN_ACCOUNT)
def mine(request: HttpRequest) -> HttpResponse:
    """Show a person what the journal holds of them: what they did."""
    before = key_of(request.GET.get("before"))
    found = search(Wanted(who=f"user:{user_of(request).pk}"), before=before)
    shown = {"lines": _shown(found), "older": found[-1].index if len(found) == PAGE else None, "is_mine": True}
    return render(request, "journal/lines.html", shown)


def _unjudged() -> list[Remark]:
    """Return the broken glass that waits too long: hours gone, against the 72 that it may take."""
    now = timezone.now()
    late = apps.get_model("rights", "Opening")._default_manager.filter(
        kind="break_glass", reviewed_at=None, opened_at__lt=now - JUDGED_WITHIN
    )
    return [
        Remark(
            what="unjudged",
            who=f"user:{opening.holder_id}",
            about=f"{timezone.localtime(opening.opened_at):%Y-%m-%d %H:%M}",
            number=int((now - opening.opened_at).total_seconds() // 3600),
            usual=int(JUDGED_WITHIN.total_seconds() // 3600),
        )
        for opening in late
    ]


def _note_reading(request: HttpRequest, detail: dict[str, str]) -> None:
    """Note that the journal was read: whoever checks is checked too."""
    note(
        Act(
            kind=Kind.CONSULT,
            who=f"user:{user_of(request).pk}",
            purpose="protection",
            detail={"journal": "read", **detail},
        )
    )


def _account_of(said: str) -> str:
    """Return the journal's name of a person: "user:4" as it is, a user name looked up."""
    if not said or said.startswith(("user:", "command", "task:")):
        return said
    account = User.objects.filter(username=said.lower()).first()
    return f"user:{account.pk}" if account is not None else said


def _names(whos: Iterable[str]) -> dict[str, str]:
    keys = {int(who.partition(":")[2]): who for who in whos if who.startswith("user:") and who[5:].isdecimal()}
    return {keys[account.pk]: str(account) for account in User.objects.filter(pk__in=keys)}


def _purposes() -> dict[str, str]:
    language = (get_language() or "fr")[:2]
    return {purpose.code: purpose.say(language) for purpose in Purpose.objects.all()}


def _shown(found: list[Line]) -> list[dict[str, Any]]:
    names = _names({line.who for line in found} | {line.to_whom for line in found})
    purposes = _purposes()
    return [
        {
            "line": line,
            "who": names.get(line.who, "") or _said(line.who),
            "to_whom": names.get(line.to_whom, told_what(line.to_whom)),
            "kind": KINDS[line.kind][0],
            "icon": KINDS[line.kind][1],
            "ids": line.ids[:SHOWN_IDS],
            "more": max(0, len(line.ids) - SHOWN_IDS),
            "detail": told(line.detail),
            "purpose": purposes.get(line.purpose, line.purpose),
            "filter": told_filter(line.filter_text),
            "motive": told_what(line.motive),
        }
        for line in found
    ]


def _said(who: str) -> str:
    """Return an actor that is no account, in words."""
    if who.startswith(COMMAND):
        return gettext("command line, as %(account)s") % {"account": who.removeprefix(COMMAND)}
    return who or gettext("erased")


def _remark(remark: Remark, names: dict[str, str]) -> dict[str, Any]:
    return {
        "what": REMARKS[remark.what],
        "who": names.get(remark.who, remark.who),
        "account": remark.who,
        "about": remark.about,
        "number": remark.number,
        "usual": remark.usual,
    }
