"""Sessions that an identity provider vouches for: the account's own password plays no part in them."""

from __future__ import annotations

from collections.abc import Collection

from django.http import HttpRequest

KEY = "vouched_for"
SECOND_FACTOR = "mfa"  # RFC 8176


def vouch(request: HttpRequest, account_pk: int, amr: Collection[str]) -> None:
    """Keep in the session that a provider vouches for an account, and the ways of proof that it saw (RFC 8176)."""
    request.session[KEY] = {"account": account_pk, "amr": sorted(amr)}


def is_vouched_for(request: HttpRequest) -> bool:
    """Tell whether a provider vouches for the account of this session."""
    said = request.session.get(KEY)
    return said is not None and said["account"] == request.user.pk


def has_second_factor(request: HttpRequest) -> bool:
    """Tell whether the provider that vouches for this account saw a second factor."""
    return is_vouched_for(request) and SECOND_FACTOR in request.session[KEY]["amr"]
