"""The pages of the rulebook: the list, one rule, and all of it on paper. Open to whoever has an account."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.rules.forms import RulesForm
from quietude.portal.rules.presenting import found_rules, groups_of, rule_view, tallies
from quietude.rulebook.api import load_rulebook


def _answer(request: HttpRequest) -> dict[str, Any]:
    """Return what the list and its printed form show: the question, and the rules it finds, by theme."""
    book, language = load_rulebook(), get_language() or "fr"
    form = RulesForm(request.GET, book=book, language=language)
    asked = form.asked
    rules = found_rules(book, asked)
    whichever = found_rules(book, asked, with_status=False)
    kept = request.GET.copy()
    kept.pop("status", None)
    return {
        "form": form,
        "asked": asked,
        "groups": groups_of(book, rules, user_of(request), language),
        "found": len(rules),
        "whichever": len(whichever),
        "all": len(book.rules),
        "tallies": tallies(whichever),
        "question": request.GET.urlencode(),
        "kept": kept.urlencode(),
    }


@requires(Right.OWN_ACCOUNT)
def rulebook(request: HttpRequest) -> HttpResponse:
    """List the rules by theme, with how far the software is with each."""
    return render(request, "rules/list.html", _answer(request))


@requires(Right.OWN_ACCOUNT)
def printable(request: HttpRequest) -> HttpResponse:
    """Show the rules that the list shows, whole, one after the other, to be printed."""
    return render(request, "rules/print.html", {**_answer(request), "now": timezone.now()})


@requires(Right.OWN_ACCOUNT)
def rule(request: HttpRequest, rule_id: str) -> HttpResponse:
    """Show one rule: what it asks, its texts, its dates, where it is enforced, and its tests by name."""
    book, language, user = load_rulebook(), get_language() or "fr", user_of(request)
    found = book.rule(rule_id)
    if found is None:
        raise Http404
    at = book.rules.index(found)
    related = [other for other in (book.rule(name) for name in found.related) if other is not None]
    shown = {
        "view": rule_view(found, user, language),
        "theme": book.theme_of(rule_id).code,
        "theme_title": book.theme_of(rule_id).title.say(language),
        "before": book.rules[at - 1] if at > 0 else None,
        "after": book.rules[at + 1] if at + 1 < len(book.rules) else None,
        "related": [rule_view(other, user, language) for other in related],
        "is_in_force": found.holds_on(timezone.localdate()),
    }
    return render(request, "rules/rule.html", shown)
