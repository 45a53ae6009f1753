"""The second step: what the source is and under which law."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from quietude.ingest.api import name_for
from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.town import current_town
from quietude.portal.wizard.forms import AboutForm, initial_about
from quietude.portal.wizard.saving import StaleError, change
from quietude.portal.wizard.steps import draft_of, needs, page, revision_of, tell_faster


@requires(Right.MANAGE_SOURCES)
def about(request: HttpRequest, key: str) -> HttpResponse:
    """Ask what a manifest must say of a source; the source gets its name from its title, once."""
    draft = draft_of(key)
    if (way := needs(draft, "about")) is not None:
        return way
    town = current_town()
    initial = initial_about(draft.declared.about, timezone=town.timezone)
    form = AboutForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        source = draft.source or name_for(form.cleaned_data["title_fr"], town.sources)
        try:
            change(draft, user_of(request), revision_of(request), said={"about": form.said()}, source=source)
        except StaleError as stale:
            tell_faster(request, stale)
            return redirect("wizard:about", key=key)
        return redirect("wizard:columns", key=key)
    return page(request, draft, "about", {"form": form})
