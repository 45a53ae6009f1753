"""The second factor: who must have one, how its secrets are kept, and what of it the journal of accounts says."""

from __future__ import annotations

import base64
import time
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.signals import user_logged_in
from allauth.mfa import signals
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quietude.portal.accounts.models import AccountAct, User
from quietude.portal.accounts.roles import Role
from quietude.portal.accounts.vouched import has_second_factor

ALWAYS = frozenset({Role.DATA_MANAGER, Role.DPO, Role.ADMINISTRATOR})
"""Roles that open what was rejected, the journal, or others' accounts: they always need a second factor."""
PROVEN = "second_factor"
"""Key of the session that says by what the second factor was given; its absence means: look in the database."""
LAST_STEP = "last_step"
"""In the data of an authenticator app: the time step of the last code taken, so that none is taken twice."""
ENOUGH = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What counts as a second factor; recovery codes only stand in for one."""


def is_demo() -> bool:
    """Tell whether this is a demonstration, where no one is made to keep a second factor."""
    return bool(settings.QUIETUDE.second_factor == "demo")


def must_have(user: User) -> bool:
    """Tell whether an account must keep a second factor."""
    if is_demo():
        return False
    return bool(settings.QUIETUDE.second_factor == "everyone") or Role(user.role) in ALWAYS


def has(user: User) -> bool:
    """Tell whether an account keeps a second factor."""
    return bool(Authenticator.objects.filter(user=user, type__in=ENOUGH).exists())


def kept_by(account: OuterRef) -> Exists:
    """Return, for a query of accounts, whether each keeps a second factor."""
    return Exists(Authenticator.objects.filter(user=account, type__in=ENOUGH))


def must_enrol(request: HttpRequest, user: User) -> bool:
    """Tell whether a session may go no further before a second factor is kept; asks the database until it is."""
    if not must_have(user) or request.session.get(PROVEN) or has_second_factor(request):
        return False
    if not has(user):
        return True
    request.session[PROVEN] = "kept"
    return False


@transaction.atomic
def forget(user: User) -> int:
    """Remove every second factor of an account and return how many there were; the caller checks rights."""
    kept = Authenticator.objects.filter(user=user)
    count: int = kept.filter(type__in=ENOUGH).count()
    kept.delete()
    return count


@transaction.atomic
def takes_code_once(authenticator: Authenticator, code: str) -> bool:
    """Tell whether an app's code is new, and note it: a code seen over a shoulder is worth nothing (RFC 6238, 5.2)."""
    kept = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    secret = kept.wrap().instance.data["secret"]
    plain = MFAAdapter().decrypt(secret)
    digits = code.replace(" ", "")
    step = next((at for at in yield_hotp_counters_from_time() if format_hotp_value(hotp_value(plain, at)) == digits), 0)
    if step <= kept.data.get(LAST_STEP, 0):
        return False
    kept.data[LAST_STEP] = step
    kept.save(update_fields=["data"])
    authenticator.data = kept.data
    return True


def _cipher() -> Fernet:
    key = HKDF(SHA256(), 32, salt=None, info=b"quietude second factor").derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(key))


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no stubs
    """Secrets are encrypted under the installation's key; whoever must keep a second factor keeps the last one."""

    error_messages = {  # noqa: RUF012  # the library's own way to change its words
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right, or is too old. Wait for the next one and type it."),
        "cannot_delete_authenticator": _(
            "Your role needs a second factor: add another one before you remove this one."
        ),
        "cannot_generate_recovery_codes": _("Recovery codes stand in for a second factor: set one up first."),
    }

    def encrypt(self, text: str) -> str:
        """Encrypt a secret for the database."""
        return _cipher().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt a secret of the database.

        Raises:
            InvalidToken: the installation's key has changed; an administrator resets the second factor.
        """
        return _cipher().decrypt(encrypted_text.encode("ascii")).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Tell whether a second factor may go: not the last one of whoever must have one."""
        others = Authenticator.objects.filter(user=authenticator.user, type__in=ENOUGH).exclude(pk=authenticator.pk)
        return others.exists() or not must_have(authenticator.user)

    def get_totp_issuer(self) -> str:
        """Return the name that an authenticator app shows."""
        return f"Quiétude {settings.QUIETUDE.town.capitalize()}"

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002  # the library's signature
        """Return a first name for a security key."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("Key %(number)s") % {"number": count + 1}

    def send_notification_mail(self, *args: object, **kwargs: object) -> None:
        """Send nothing: the portal has no e-mail; the journal of the account says it."""


def _journal(what: AccountAct.What) -> Any:
    def note(sender: object, *, user: User, authenticator: Authenticator, **_more: object) -> None:  # noqa: ARG001  # Django's signature
        AccountAct.objects.create(by=user.username, account=user, what=what, detail=str(authenticator.type))

    return note


_KEPT = (
    (signals.authenticator_added, _journal(AccountAct.What.FACTOR_ADDED)),
    (signals.authenticator_removed, _journal(AccountAct.What.FACTOR_REMOVED)),
    (signals.authenticator_reset, _journal(AccountAct.What.CODES_MADE)),
)


def _just_signed_in(sender: object, *, request: HttpRequest, **_more: object) -> None:  # noqa: ARG001  # Django's signature
    """Let a sign-in count as the proof of identity that sensitive acts ask for, while it is recent."""
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    if records:
        records[-1] |= {"reauthenticated": True, "at": time.time()}
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = records


def connect() -> None:
    """Listen to the sign-in library: the journal of accounts says what happens to second factors."""
    for signal, note in _KEPT:
        signal.connect(note, weak=False, dispatch_uid=f"quietude {id(note)}")
    user_logged_in.connect(_just_signed_in, dispatch_uid="quietude signed in")
