"""The page of what a document says, and what people decide there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_noop, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from quietude.documents.api import hidden_names
from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.documents.models import Document, State, Version
from quietude.portal.documents.scope import Reader, document_in
from quietude.portal.mentions import deciding, telling
from quietude.portal.mentions.forms import WorksForm, form_for
from quietude.portal.mentions.models import Decision, Judged, Looked, Mention
from quietude.portal.rights.standing import viewer_of
from quietude.portal.works.models import PlannedWorks

PER_PAGE = 50
STEPS_SHOWN = 30
NATURES: dict[str, Promise] = {
    "traffic": pgettext_lazy("what an order rules", "traffic"),
    "parking": pgettext_lazy("what an order rules", "parking"),
    "cycles": pgettext_lazy("what an order rules", "cycles"),
    "meeting_zone": pgettext_lazy("what an order rules", "meeting zone"),
    "pedestrian_area": pgettext_lazy("what an order rules", "pedestrian area"),
    "one_way": pgettext_lazy("what an order rules", "one way"),
    "speed": pgettext_lazy("what an order rules", "speed"),
    "works": pgettext_lazy("what an order rules", "road works"),
}
FORBIDDEN: dict[str, Promise] = {
    "traffic": pgettext_lazy("what an order forbids", "traffic forbidden"),
    "parking": pgettext_lazy("what an order forbids", "parking forbidden"),
}


@require_GET
@requires(Right.SEE_DOCUMENTS)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the newest version of a document says, to whoever may read its words."""
    reader, document, version = _readable(request, pk)
    reader.note_reading([document], "text", version=str(version.number), part="mentions")
    return render(request, "mentions/page.html", _shown(request, document, version))


def _shown(request: HttpRequest, document: Document, version: Version) -> dict[str, Any]:
    looked = Looked.objects.filter(version=version, extracted_at=F("version__extracted_at")).first()
    every = list(Mention.objects.filter(version=version)) if looked is not None else []
    kind = request.GET.get("kind", "")
    listed = [each for each in every if each.kind == kind] if kind in Mention.Kind.values else every
    shown = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    order, placed, user = looked.order if looked is not None else None, telling.places(every), user_of(request)
    days = _days(document, order, every)
    may_fact = user.holds(Right.READ_FACT)
    return {
        "document": document, "version": version, "looked": looked, "total": len(every),
        "rows": telling.told(version, list(shown.object_list)),
        "page": shown, "kept": f"kind={kind}" if kind in Mention.Kind.values else "", "kind": kind,
        "kinds": [(name, title, sum(each.kind == name for each in every)) for name, title in Mention.Kind.choices],
        "order": order, "forbids": _words(FORBIDDEN, order, "forbids"), "natures": _words(NATURES, order, "natures"),
        "works": PlannedWorks.objects.filter(document=document).select_related("confirmed_by").first(),
        "form": _form(document, order), "title_shown": hidden_names(order["title"]) if order is not None else "",
        "first_day": _day(order, "first_day"), "last_day": _day(order, "last_day"),
        "places": placed, "map": telling.map_of(placed) if placed else "", "ticks": telling.ticks(every),
        "days": days, "near_m": round(telling.NEAR_M), "near_days": telling.NEAR_DAYS,
        "places_asked": telling.PLACES_ASKED, "may_fact": may_fact,
        "facts": telling.facts_near(viewer_of(request), placed, days, get_language() or "fr") if may_fact else [],
        "steps": Decision.objects.filter(version=version).select_related("by", "mention")[:STEPS_SHOWN],
        "may_add": user.holds(Right.ADD_DOCUMENTS),
    }  # fmt: skip


def _day(order: dict[str, Any] | None, name: str) -> date | None:
    return date.fromisoformat(order[name]) if order is not None and order[name] else None


def _form(document: Document, order: dict[str, Any] | None) -> WorksForm | None:
    if order is None:
        return None
    said = _words(FORBIDDEN, order, "forbids") or _words(NATURES, order, "natures")
    return form_for(order, said, document.title)


def _words(words: dict[str, Promise], order: dict[str, Any] | None, name: str) -> list[str]:
    return [str(words[each]) for each in order[name] if each in words] if order is not None else []


def _days(document: Document, order: dict[str, Any] | None, every: Sequence[Mention]) -> tuple[date, date] | None:
    """Return the days that facts are looked for around: of the works, else those confirmed, else the document's own.

    All days named would reach back to the laws that an order rests on.
    """
    if order is not None and order["first_day"] and order["last_day"]:
        return date.fromisoformat(order["first_day"]), date.fromisoformat(order["last_day"])
    confirmed = sorted(
        date.fromisoformat(each.value)
        for each in every
        if each.kind == Mention.Kind.DATE and each.judged == Judged.CONFIRMED
    )
    if confirmed:
        return confirmed[0], confirmed[-1]
    return (document.dated_on, document.dated_on) if document.dated_on is not None else None


@require_POST
@requires(Right.ADD_DOCUMENTS)
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Decide on a mention, or on the works that the order proposes."""
    done = _ACTS.get(verb)
    if done is None:
        raise Http404
    reader, document, version = _readable(request, pk)
    reader.note_reading([document], "text", version=str(version.number), part="mentions")
    try:
        messages.success(request, done(request, version))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(reverse("mentions:page", args=[pk]))


def _readable(request: HttpRequest, pk: int) -> tuple[Reader, Document, Version]:
    """Return a document whose words are open to whoever asks, and its newest version.

    Raises:
        Http404: there is none for them.
        PermissionDenied: they may know of it, but not read it; or its text is not read.
    """
    reader, document = document_in(request, pk)
    if not reader.opens(document):
        raise PermissionDenied
    version = document.current
    if version.state != State.EXTRACTED:
        raise Http404
    return reader, document, version


def _decide(what: Decision.What, said: str) -> Callable[[HttpRequest, Version], str]:
    def done(request: HttpRequest, version: Version) -> str:
        key = request.POST.get("mention", "")
        named = int(key) if key.isdecimal() and len(key) < 18 else 0
        mention = Mention.objects.filter(version=version, pk=named).first()
        if mention is None:
            raise Http404
        deciding.decide(user_of(request), mention, what, timezone.now(), request.POST.get("value", ""))
        return gettext(said)

    return done


def _plan(request: HttpRequest, version: Version) -> str:
    form = WorksForm(request.POST)
    if not form.is_valid():
        faults = [f"{form.fields[name].label}: {' '.join(map(str, said))}" for name, said in form.errors.items()]
        raise ValidationError(faults)
    deciding.plan(user_of(request), version, form.works(), timezone.now())
    return gettext("The works are planned: they stand with alarms and situations until their last day.")


def _unplan(request: HttpRequest, version: Version) -> str:
    deciding.unplan(user_of(request), version, timezone.now())
    return gettext("The works are withdrawn; the order proposes them again.")


_ACTS: dict[str, Callable[[HttpRequest, Version], str]] = {
    "confirm": _decide(Decision.What.CONFIRMED, gettext_noop("The mention is confirmed.")),
    "correct": _decide(Decision.What.CORRECTED, gettext_noop("The mention is corrected and confirmed.")),
    "reject": _decide(
        Decision.What.REJECTED, gettext_noop("The mention is rejected: it is in no map and no time line.")
    ),
    "reopen": _decide(Decision.What.REOPENED, gettext_noop("The mention is a proposal again.")),
    "plan": _plan,
    "unplan": _unplan,
}
