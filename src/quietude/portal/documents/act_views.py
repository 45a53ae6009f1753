"""What people do with one document: describe, note, link, have it read again; and, for its keepers, term, hold, end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.documents import acts, keeping, marking
from quietude.portal.documents.forms import DescriptionForm, LinkForm, NoteForm, ReasonForm, TermForm
from quietude.portal.documents.models import Document
from quietude.portal.documents.scope import document_in
from quietude.portal.logbook.reading import reader_of
from quietude.portal.rights.standing import standing_in

Verb = Callable[[HttpRequest, Document], str]
"""Does what a form asks, and returns what is said of it."""


@require_POST
@requires(Right.ADD_DOCUMENTS)
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do what somebody who adds documents may do with one that they can read."""
    reader, document = document_in(request, pk)
    done = _ACTS.get(verb)
    if done is None:
        raise Http404
    if not reader.opens(document):
        raise PermissionDenied
    return _done(request, document, done)


@require_POST
@requires(Right.KEEP_DOCUMENTS)
def keep(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do what somebody who keeps documents may do with one that exists for them, readable or not."""
    _reader, document = document_in(request, pk)
    done = _KEEPING.get(verb)
    if done is None:
        raise Http404
    answer = _done(request, document, done)
    return answer if Document.objects.filter(pk=pk).exists() else redirect("documents:list")


def _done(request: HttpRequest, document: Document, done: Verb) -> HttpResponse:
    try:
        messages.success(request, done(request, document))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    page = request.POST.get("page", "")
    query = f"?page={page}" if page.isdecimal() else ""
    return redirect(f"{reverse('documents:page', args=[document.pk])}{query}")


def _checked(form: forms.Form) -> dict[str, Any]:
    """Return what a form says.

    Raises:
        ValidationError: it cannot be used; the message names the fields.
    """
    if not form.is_valid():
        said = [f"{form.fields[name].label}: {' '.join(map(str, faults))}" for name, faults in form.errors.items()]
        raise ValidationError(said)
    return form.cleaned_data


def _describe(request: HttpRequest, document: Document) -> str:
    form = DescriptionForm(request.POST, by=user_of(request), document=document)
    _checked(form)
    acts.describe(user_of(request), document, form.said())
    return gettext("The description is saved.")


def _note(request: HttpRequest, document: Document) -> str:
    given = _checked(NoteForm(request.POST))
    marking.write_note(user_of(request), document, page=given["page"], said=given["said"])
    return gettext("The note is there.")


def _unnote(request: HttpRequest, document: Document) -> str:
    marking.remove_note(user_of(request), document, _key(request))
    return gettext("The note is removed.")


def _link(request: HttpRequest, document: Document) -> str:
    by = user_of(request)
    made = marking.link(by, reader_of(by, standing_in(request)), document, _checked(LinkForm(request.POST))["ref"])
    return gettext("Linked to %s.") % made


def _unlink(request: HttpRequest, document: Document) -> str:
    marking.unlink(user_of(request), document, request.POST.get("key", ""))
    return gettext("The link is removed; both stay what they are.")


def _again(request: HttpRequest, document: Document) -> str:
    acts.read_again(user_of(request), document.current)
    return gettext("The text is being read again.")


def _term(request: HttpRequest, document: Document) -> str:
    given = _checked(TermForm(request.POST))
    keeping.keep_until(user_of(request), document, given["until"], reason=given["reason"])
    return gettext("The term is changed.")


def _hold(request: HttpRequest, document: Document) -> str:
    keeping.hold(user_of(request), document, reason=_checked(ReasonForm(request.POST))["reason"])
    return gettext("A legal hold keeps this document now.")


def _release(request: HttpRequest, document: Document) -> str:
    keeping.release(user_of(request), document, reason=_checked(ReasonForm(request.POST))["reason"])
    return gettext("The legal hold is lifted.")


def _delete(request: HttpRequest, document: Document) -> str:
    keeping.delete(user_of(request), document, reason=_checked(ReasonForm(request.POST))["reason"])
    return gettext("The document is deleted: its files, its pictures, its text and its notes are gone.")


def _key(request: HttpRequest) -> int:
    said = request.POST.get("key", "")
    return int(said) if said.isdecimal() and len(said) < 18 else 0


_ACTS: dict[str, Verb] = {
    "describe": _describe, "note": _note, "unnote": _unnote, "link": _link, "unlink": _unlink, "again": _again,
}  # fmt: skip
_KEEPING: dict[str, Verb] = {"term": _term, "hold": _hold, "release": _release, "delete": _delete}
