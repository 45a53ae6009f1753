"""Pages of whoever keeps the rights: grants, their yearly review, the register, tables."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.accounts.asking import proves_identity
from quietude.portal.accounts.models import User
from quietude.portal.parameters import key_of
from quietude.portal.rights import actions
from quietude.portal.rights.forms import GrantForm, ImportForm, PurposeForm
from quietude.portal.rights.groups import Access, Group
from quietude.portal.rights.models import Grant, Level, Purpose, State
from quietude.portal.rights.tables import example, import_grants
from quietude.portal.town import current_town, current_vocabulary, town_day

ROWS = 50
STATES = {
    State.ACTIVE: (_("active"), "badge--good", "circle-check"),
    State.FUTURE: (_("not yet"), "", "clock"),
    State.ENDED: (_("ended"), "", "ban"),
    State.WITHDRAWN: (_("withdrawn"), "", "ban"),
    State.UNTRAINED: (_("training missing or expired"), "badge--bad", "triangle-alert"),
    State.UNUSED: (_("purpose not in use"), "", "ban"),
}


def _today() -> date:
    return town_day(timezone.now())


def _grants_of(holder: User) -> str:
    return f"{reverse('rights:grants')}?{urlencode({'who': holder.username})}"


def shown(grant: Grant, today: date) -> dict[str, Any]:
    """Return one grant as its table shows it."""
    language = (get_language() or "fr")[:2]
    state = grant.state(today)
    word, badge, icon = STATES[state]
    return {
        "grant": grant,
        "purpose": grant.purpose.say(language),
        "limits": _limits(grant, language),
        "counts_only": grant.level == Level.COUNT,
        "groups": [(group.label, grant.access(group).label) for group in Group if grant.access(group) != Access.CLOSED],
        "state": word,
        "badge": badge,
        "icon": icon,
        "is_withdrawn": state is State.WITHDRAWN,
    }


def _limits(grant: Grant, language: str) -> list[str]:
    """Return in words which facts a grant is limited to."""
    town, vocabulary = current_town(), current_vocabulary()
    sources = [town.sources[name].title.say(language) if name in town.sources else name for name in grant.sources]
    families = [vocabulary.label(code, language) for code in grant.categories]
    zones = []
    for said in grant.zones:
        level, _colon, code = said.partition(":")
        is_known = level in town.territory.level_names and code in town.territory.level(level).by_code
        zones.append(town.territory.level(level).by_code[code].name if is_known else said)
    return [*sources, *families, *zones]


@requires(Right.MANAGE_GRANTS)
def grants(request: HttpRequest) -> HttpResponse:
    """List the grants, those of one person where asked."""
    today, asked = _today(), request.GET.get("who", "").strip()
    found = Grant.objects.select_related("holder", "purpose")
    if asked:
        found = found.filter(Q(holder__username__icontains=asked) | Q(holder__full_name__icontains=asked))
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "rows": [shown(grant, today) for grant in page], "who": asked, "due": len(_due(today))}
    return render(request, "rights/grants.html", context)


@requires(Right.MANAGE_GRANTS)
@proves_identity
def new_grant(request: HttpRequest) -> HttpResponse:
    """Give a grant."""
    holder = User.objects.filter(username=request.GET.get("who", "")).first()
    today = _today()
    grant = Grant(since=today)
    start = {"holder": holder, "replaces": request.GET.get("replace") == "1"}
    form = GrantForm(request.POST or None, instance=grant, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            given = actions.give(user_of(request), form.save(commit=False), replaces=form.cleaned_data["replaces"])
        except ValidationError as error:
            for name, refusals in error.message_dict.items():
                form.add_error(name if name in form.fields else None, refusals)
        else:
            messages.success(request, gettext("The grant is given. It holds from the person's next click on."))
            return redirect(_grants_of(given.holder))
    held = [shown(each, today) for each in _held(holder, today)]
    return render(request, "rights/grant_new.html", {"form": form, "held": held}, status=400 if form.errors else 200)


def _held(holder: User | None, today: date) -> list[Grant]:
    """Return the grants by which a person reads something today."""
    found = Grant.objects.filter(holder=holder, withdrawn_at=None).select_related("purpose")
    return [grant for grant in found if grant.state(today) is State.ACTIVE]


@requires(Right.MANAGE_GRANTS)
@require_POST
@proves_identity
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw a grant."""
    grant = get_object_or_404(Grant, pk=key, withdrawn_at=None)
    actions.withdraw(user_of(request), grant)
    messages.success(request, gettext("The grant is withdrawn: it opens nothing from now on."))
    return redirect(_grants_of(grant.holder))


def _due(today: date) -> list[Grant]:
    """Return the active grants that nobody confirmed for a year."""
    limit = today - actions.REVIEW_EVERY
    found = Grant.objects.filter(withdrawn_at=None).select_related("holder", "purpose")
    return [
        grant
        for grant in found
        if grant.state(today) in {State.ACTIVE, State.UNTRAINED} and (grant.reviewed_on or grant.since) <= limit
    ]


@requires(Right.MANAGE_GRANTS)
@proves_identity
def tasks(request: HttpRequest) -> HttpResponse:
    """Show the yearly review as a list of tasks; confirm or withdraw each."""
    today = _today()
    if request.method == "POST":
        grant = get_object_or_404(Grant, pk=key_of(request.POST.get("grant")), withdrawn_at=None)
        if request.POST.get("act") == "confirm":
            actions.confirm(user_of(request), grant, today=today)
            messages.success(request, gettext("Confirmed for a year."))
        else:
            actions.withdraw(user_of(request), grant)
            messages.success(request, gettext("The grant is withdrawn: it opens nothing from now on."))
        return redirect("rights:tasks")
    due = [shown(grant, today) for grant in _due(today)]
    total = Grant.objects.filter(withdrawn_at=None).count()
    return render(request, "rights/tasks.html", {"rows": due, "total": total, "done": total - len(due)})


@requires(Right.MANAGE_GRANTS)
@proves_identity
def purpose(request: HttpRequest, code: str = "") -> HttpResponse:
    """Write an entry of the register, a new one where no code is given."""
    entry = get_object_or_404(Purpose, code=code) if code else Purpose()
    form = PurposeForm(request.POST or None, instance=entry)
    if code:
        form.fields["code"].disabled = True  # grants, sessions and the journal name it
    if request.method == "POST" and form.is_valid():
        actions.keep_purpose(user_of(request), form.save(commit=False))
        messages.success(request, gettext("The register is kept."))
        return redirect("rights:register")
    return render(request, "rights/purpose.html", {"form": form, "code": code}, status=400 if form.errors else 200)


@requires(Right.MANAGE_GRANTS)
@proves_identity
def table(request: HttpRequest) -> HttpResponse:
    """Give many grants from a table."""
    form = ImportForm(request.POST or None, initial={"table": example()})
    outcome = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        outcome = import_grants(user_of(request), said["table"], today=_today(), is_trial=said["is_trial"])
        if not outcome.faults and not said["is_trial"]:
            messages.success(request, gettext("%(count)s grants are given.") % {"count": outcome.given})
            return redirect("rights:grants")
    is_bad = bool(form.errors) or (outcome is not None and bool(outcome.faults))
    return render(request, "rights/table.html", {"form": form, "outcome": outcome}, status=400 if is_bad else 200)
