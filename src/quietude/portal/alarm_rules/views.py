"""Pages of the rules of alarms: the list, one rule with its editions, reviews, returns, its file."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET, require_POST

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.alarm_editions import acts
from quietude.portal.alarm_editions.models import Edition
from quietude.portal.alarm_editions.standing import Held, held_rule
from quietude.portal.alarm_rules.reading import RECENT, editions, line_of, lines, rung
from quietude.portal.rights.standing import viewer_of
from quietude.portal.town import installation
from quietude.sources.api import ManifestError


def language() -> str:
    """Return the language of the page."""
    return get_language() or "fr"


def found_rule(name: str) -> Held:
    """Return a rule that is there.

    Raises:
        Http404: there is neither a file nor an edition of it.
    """
    held = held_rule(name)
    if held is None:
        raise Http404
    return held


@require_GET
@requires(Right.TUNE_ALARMS)
def rules(request: HttpRequest) -> HttpResponse:
    """List the town's rules."""
    try:
        found = lines(viewer_of(request), timezone.now(), language())
    except ManifestError as error:
        return render(request, "alarm_rules/broken.html", {"faults": error.faults}, status=500)
    waiting = sum(line.held.proposal is not None for line in found)
    return render(request, "alarm_rules/list.html", {"lines": found, "waiting": waiting})


@require_GET
@requires(Right.TUNE_ALARMS)
def rule(request: HttpRequest, name: str) -> HttpResponse:
    """Show one rule: what it watches, its text, its editions, the proposal that waits."""
    held, now = found_rule(name), timezone.now()
    rings = sum(alarm.rule == name for alarm in rung(viewer_of(request), now - RECENT, now))
    kept = editions(held)
    user = user_of(request)
    own = held.proposal is not None and held.proposal.written_by_id == user.pk
    shown = {
        "line": line_of(held, rings, language()),
        "held": held,
        "kept": kept,
        "formers": _formers(held, [each.edition for each in kept]),
        "waiting": next((each for each in kept if each.edition == held.proposal), None),
        "is_own": own,
        "may_accept": not own or installation().accepts_own_rules,
    }
    return render(request, "alarm_rules/rule.html", shown)


def _formers(held: Held, kept: Sequence[Edition]) -> list[int]:
    """Return the editions that one may return to, the newest first, but for what waits for review; 0 is the file."""
    past = [each for each in kept if each.state != Edition.State.PROPOSED]
    numbers = [each.number for each in past if each.text and each.text != held.text]
    return numbers + ([0] if held.file_text and held.file_text != held.text else [])


@require_GET
@requires(Right.TUNE_ALARMS)
def export(request: HttpRequest, name: str) -> HttpResponse:
    """Hand over the file of a rule, as it holds or of one edition (`?edition=`)."""
    held = found_rule(name)
    number = request.GET.get("edition", "")
    text = held.text
    if number.isdecimal() and len(number) < 10:  # what a database's number holds
        text = get_object_or_404(Edition, name=name, number=int(number)).text
    if not text:
        raise Http404
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.yml"'
    return response


@require_POST
@requires(Right.TUNE_ALARMS)
def deciding(request: HttpRequest, key: int) -> HttpResponse:
    """Accept or refuse a proposal; its author takes it back."""
    edition = get_object_or_404(Edition, pk=key)
    said, now, by = request.POST.get("said", ""), timezone.now(), user_of(request)
    try:
        if request.POST.get("act") == "accept":
            acts.accept(by, edition, said=said, now=now)
            messages.success(request, gettext("The edition holds: alarms are judged by it from now on."))
        else:
            acts.refuse(by, edition, said=said, now=now)
            messages.success(request, gettext("The proposal was not taken; the rule stays as it is."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except ManifestError as error:
        messages.error(request, error.faults[0].message)
    return redirect("alarm_rules:rule", name=edition.name)
