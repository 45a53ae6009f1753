"""For whom a follow-up may be: a service of the town, or a person of one's own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.services.api import members_of, open_services, services_of

PEOPLE_MAX = 300  # a list of more names is no help: a service hands over to its own people


def addressees(user: User, language: str, now: datetime) -> list[tuple[str, Any]]:
    """Return the choices of a form: one's own service first, then services, then the people of one's services."""
    services = [(f"service:{each.code}", each.say(language)) for each in open_services(now)]
    people = {
        person.pk: person for each in services_of(user, now) for person in members_of(each, now, within=True)
    }  # fmt: skip
    named = [(f"person:{each.pk}", str(each)) for each in people.values() if each.holds(Right.WRITE_LOGBOOK)]
    return [("", _("My service")), (_("Services"), services), (_("Persons"), sorted(named, key=_name)[:PEOPLE_MAX])]


def addressed(choice: str) -> tuple[str, User | None]:
    """Return the code of the service and the person that a choice of `addressees` means."""
    kind, _colon, key = choice.partition(":")
    if kind == "person" and key.isdecimal():
        return "", User.objects.filter(pk=int(key)).first()
    return (key, None) if kind == "service" else ("", None)


def _name(choice: tuple[str, str]) -> str:
    return choice[1].casefold()
