"""Sessions that came by the provider: what they keep of it, and when they end with its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.db.models import Max, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from quietude.portal.accounts.vouched import is_vouched_for
from quietude.portal.oidc.actions import LOG
from quietude.portal.oidc.dance import Identity, end_session_address
from quietude.portal.oidc.metadata import endpoints_of
from quietude.portal.oidc.models import OidcLink, OidcLogout
from quietude.portal.oidc.problem import ProviderDown
from quietude.portal.oidc.provider import Provider, current_provider

KEY = "oidc"
GetResponse = Callable[[HttpRequest], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Mark:
    """What a session keeps of the sign-in that began it."""

    link: int
    sid: str
    id_token: str
    heard: int
    """Number of the last notice of logout received before: later ones count, whatever clocks say."""


def heard_so_far() -> int:
    """Return the number of the last notice of logout."""
    return OidcLogout.objects.aggregate(last=Max("pk"))["last"] or 0


def mark(request: HttpRequest, link: OidcLink, identity: Identity, heard: int) -> None:
    """Keep in the session which identity began it."""
    request.session[KEY] = asdict(Mark(link.pk, identity.sid, identity.id_token, heard))


def mark_of(request: HttpRequest) -> Mark | None:
    """Return what the session keeps of the provider; None when its account came in another way."""
    kept = request.session.get(KEY)
    return Mark(**kept) if kept is not None and is_vouched_for(request) else None


def has_ended(mark: Mark, account_pk: int, provider: Provider | None) -> bool:
    """Tell whether a session has lost what it stands on: the provider, the link, or the session there."""
    link = OidcLink.objects.filter(pk=mark.link, account_id=account_pk).first()
    if link is None or provider is None or link.issuer != provider.issuer:
        return True
    theirs = Q(sid="", subject=link.subject)
    if mark.sid:
        theirs |= Q(sid=mark.sid, subject__in=("", link.subject))
    return OidcLogout.objects.filter(theirs, issuer=link.issuer, pk__gt=mark.heard).exists()


def follow_the_provider(get_response: GetResponse) -> GetResponse:
    """End sessions that the provider has ended; at sign-out, end the provider's session as well."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        user = request.user
        kept = None if isinstance(user, AnonymousUser) else mark_of(request)
        if isinstance(user, AnonymousUser) or kept is None:
            return get_response(request)
        provider = current_provider()
        if provider is None or has_ended(kept, user.pk, provider):
            LOG.info("session of account %s ended with the provider's", user.pk)
            logout(request)
            return get_response(request)
        leaves = request.method == "POST" and request.path == reverse("account_logout")
        response = get_response(request)
        if not leaves or KEY in request.session:
            return response
        LOG.info("sign-out of account %s", user.pk)
        with translation.override(user.language):
            return _leave(request, provider, kept) or response

    return middleware


def _leave(request: HttpRequest, provider: Provider, kept: Mark) -> HttpResponseBase | None:
    """Return the page that goes on to the provider's own sign-out; None when it has none, or is down.

    A page and not a redirect: our content policy lets no form, and no redirect that answers one, lead to another site.
    """
    back_to = request.build_absolute_uri(reverse("account_login"))
    try:
        address = end_session_address(endpoints_of(provider), id_token=kept.id_token, back_to=back_to)
    except ProviderDown as down:
        LOG.warning("provider down at sign-out: %s", down)
        return None
    if address is None:
        return None
    response = render(request, "oidc/leaving.html", {"label": provider.label, "address": address})
    response.headers["Refresh"] = f"0; url={address}"
    return response
