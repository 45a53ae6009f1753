"""Services by the command line: those of a demonstration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.utils import timezone

from quietude.portal.accounts.models import User
from quietude.portal.problem import PortalError
from quietude.portal.services import actions
from quietude.portal.services.models import Membership, Service
from quietude.portal.town import town_day


def add_demo_service(
    code: str, title: Mapping[str, str], *, kind: str, parent: str = "", members: Sequence[str] = ()
) -> None:
    """Make a fictional service where it is missing, and let accounts belong to it; what is there is left as it is.

    Raises:
        PortalError: a field is refused, or an account or what it is part of is not there.
    """
    if Service.objects.filter(code=code).exists():
        return
    today = town_day(timezone.now())
    above = Service.objects.filter(code=parent).first()
    people = {user.username: user for user in User.objects.filter(username__in=members)}
    if parent and above is None:
        raise PortalError(f"service {code!r}: there is no service {parent!r} that it could be part of")
    if missing := sorted(set(members) - people.keys()):
        raise PortalError(f"service {code!r}: no account {', '.join(missing)}")
    service = Service(
        code=code, title_fr=title.get("fr", ""), title_en=title.get("en", ""), kind=kind, parent=above,
        opened_on=today, is_fictional=True,
    )  # fmt: skip
    try:
        actions.keep_service(None, service)
        for name in members:
            actions.join(None, Membership(person=people[name], service=service, since=today))
    except ValidationError as error:
        raise PortalError(f"service {code!r}: {' '.join(error.messages)}") from error
