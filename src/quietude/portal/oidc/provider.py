"""The identity provider of this installation, as its settings state it."""

from __future__ import annotations

from dataclasses import dataclass, field

from quietude.config import Settings
from quietude.portal.town import installation

SECOND_FACTOR = "mfa"  # RFC 8176: several ways of proving oneself were used


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider, and what it must have checked of a person. Its issuer comes from the settings only."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    label: str = "ProConnect"
    scopes: tuple[str, ...] = ("openid", "email")
    amr: frozenset[str] = frozenset({SECOND_FACTOR})
    """Ways of proving oneself (RFC 8176), all of which a sign-in must have used."""
    acr: tuple[str, ...] = ()
    """Levels of assurance, of which a sign-in must have one; any when empty."""
    vouches_for_emails: bool = False
    """Whether an e-mail without `email_verified` counts as verified."""


def provider_of(settings: Settings) -> Provider | None:
    """Return the provider that the settings name, or None for local accounts alone."""
    if settings.oidc_issuer is None:
        return None
    return Provider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        secret=settings.oidc_secret,
        label=settings.oidc_label,
        scopes=settings.oidc_scopes,
        amr=frozenset(settings.oidc_amr),
        acr=settings.oidc_acr,
        vouches_for_emails=settings.oidc_vouches_for_emails,
    )


def current_provider() -> Provider | None:
    """Return the provider of this installation, if it has one."""
    return provider_of(installation())
