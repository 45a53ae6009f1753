"""Pages of follow-ups: those of a person and their service, the late ones first; hand over, finish, open again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.logbook import following
from quietude.portal.logbook.addressees import addressed
from quietude.portal.logbook.follow_up_forms import HandOverForm, WishForm
from quietude.portal.logbook.forms import language
from quietude.portal.logbook.models import FollowUp, FollowUpWish
from quietude.portal.logbook.todo import SHOWN_MAX, TABS, Person, note_reading
from quietude.portal.logbook.views import reader_in
from quietude.portal.rights.standing import standing_in
from quietude.portal.services.api import Service
from quietude.portal.town import installation, town_day
from quietude.portal.ui.words import CategoryView, category_view


@dataclass(frozen=True, slots=True)
class Line:
    """One follow-up as a row."""

    found: FollowUp
    category: CategoryView
    service: str
    is_late: bool
    is_today: bool
    is_reminded: bool
    """Whether a reminder's moment has come."""
    is_away: bool
    """Whether the person it is for is away."""
    is_open_entry: bool
    """Whether its reader may open the entry."""


@require_GET
@requires(Right.WRITE_LOGBOOK)
def page(request: HttpRequest) -> HttpResponse:
    """Show follow-ups, the late ones first."""
    user, now, standing = user_of(request), timezone.now(), standing_in(request)
    person = Person.of(user, standing, now)
    tab = request.GET.get("show", "mine")
    tab = tab if tab in {name for name, _label, _key in TABS} else "mine"
    asked = person.asked(tab, now).select_related("entry", "assignee__follow_up_wish", "made_by", "done_by")
    found = list(asked.prefetch_related("steps__by", "steps__assignee", "reminders")[: SHOWN_MAX + 1])
    note_reading(person, standing, found)
    wish = FollowUpWish.objects.filter(person=user).first() or FollowUpWish(person=user)
    shown = {
        "lines": lines_of(request, found[:SHOWN_MAX]),
        "is_cut": len(found) > SHOWN_MAX,
        "tab": tab,
        "tabs": [(name, label, key, person.asked(name, now)[:SHOWN_MAX].count()) for name, label, key in TABS],
        "form": HandOverForm(user),
        "wish": wish,
        "wish_form": WishForm(initial={"by_mail": wish.by_mail}),
        "away_until": wish.away_until if wish.away_until is not None and wish.away_until >= town_day(now) else None,
        "has_mail": bool(installation().mail_url),
    }
    return render(request, "logbook/follow_ups.html", shown)


def lines_of(request: HttpRequest, found: list[FollowUp]) -> list[Line]:
    """Return follow-ups as rows."""
    now = timezone.now()
    keys = [each.entry_id for each in found]
    readable = set(reader_in(request).entries().filter(pk__in=keys).values_list("pk", flat=True))
    titles = {service.code: service.say(language()) for service in Service.objects.all()} if found else {}
    return [
        Line(
            found=each,
            category=category_view(each.entry.category or None, language()),
            service=titles.get(each.service, each.service),
            is_late=each.is_late(now),
            is_today=each.due_at is not None and town_day(each.due_at) == town_day(now),
            is_reminded=each.done_at is None and any(reminder.at <= now for reminder in each.reminders.all()),
            is_away=_is_away(each),
            is_open_entry=each.entry_id in readable,
        )
        for each in found
    ]


def _is_away(found: FollowUp) -> bool:
    wish = getattr(found.assignee, "follow_up_wish", None)
    return wish is not None and wish.away_until is not None and wish.away_until >= town_day(timezone.now())


def _concerning(request: HttpRequest, key: int) -> FollowUp:
    """Return a follow-up that concerns whoever asks; another one does not exist for them.

    Raises:
        Http404: there is none.
    """
    now = timezone.now()
    person = Person.of(user_of(request), standing_in(request), now)
    found = get_object_or_404(FollowUp.objects.select_related("entry", "assignee"), pk=key)
    is_readable = reader_in(request).entries().filter(pk=found.entry_id).exists()
    if not (is_readable or person.visible().filter(pk=key).exists()) or not following.may_act(person.user, found, now):
        raise Http404
    return found


@requires(Right.WRITE_LOGBOOK)
@require_POST
def handing_over(request: HttpRequest, key: int) -> HttpResponse:
    """Give a follow-up to somebody else, or another term."""
    user, found = user_of(request), _concerning(request, key)
    form = HandOverForm(user, request.POST)
    if not form.is_valid():
        return _refused(request, ValidationError([str(each) for faults in form.errors.values() for each in faults]))
    said = form.cleaned_data
    service, person = addressed(said["to"])
    return _told(request, gettext("It is handed over."), lambda: following.hand_over(
        user, found, service=service, assignee=person, due_at=said["due"], reason=said["why"]
    ))  # fmt: skip


@requires(Right.WRITE_LOGBOOK)
@require_POST
def taking(request: HttpRequest, key: int) -> HttpResponse:
    """Take a follow-up of one's service on oneself."""
    user, found = user_of(request), _concerning(request, key)
    return _told(request, gettext("It is yours."), lambda: following.hand_over(user, found, assignee=user))


@requires(Right.WRITE_LOGBOOK)
@require_POST
def finishing(request: HttpRequest, key: int) -> HttpResponse:
    """Note that a follow-up is done, and what came of it."""
    user, found = user_of(request), _concerning(request, key)
    outcome = request.POST.get("outcome", "")
    return _told(request, gettext("Done."), lambda: following.finish(user, found, outcome=outcome))


@requires(Right.WRITE_LOGBOOK)
@require_POST
def reopening(request: HttpRequest, key: int) -> HttpResponse:
    """Open a follow-up again."""
    user, found = user_of(request), _concerning(request, key)
    reason = request.POST.get("reason", "")
    return _told(request, gettext("It is open again."), lambda: following.reopen(user, found, reason=reason))


@requires(Right.WRITE_LOGBOOK)
@require_POST
def wishing(request: HttpRequest) -> HttpResponse:
    """Keep whether one is reminded by e-mail, and until when one is away."""
    form = WishForm(request.POST)
    if not form.is_valid():
        return _refused(request, ValidationError([str(each) for faults in form.errors.values() for each in faults]))
    said = form.cleaned_data
    FollowUpWish.objects.update_or_create(
        person=user_of(request), defaults={"by_mail": said["by_mail"], "away_until": said["away_until"]}
    )
    messages.success(request, gettext("Saved."))
    return redirect(_back(request))


def _told(request: HttpRequest, said: str, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except ValidationError as error:
        return _refused(request, error)
    messages.success(request, said)
    return redirect(_back(request))


def _refused(request: HttpRequest, error: ValidationError) -> HttpResponse:
    messages.error(request, " ".join(error.messages))
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if is_ours and back.startswith("/") else reverse("logbook:follow_ups")
