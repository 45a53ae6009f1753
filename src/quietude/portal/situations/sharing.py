"""Links for partners without an account: of one situation, of chosen parts, for a while, each opening noted."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quietude.journal.api import Kind
from quietude.portal.accounts.models import User
from quietude.portal.journal.recording import Act, note
from quietude.portal.situations.changing import Acting, What, open_one
from quietude.portal.situations.models import LogLine, Share

PARTS = {
    "summary": _("What, where, since when, how far"),
    "map": _("The map with what is drawn on it"),
    "sheet": _("The reflex sheet and what was done"),
    "tasks": _("Tasks"),
    "log": _("The log, without names of agents"),
}
SECRET_BYTES = 32
LONGEST = timedelta(days=7)


@transaction.atomic
def share(
    by: User, key: str, now: datetime, *, partner: str, parts: Sequence[str], lasts: timedelta
) -> tuple[Share, str]:
    """Make a link; return it with its secret, which is shown once.

    Raises:
        ValidationError: nobody is named, no part is chosen, or it would last for more than a week.
    """
    situation = open_one(by, key)
    chosen = [part for part in PARTS if part in parts]
    if not partner.strip():
        raise ValidationError({"partner": gettext("Say for whom it is.")})
    if not chosen:
        raise ValidationError({"parts": gettext("Choose what they may read.")})
    if not timedelta(0) < lasts <= LONGEST:
        raise ValidationError({"lasts": gettext("A link lasts a week at most.")})
    secret = secrets.token_urlsafe(SECRET_BYTES)
    acting = Acting(by, now)
    found = situation.shares.create(
        digest=digest_of(secret), partner=" ".join(partner.split())[:120], parts=chosen, made_at=now, made_by=by,
        ends_at=now + lasts,
    )  # fmt: skip
    acting.line(situation, What.SHARED, said=f"{found.partner}: {', '.join(chosen)}", ref=f"{found.pk}")
    return found, secret


@transaction.atomic
def revoke(by: User, key: str, pk: int, now: datetime) -> Share:
    """End a link at once.

    Raises:
        ValidationError: there is none that still opens something.
    """
    situation = open_one(by, key)
    found = situation.shares.filter(pk=pk, revoked_at=None).first()
    if found is None:
        raise ValidationError(gettext("This link has ended already."))
    acting = Acting(by, now)
    acting.change(found, revoked_at=now)
    acting.line(situation, What.REVOKED, said=found.partner, ref=f"{found.pk}")
    return found


def digest_of(secret: str) -> str:
    """Return what a link is known by."""
    return hashlib.sha256(secret.encode()).hexdigest()


def share_of(secret: str) -> Share | None:
    """Return the link of a secret, whether it still opens something or not."""
    return Share.objects.select_related("situation__edition").filter(digest=digest_of(secret)).first()


@transaction.atomic
def opened(found: Share, now: datetime) -> None:
    """Note that a partner reads it: in the situation's log and in the journal, before anything is shown."""
    Share.objects.filter(pk=found.pk).update(openings=F("openings") + 1, last_opened_at=now)
    LogLine.objects.create(
        situation=found.situation, what=What.OPENED_BY_PARTNER, at=now, said=found.partner, ref=f"{found.pk}"
    )
    detail = {"act": "situation_read_by_partner", "situation": found.situation.key}
    note(Act(kind=Kind.COMMUNICATE, who=f"share:{found.pk}", to_whom=found.partner, detail=detail))
