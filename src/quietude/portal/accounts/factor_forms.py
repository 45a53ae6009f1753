"""Forms of the second factor: codes typed, keys added, identity proven again."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ReauthenticateForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.utils.translation import gettext_lazy as _

from quietude.portal.accounts.second_factor import takes_code_once

_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "spellcheck": "false"}


class _OnceOnly:
    """A code of an authenticator app is taken once, however long its time runs."""

    def clean_code(self) -> str:
        """Check the code.

        Raises:
            ValidationError: it is wrong, old or used.
        """
        code: str = super().clean_code()  # type: ignore[misc]  # of the library's form beside
        found: Authenticator = self.authenticator  # type: ignore[attr-defined]  # set by the library's form
        if found.type == Authenticator.Type.TOTP and not takes_code_once(found, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_OnceOnly, AuthenticateForm):  # type: ignore[misc]  # allauth has no stubs
    """The second step of signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code of your app, or a recovery code")
        self.fields["code"].widget.attrs = _CODE


class CodeAgainForm(_OnceOnly, ReauthenticateByCodeForm):  # type: ignore[misc]  # allauth has no stubs
    """Proof of identity by a code, before a sensitive act."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code of your app, or a recovery code")
        self.fields["code"].widget.attrs = _CODE


class PasswordAgainForm(ReauthenticateForm):  # type: ignore[misc]  # allauth has no stubs
    """Proof of identity by the password, before a sensitive act."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs = {"autocomplete": "current-password", "autofocus": True}


class AppForm(ActivateTOTPForm):  # type: ignore[misc]  # allauth has no stubs
    """The first code of an authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("The six digits that the app shows")
        self.fields["code"].widget.attrs = {key: value for key, value in _CODE.items() if key != "autofocus"}


class KeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth has no stubs
    """A security key, under a name of one's own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of this key")
        self.fields["name"].max_length = 60
