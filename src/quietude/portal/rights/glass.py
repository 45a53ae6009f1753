"""Broken glass is loud: who has to judge it sees it on every page, and is told by e-mail where mail is set up."""

from __future__ import annotations

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import RIGHTS, Right
from quietude.portal.rights.models import Opening
from quietude.portal.town import current_town


def unjudged() -> QuerySet[Opening]:
    """Return broken glass that nobody has judged, newest first."""
    return Opening.objects.filter(kind=Opening.Kind.BREAK_GLASS, reviewed_at=None)


def to_judge(user: User) -> QuerySet[Opening]:
    """Return what an account has to judge: nothing without the right, and never its own."""
    if not user.holds(Right.SUPERVISE):
        return Opening.objects.none()
    return unjudged().exclude(holder=user).select_related("holder", "purpose")


def tell_supervisors(opening: Opening, address: str) -> None:
    """Tell those who judge it, by e-mail, that the glass was broken: no name, no motive, only where to look.

    A mail server that does not take the message stops nothing: the fault is kept with the opening, and administrators
    see it on their first page.
    """
    if not settings.QUIETUDE.mail_url:
        return
    messages = [_message(user, address) for user in _supervisors(opening)]
    try:
        get_connection().send_messages(messages)
    except (OSError, smtplib.SMTPException) as error:  # its words may hold addresses: only its kind is kept
        opening.mail_fault = f"{type(error).__name__} {getattr(error, 'strerror', None) or ''}".strip()[:200]
    else:
        opening.told_at = timezone.now() if messages else None
        opening.mail_fault = "" if messages else NO_ADDRESS
    opening.save(update_fields=["told_at", "mail_fault"])


NO_ADDRESS = "no supervisor has an e-mail address"


def mail_fault() -> Opening | None:
    """Return the last broken glass of which the mail server took no message, unless it has taken one since."""
    last = Opening.objects.filter(kind=Opening.Kind.BREAK_GLASS).exclude(told_at=None, mail_fault="").first()
    return last if last is not None and last.mail_fault else None


def _supervisors(opening: Opening) -> list[User]:
    roles = [role for role, rights in RIGHTS.items() if Right.SUPERVISE in rights]
    found = User.objects.filter(is_active=True, role__in=roles).exclude(pk=opening.holder_id).exclude(email="")
    return list(found.order_by("pk"))


def _message(user: User, address: str) -> EmailMessage:
    with translation.override(user.language):
        town = current_town().title.say(user.language)
        subject = _("Quiétude, %(town)s: the glass was broken") % {"town": town}
        body = _(
            "The glass was broken in the portal: facts that were closed are open to one person for a quarter of an "
            "hour. Judge whether it was justified, within 72 hours:\n\n%(address)s\n\n"
            "This message says neither who nor why: sign in to read it."
        ) % {"address": address}
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [user.email])
