"""What a sign-in by the provider does to accounts: each verb checks, writes, and notes no personal data."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from quietude.journal.api import Kind
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.journal.recording import Act, note
from quietude.portal.oidc.dance import Identity
from quietude.portal.oidc.models import OidcLink, OidcLogout
from quietude.portal.oidc.problem import Reason, Refused
from quietude.portal.oidc.tokens import OLDEST_S, Notice

LOG = logging.getLogger("quietude.portal.oidc")


@transaction.atomic
def link_of(identity: Identity, now: datetime) -> OidcLink:
    """Return the link of an identity to its account; made at the first sign-in, by the verified e-mail.

    Raises:
        Refused: there is no such account, it is closed, or it is another identity's.
    """
    link = OidcLink.objects.select_related("account").filter(issuer=identity.issuer, subject=identity.subject).first()
    if link is None:
        link = _new_link(identity, now)
    elif not link.account.is_active:
        raise Refused(Reason.CLOSED)
    else:
        link.last_used_at = now
        link.save(update_fields=["last_used_at"])
    LOG.info("sign-in of account %s", link.account_id)
    return link


def _new_link(identity: Identity, now: datetime) -> OidcLink:
    account = User.objects.filter(email=identity.email).first() if identity.email else None
    if account is None:
        raise Refused(Reason.NO_ACCOUNT)
    if not account.is_active:
        raise Refused(Reason.CLOSED)
    try:
        with transaction.atomic():
            link = OidcLink.objects.create(
                issuer=identity.issuer, subject=identity.subject, account=account, last_used_at=now
            )
    except IntegrityError as error:
        raise Refused(Reason.OTHER_LINK) from error
    _note(f"user:{account.pk}", link, "made")
    LOG.warning("account %s is linked to its identity", account.pk)
    return link


def _note(who: str, link: OidcLink, act: str) -> None:
    detail = {"identity": str(link.pk), "act": act}
    note(Act(kind=Kind.MODIFY, who=who, to_whom=f"user:{link.account_id}", detail=detail))


def check_same(account: User, identity: Identity) -> None:
    """Check that an identity is the account that is signed in.

    Raises:
        Refused: it is another's.
    """
    if not OidcLink.objects.filter(issuer=identity.issuer, subject=identity.subject, account=account).exists():
        raise Refused(Reason.OTHER_ACCOUNT)


@transaction.atomic
def undo_link(by: User, link: OidcLink) -> None:
    """Forget which identity an account is, so that the next sign-in links it anew; its sessions by the provider end.

    Raises:
        PermissionDenied: `by` may not manage accounts.
    """
    if not by.holds(Right.MANAGE_USERS):
        raise PermissionDenied
    account_pk = link.account_id
    _note(f"user:{by.pk}", link, "undone")
    link.delete()
    LOG.warning("account %s undid the link of account %s", by.pk, account_pk)


@transaction.atomic
def note_logout(issuer: str, notice: Notice, now: datetime) -> None:
    """Keep a notice of logout: the sessions it names end at their next request.

    Raises:
        Refused: it was received before.
    """
    kept = timedelta(seconds=max(settings.SESSION_COOKIE_AGE, 2 * OLDEST_S))
    OidcLogout.objects.filter(received_at__lt=now - kept).delete()
    try:
        with transaction.atomic():
            OidcLogout.objects.create(
                issuer=issuer, jti=notice.jti, subject=notice.subject, sid=notice.sid, received_at=now
            )
    except IntegrityError as error:
        raise Refused(Reason.REPLAYED) from error
    LOG.info("notice of logout received")
