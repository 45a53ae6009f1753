"""Forms of sign-in and accounts."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.core import context
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from quietude.portal.accounts import second_factor, sessions
from quietude.portal.accounts.models import Density, Language, Scope, Theme, User
from quietude.portal.accounts.roles import Role
from quietude.portal.accounts.tokens import scopes_for


def refuse(form: forms.BaseForm, error: ValidationError) -> None:
    """Show each refusal beside its field, those without a field above the form."""
    if hasattr(error, "error_dict"):
        for name, refusals in error.error_dict.items():
            form.add_error(name if name in form.fields else None, refusals)
    else:
        form.add_error(None, error)


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth has no stubs
    """User name or e-mail, and password."""

    is_demo = staticmethod(second_factor.is_demo)
    """Whether the page says that this is a demonstration."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name or e-mail")
        self.fields["login"].widget.attrs = {
            "autocomplete": "username",
            "autofocus": True,
            "autocapitalize": "none",
            "spellcheck": "false",
        }
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs = {"autocomplete": "current-password"}


class PasswordForm(ChangePasswordForm):  # type: ignore[misc]  # allauth has no stubs
    """Change of one's own password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Current password")
        self.fields["oldpassword"].widget.attrs = {"autocomplete": "current-password", "autofocus": True}
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = _(
            "At least 15 characters. A sentence you remember is better than signs you don't."
        )
        self.fields["password1"].widget.attrs = {"autocomplete": "new-password"}
        self.fields["password2"].label = _("New password, once more")
        self.fields["password2"].widget.attrs = {"autocomplete": "new-password"}

    def save(self) -> None:
        """Set the password; it is the account's own from now on, and its other sessions end."""
        super().save()
        sessions.end_others(context.request, self.user)
        self.user.must_change_password = False
        self.user.save(update_fields=["must_change_password"])


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """What people set of their own account."""

    class Meta:
        """Fields of the account."""

        model = User
        fields = ("full_name", "language", "theme", "density", "has_keys")
        help_texts = {  # noqa: RUF012  # Django's own way
            "has_keys": _(
                "Keys such as “/” for search. Turn them off if you dictate or use a screen reader that needs them."
            ),
        }


class PreferencesForm(forms.Form):
    """One choice of appearance, sent from the page's header."""

    language = forms.ChoiceField(choices=Language.choices, required=False)
    theme = forms.ChoiceField(choices=Theme.choices, required=False)
    density = forms.ChoiceField(choices=Density.choices, required=False)


class AccountForm(forms.Form):
    """What an administrator sets of an account."""

    full_name = forms.CharField(label=_("Full name"), max_length=120, required=False)
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("Can be used instead of the user name to sign in.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class NewAccountForm(AccountForm):
    """A new account."""

    username = forms.CharField(
        label=_("User name"),
        max_length=64,
        help_text=_("Use lower-case letters, digits, dots, hyphens and underscores."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )
    field_order = ("username", "full_name", "email", "role")


class TokenForm(forms.Form):
    """A new access token."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("The program that will use it, such as “Weekly report”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(
        label=_("How long it lives"),
        coerce=int,
        initial=90,
        choices=((7, _("a week")), (30, _("a month")), (90, _("three months")), (365, _("a year"))),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = cast("forms.MultipleChoiceField", self.fields["scopes"])
        scopes.choices = [(scope.value, scope.label) for scope in scopes_for(user)]
