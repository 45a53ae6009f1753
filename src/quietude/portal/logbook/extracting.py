"""The page that makes a certified extract of an entry."""

from __future__ import annotations

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.logbook.content import LINE_MAX
from quietude.portal.logbook.entries import seen_entry
from quietude.portal.logbook.extracts import LANGUAGE, Asked, make
from quietude.portal.rights.standing import standing_in


class ExtractForm(forms.Form):
    """For whom an extract is, and which request it answers."""

    to_whom = forms.CharField(
        label=_("Made for"), max_length=LINE_MAX, help_text=_("The office, and the person who asked if you know them.")
    )
    reference = forms.CharField(
        label=_("Request"), max_length=LINE_MAX, help_text=_("Its number and date, as on the requisition.")
    )


@requires(Right.EXPORT)
@never_cache
def extract(request: HttpRequest, logbook: str, label: str) -> HttpResponse:
    """Say what an extract holds and who will know of it; make it, once it is said for whom."""
    seen = seen_entry(request, logbook, label)
    if seen.content is None:
        raise PermissionDenied
    form = ExtractForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        asked = Asked(to_whom=form.cleaned_data["to_whom"], reference=form.cleaned_data["reference"])
        with translation.override(LANGUAGE):
            made = make(user_of(request), seen, asked, purpose=standing_in(request).viewer.purpose or "")
        headers = {"Content-Disposition": f'attachment; filename="{seen.entry.label}.zip"'}
        return HttpResponse(made, content_type="application/zip", headers=headers)
    shown = {
        "form": form,
        "entry": seen.entry,
        "has_closed": seen.identities is None and bool(seen.content.parties),
        "versions": seen.entry.version,
    }
    return render(request, "logbook/extract.html", shown, status=400 if form.errors else 200)
