"""Accounts, and the journal of what was done to them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quietude.portal.accounts.roles import RIGHTS, Right, Role


class Theme(models.TextChoices):
    """Light for offices, dark for control rooms, or as the device says."""

    AUTO = "auto", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Density(models.TextChoices):
    """How much fits on a screen."""

    COMFORTABLE = "comfortable", _("Comfortable")
    COMPACT = "compact", _("Compact")


class Language(models.TextChoices):
    """Languages of the screens, each named in itself."""

    FRENCH = "fr", "Français"
    ENGLISH = "en", "English"


class UserManager(BaseUserManager["User"]):
    """Finds and makes accounts."""

    def create_user(self, username: str, password: str, *, role: Role, email: str = "", full_name: str = "") -> User:
        """Return a new account; the caller has checked the password and its own right to make accounts."""
        user = self.model(
            username=username.strip().lower(), email=email.strip().lower(), full_name=full_name.strip(), role=role
        )
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """One person's account: exactly one role, which gives its rights.

    Accounts are closed, never deleted: the journal names them.
    """

    username = models.CharField(
        _("User name"),
        max_length=64,
        unique=True,
        validators=[
            RegexValidator(
                r"^[a-z0-9][a-z0-9._-]*\Z", _("Use lower-case letters, digits, dots, hyphens and underscores.")
            )
        ],
    )
    email = models.EmailField(_("E-mail"), blank=True)
    full_name = models.CharField(_("Full name"), max_length=120, blank=True)
    role = models.CharField(_("Role"), max_length=20, choices=Role.choices)
    is_active = models.BooleanField(_("Open"), default=True)
    must_change_password = models.BooleanField(default=False)
    language = models.CharField(_("Language"), max_length=2, choices=Language.choices, default=Language.FRENCH)
    theme = models.CharField(_("Theme"), max_length=5, choices=Theme.choices, default=Theme.AUTO)
    density = models.CharField(_("Density"), max_length=11, choices=Density.choices, default=Density.COMFORTABLE)
    session_epoch = models.PositiveIntegerField(default=0)
    """Counts how often all sessions were ended: those opened under an earlier number are worth nothing."""
    has_keys = models.BooleanField(_("Single-key shortcuts"), default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["role"]

    class Meta:
        """Rules that the database keeps."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["email"], condition=~models.Q(email=""), name="one_account_per_email"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_is_known"),
        ]
        ordering: ClassVar[list[str]] = ["username"]

    def __str__(self) -> str:
        return self.full_name or self.username

    @property
    def rights(self) -> frozenset[Right]:
        """Return what this account may do: nothing once it is closed."""
        return RIGHTS[Role(self.role)] if self.is_active else frozenset()

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Tie a session to the password, the role and the count of revocations under which it was opened."""
        stated = f"{self.password}|{self.role}|{self.session_epoch}"
        return salted_hmac("quietude.portal.accounts.session", stated, secret=secret, algorithm="sha256").hexdigest()

    def holds(self, right: Right) -> bool:
        """Tell whether this account has a right."""
        return right in self.rights


class AccountAct(models.Model):
    """One line of the journal of accounts: who did what to whose account, and when. Never changed."""

    class What(models.TextChoices):
        """What was done."""

        CREATED = "created", _("created the account")
        CHANGED = "changed", _("changed the account")
        CLOSED = "closed", _("closed the account")
        REOPENED = "reopened", _("reopened the account")
        PASSWORD_RESET = "password_reset", _("gave a new password")
        FACTOR_ADDED = "factor_added", _("added a second factor")
        FACTOR_REMOVED = "factor_removed", _("removed a second factor")
        FACTOR_RESET = "factor_reset", _("reset the second factor")
        CODES_MADE = "codes_made", _("made new recovery codes")
        SESSIONS_ENDED = "sessions_ended", _("ended the sessions")
        TOKEN_MADE = "token_made", _("made an access token")
        TOKEN_REVOKED = "token_revoked", _("revoked an access token")

    at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=80)
    """User name, or "command:<account>" for the command line."""
    account = models.ForeignKey(User, on_delete=models.PROTECT, related_name="acts")
    what = models.CharField(max_length=20, choices=What.choices)
    detail = models.CharField(max_length=200, blank=True)
    """Which fields changed, comma-separated; a role with its values ("role=agent>analyst"); the kind of second factor,
    or the mark of a token. A person's data never."""

    class Meta:
        """Rules that the database keeps."""

        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.by} {self.what} {self.account_id}"

    @property
    def said(self) -> str:
        """Return what changed, in the words of the screen."""
        return ", ".join(_change_in_words(change) for change in self.detail.split(",") if change)


class Scope(models.TextChoices):
    """One thing that an access token allows."""

    FACTS_READ = "facts:read", _("read facts")
    RECORDS_WRITE = "records:write", _("send records")


class ApiToken(models.Model):
    """What a program shows instead of a password. Its text is shown once and kept nowhere; revoked, never deleted."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(_("Name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of the text, in hexadecimal."""
    mark = models.CharField(max_length=12)
    """Its first signs, to tell one from another."""
    scopes = models.JSONField(default=list)
    """Values of `Scope`."""
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    """Last use, to the minute."""
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Rules that the database keeps."""

        ordering: ClassVar[list[str]] = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.mark}… {self.name}"

    @property
    def allows(self) -> str:
        """Return its scopes in the words of the screen."""
        return ", ".join(str(Scope(scope).label) for scope in self.scopes)


_KINDS = {
    "totp": _("authenticator app"),
    "webauthn": _("security key"),
    "recovery_codes": _("recovery codes"),
    "in_address": _("it was found in an address"),
}


def _change_in_words(change: str) -> str:
    name, _is, values = change.partition("=")
    fields = {field.name: field.verbose_name for field in User._meta.fields}
    label = str(fields.get(name) or _KINDS.get(name, name))
    roles = " → ".join(str(Role(value).label) for value in values.split(">") if value)
    return gettext("%(label)s: %(value)s") % {"label": label, "value": roles} if roles else label
