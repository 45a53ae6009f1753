"""The list of accounts, as administrators look through it, take it away, and bring one in."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache

from quietude.journal.api import Kind
from quietude.portal.accounts import second_factor
from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.accounts.asking import proves_identity
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.journal.recording import Act, note
from quietude.portal.people import actions, tables
from quietude.portal.people.exporting import write_list
from quietude.portal.people.forms import SIZE_MAX, TableForm
from quietude.portal.people.words import FIELDS
from quietude.portal.services.api import Service, members_of
from quietude.portal.services.belonging import names_by_person
from quietude.portal.uploads.receiving import takes_files


def found_by(request: HttpRequest) -> tuple[QuerySet[User], dict[str, str]]:
    """Return the accounts that the address asks for, open ones first, and what it asks, without what means nothing."""
    asked = {name: request.GET.get(name, "").strip() for name in ("who", "role", "service")}
    people = User.objects.order_by("-is_active", "username")
    if asked["who"]:
        people = people.filter(Q(username__icontains=asked["who"]) | Q(full_name__icontains=asked["who"]))
    if asked["role"] in Role.values:
        people = people.filter(role=asked["role"])
    else:
        asked["role"] = ""
    service = Service.objects.filter(code=asked["service"]).first()
    if service is not None:
        members = members_of(service, timezone.now(), within=True, closed_too=True)
        people = people.filter(pk__in=members.values("pk"))
    else:
        asked["service"] = ""
    return people, asked


@requires(Right.MANAGE_USERS)
def users(request: HttpRequest) -> HttpResponse:
    """List the accounts, those of a service, a role or a name where asked."""
    language = (get_language() or "fr")[:2]
    found, asked = found_by(request)
    people = list(found.annotate(has_factor=second_factor.kept_by(OuterRef("pk"))))
    names = names_by_person(people, timezone.now(), language)
    shown = {
        "rows": [(person, names.get(person.pk, [])) for person in people],
        "asked": asked,
        "is_asked": any(asked.values()),
        "roles": Role.choices,
        "services": sorted((each.say(language), each.code) for each in Service.objects.all()),
    }
    return render(request, "people/users.html", shown)


@requires(Right.MANAGE_USERS)
@never_cache
def export(request: HttpRequest) -> HttpResponse:
    """Take the list away as a file, as it is narrowed down; the journal says so."""
    found, asked = found_by(request)
    people = list(found.annotate(has_factor=second_factor.kept_by(OuterRef("pk"))))
    said = {"list": "accounts", "rows": str(len(people)), **{name: value for name, value in asked.items() if value}}
    said.pop("who", None)  # part of a name
    with transaction.atomic():
        note(Act(kind=Kind.COMMUNICATE, who=f"user:{user_of(request).pk}", detail=said))
        kept = write_list(people, timezone.now())
    headers = {"Content-Disposition": 'attachment; filename="accounts.csv"'}
    return HttpResponse(kept, content_type="text/csv; charset=utf-8", headers=headers)


@requires(Right.MANAGE_USERS)
@requires(Right.MANAGE_GRANTS)
@takes_files(4 * SIZE_MAX)  # what is a little too long is told in the form
@never_cache
@proves_identity
def table(request: HttpRequest) -> HttpResponse:
    """Make and change many accounts from a table: first what it would do, then, once confirmed, all or nothing."""
    form = TableForm(request.POST, request.FILES) if request.method == "POST" else TableForm()
    if request.method != "POST" or not form.is_valid():
        return render(request, "people/table.html", {"form": form}, status=400 if form.errors else 200)
    by, now = user_of(request), timezone.now()
    found = tables.plan(by, form.text, now)
    has_changed = bool(form.cleaned_data["digest"]) and form.cleaned_data["digest"] != found.digest
    is_confirmed = bool(form.cleaned_data["digest"]) and not has_changed
    if is_confirmed:
        passwords = actions.apply(by, found, now)
        if not found.faults:
            return _done(request, passwords, len(found.changes))
    else:
        actions.rehearse(by, found, now)
    shown = {
        "form": form,
        "plan": found,
        "text": form.text,
        "has_changed": has_changed,
        "rows": [(each, [(FIELDS[part.name], part) for part in each.differences]) for each in found.changes],
    }
    return render(request, "people/table.html", shown, status=400 if found.faults else 200)


def _done(request: HttpRequest, passwords: dict[str, str], changed: int) -> HttpResponse:
    if not passwords:
        messages.success(request, gettext("Accounts changed: %(count)s.") % {"count": changed})
        return redirect("users")
    people = User.objects.in_bulk(list(passwords), field_name="username")
    rows = [(people[name], password) for name, password in passwords.items()]
    whole = "\n".join(f"{name}\t{password}" for name, password in passwords.items())
    shown = {"rows": rows, "whole": whole, "changed": changed - len(rows)}
    return render(request, "people/made.html", shown)
