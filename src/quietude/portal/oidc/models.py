"""Which identity at a provider is which account, and the notices of logout that came from there."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class OidcLink(models.Model):
    """One identity at one provider is one account, for good: `sub` never changes hands, an e-mail address may."""

    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="oidc_links")
    linked_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField()

    class Meta:
        """Rules that the database keeps."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="one_account_per_identity"),
            models.UniqueConstraint(fields=["issuer", "account"], name="one_identity_per_account"),
        ]
        ordering: ClassVar[list[str]] = ["account__username"]

    def __str__(self) -> str:
        return f"link {self.pk} of account {self.account_id}"


class OidcLogout(models.Model):
    """A notice of the provider that a session there has ended: ours that came from it end too. Received once."""

    issuer = models.CharField(max_length=200)
    jti = models.CharField(max_length=255)
    subject = models.CharField(max_length=255, blank=True)
    """Whose sessions end; empty when the notice names a session alone."""
    sid = models.CharField(max_length=255, blank=True)
    """Which session of the provider ended; empty for all of the subject."""
    received_at = models.DateTimeField()

    class Meta:
        """Rules that the database keeps."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["issuer", "jti"], name="a_notice_is_received_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["received_at"], name="oidc_logout_at")]
        ordering: ClassVar[list[str]] = ["-received_at"]

    def __str__(self) -> str:
        return f"notice {self.pk}"
