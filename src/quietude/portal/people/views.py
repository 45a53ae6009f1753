"""The list of accounts, as administrators look through it."""

from __future__ import annotations

from django.db.models import OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from quietude.portal.accounts import second_factor
from quietude.portal.accounts.access import Right, requires
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.services.api import Service, members_of
from quietude.portal.services.belonging import names_by_person


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
