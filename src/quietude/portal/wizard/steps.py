"""What every step of the wizard shares: the draft, the way through, the line in the journal, who was faster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from quietude.journal.api import Kind
from quietude.portal.accounts.access import user_of
from quietude.portal.journal.recording import Act, note
from quietude.portal.rights.standing import viewer_of
from quietude.portal.wizard import folders
from quietude.portal.wizard.models import Draft
from quietude.portal.wizard.saving import StaleError

STEPS = (
    ("reading", gettext_noop("File")),
    ("about", gettext_noop("Source")),
    ("columns", gettext_noop("Columns")),
    ("values", gettext_noop("Words")),
    ("preview", gettext_noop("Preview")),
    ("trial", gettext_noop("Dry run")),
    ("done", gettext_noop("Import")),
)


def language() -> str:
    """Return the language of the page."""
    return get_language() or "fr"


def draft_of(key: str) -> Draft:
    """Return a draft.

    Raises:
        Http404: there is none of this key.
    """
    found = Draft.objects.select_related("made_by", "changed_by").filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def revision_of(request: HttpRequest) -> int:
    """Return the state of the draft that the page showed."""
    said = request.POST.get("revision", "")
    return int(said) if said.isdigit() else -1


def reached(draft: Draft) -> int:
    """Return up to which step, from 0, a draft can be opened: each needs what the ones before it say."""
    declared = draft.declared
    if draft.state == Draft.State.IMPORTED:
        return len(STEPS) - 1
    if not declared.read:
        return 0
    if not draft.source:
        return 1
    if not declared.columns or declared.faults():
        return 2
    return 5


def page(request: HttpRequest, draft: Draft, step: str, shown: Mapping[str, Any] | None = None) -> HttpResponse:
    """Return a step's page."""
    furthest = reached(draft)
    names = [name for name, _label in STEPS]
    steps = [
        {"label": _(label), "url": reverse(f"wizard:{name}", args=[draft.key]) if number <= furthest else "",
         "is_here": name == step, "number": number + 1}
        for number, (name, label) in enumerate(STEPS)
    ]  # fmt: skip
    context = {"draft": draft, "steps": steps, "step": names.index(step) + 1, "has_file": folders.upload_of(draft)}
    return render(request, f"wizard/{step}.html", {**context, **(shown or {})})


def needs(draft: Draft, step: str) -> HttpResponseRedirect | None:
    """Return the way to the first step that is still to be done before this one; None when it can be opened."""
    names = [name for name, _label in STEPS]
    furthest = reached(draft)
    if names.index(step) <= furthest:
        return None
    return redirect(f"wizard:{names[furthest]}", key=draft.key)


def tell_faster(request: HttpRequest, stale: StaleError) -> None:
    """Say that someone else changed the draft, and that nothing of theirs was written over."""
    other = stale.draft.changed_by
    who = str(other) if other is not None else _("someone")
    when = date_format(localtime(stale.draft.changed_at), "H:i")
    messages.error(
        request,
        _(
            "%(who)s changed this draft at %(when)s, while you had it open. Nothing of theirs was written over, and "
            "what you had just entered on this page is not kept. The page now shows their state: enter it again."
        )
        % {"who": who, "when": when},
    )


def note_act(request: HttpRequest, kind: Kind, draft: Draft | None, act: str, **detail: str) -> None:
    """Note an act on a draft in the journal, before it is done."""
    viewer = viewer_of(request)
    who = f"user:{user_of(request).pk}"
    about = {"draft": draft.key, "source": draft.source} if draft is not None else {}
    said = {name: value for name, value in {**about, "act": act, **detail}.items() if value}
    note(Act(kind=kind, who=who, purpose=viewer.purpose or "", motive=viewer.motive or "", detail=said))
