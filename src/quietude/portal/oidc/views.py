"""Sign-in by the provider, its notices of logout, and who is linked to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    perform_login,
    record_authentication,
)
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.models import Login
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from quietude.portal.accounts.access import Right, open_to_all, requires, user_of
from quietude.portal.accounts.asking import proves_identity
from quietude.portal.accounts.vouched import vouch
from quietude.portal.oidc import actions, pages, sessions
from quietude.portal.oidc.dance import (
    LASTS_S,
    Attempt,
    Identity,
    authorization_address,
    identity_of,
    new_attempt,
    secret_word,
)
from quietude.portal.oidc.metadata import endpoints_of
from quietude.portal.oidc.models import OidcLink
from quietude.portal.oidc.problem import ProviderDown, Reason, Refused
from quietude.portal.oidc.provider import SECOND_FACTOR, Provider, current_provider
from quietude.portal.oidc.tokens import check_logout

ATTEMPTS = "oidc_attempts"
METHOD = "oidc"  # as the sign-in library notes it
AT_ONCE = 5  # tabs in which one browser may begin to sign in
RATE = {"start": "60/m/ip"}  # an office behind one address begins its shift; each beginning is a row of sessions
Rest = ParamSpec("Rest")


def _with_provider(
    view: Callable[Concatenate[HttpRequest, Provider, Rest], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
    """Give a view the provider; without one its address does not exist."""

    @wraps(view)
    def given(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        provider = current_provider()
        if provider is None:
            raise Http404
        return view(request, provider, *args, **kwargs)

    return given


def _callback_address(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("oidc:callback"))


def _own_page(request: HttpRequest) -> str:
    """Return the page of ours to open after sign-in, or nothing."""
    page = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return page if is_ours else ""


@open_to_all("one has to come in somewhere")
@require_GET
@never_cache
@_with_provider
def start(request: HttpRequest, provider: Provider) -> HttpResponse:
    """Begin a sign-in and send the browser to the provider."""
    if not ratelimit.consume(request, app="quietude.oidc", action="start", config=RATE, limit_get=True):
        refusal: HttpResponse = ratelimit.respond_429(request)
        return refusal
    now = datetime.now(UTC).timestamp()
    try:
        endpoints = endpoints_of(provider)
    except ProviderDown as error:
        actions.LOG.warning("provider down: %s", error)
        return pages.down(request, provider)
    is_again = "again" in request.GET and sessions.mark_of(request) is not None
    state, attempt = secret_word(), new_attempt(_own_page(request), now, is_again=is_again)
    kept = [*_attempts(request, now).items(), (state, asdict(attempt))]
    request.session[ATTEMPTS] = dict(kept[-AT_ONCE:])
    return HttpResponseRedirect(
        authorization_address(provider, endpoints, attempt, state=state, redirect_uri=_callback_address(request))
    )


def _attempts(request: HttpRequest, now: float) -> dict[str, dict[str, object]]:
    """Return the sign-ins that this browser has begun, by state, without those too old."""
    kept = request.session.get(ATTEMPTS, {})
    return {state: attempt for state, attempt in kept.items() if 0 <= now - attempt["began_at"] <= LASTS_S}


def _taken(request: HttpRequest, now: float) -> Attempt | None:
    """Return the sign-in that an answer belongs to, and forget it: each is answered once."""
    attempts = _attempts(request, now)
    found = attempts.pop(request.GET.get("state", ""), None)
    if found is None:
        return None
    request.session[ATTEMPTS] = attempts
    request.session.save()
    return Attempt(**found)  # type: ignore[arg-type]  # as asdict wrote it


@open_to_all("the provider sends people back here; nobody comes in without a code that belongs to this browser")
@require_GET
@never_cache
@_with_provider
def callback(request: HttpRequest, provider: Provider) -> HttpResponse:
    """Finish a sign-in, or say why not."""
    now, heard = datetime.now(UTC), sessions.heard_so_far()
    try:
        attempt = _taken(request, now.timestamp())
        if attempt is None:
            raise Refused(Reason.STATE)
        identity = _answered(request, provider, attempt, now.timestamp())
        if attempt.is_again:
            actions.check_same(user_of(request), identity)
        link = actions.link_of(identity, now)
    except Refused as error:
        actions.LOG.warning("sign-in refused: %s", error)
        return pages.refused(request, provider, error.reason)
    except ProviderDown as error:
        actions.LOG.warning("provider down: %s", error)
        return pages.down(request, provider)
    if attempt.is_again:
        return _go_on(request, link, attempt.next)
    return _enter(request, link, identity, attempt.next or reverse("home"), heard)


def _answered(request: HttpRequest, provider: Provider, attempt: Attempt, now: float) -> Identity:
    issuer = request.GET.get("iss")
    if issuer != provider.issuer and (issuer is not None or endpoints_of(provider).names_issuer):
        raise Refused(Reason.OTHER_ISSUER)
    if "error" in request.GET:
        raise Refused(Reason.DECLINED)
    code = request.GET.get("code", "")
    if not code:
        raise Refused(Reason.NO_CODE)
    return identity_of(provider, attempt, code=code, redirect_uri=_callback_address(request), now=now)


def _enter(request: HttpRequest, link: OidcLink, identity: Identity, page: str, heard: int) -> HttpResponse:
    """Sign the account in; it passes our own second factor unless the provider saw one."""
    if request.user.is_authenticated:
        logout(request)
    user = link.account
    record_authentication(request, user, METHOD)
    login = Login(user=user, redirect_url=page)
    if SECOND_FACTOR in identity.amr:
        adapter = get_adapter()
        adapter.login(request, user)
        response: HttpResponse = adapter.post_login(
            request,
            user,
            email_verification=login.email_verification,
            redirect_url=page,
            signal_kwargs=None,
            signup=False,
            email=None,
        )
    else:
        response = perform_login(request, login)
    _is_no_fresh_proof(request)
    vouch(request, user.pk, identity.amr)
    sessions.mark(request, link, identity, heard)
    return response


def _is_no_fresh_proof(request: HttpRequest) -> None:
    """Make sensitive acts ask who is there: the provider may have known it from an hour ago, without asking."""
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {**record, "reauthenticated": False} if record["method"] == METHOD else record for record in records
    ]


def _go_on(request: HttpRequest, link: OidcLink, page: str) -> HttpResponse:
    """Note that it is still the same person, and do what waited for that."""
    record_authentication(request, link.account, METHOD, reauthenticated=True)
    request.GET = QueryDict(urlencode({"next": page}))
    waiting: HttpResponse | None = resume_request(request)
    return waiting or redirect("home")


@open_to_all("the provider's server says which session has ended; its signature is checked", answers="data")
@csrf_exempt
@require_POST
@never_cache
@_with_provider
def ended(request: HttpRequest, provider: Provider) -> HttpResponse:
    """Take a notice of logout (OpenID Connect Back-Channel Logout 1.0)."""
    now = datetime.now(UTC)
    try:
        notice = check_logout(provider, request.POST.get("logout_token", ""), now=now.timestamp())
        actions.note_logout(provider.issuer, notice, now)
    except Refused as error:
        actions.LOG.warning("notice of logout refused: %s", error)
        return JsonResponse({"error": "invalid_request", "error_description": error.reason.value}, status=400)
    except ProviderDown as error:
        actions.LOG.warning("provider down: %s", error)
        return JsonResponse({"error": "temporarily_unavailable"}, status=503)
    return HttpResponse()


@requires(Right.MANAGE_USERS)
@require_GET
@_with_provider
def links(request: HttpRequest, provider: Provider) -> HttpResponse:
    """List the accounts that sign in by the provider."""
    found = OidcLink.objects.filter(issuer=provider.issuer).select_related("account")
    return render(request, "oidc/links.html", {"links": found, "label": provider.label})


@requires(Right.MANAGE_USERS)
@require_POST
@proves_identity
@_with_provider
def undo(request: HttpRequest, provider: Provider, link_id: int) -> HttpResponse:
    """Undo a link."""
    link = get_object_or_404(OidcLink, pk=link_id, issuer=provider.issuer)
    actions.undo_link(user_of(request), link)
    messages.success(request, gettext("The link is undone: the next sign-in makes a new one, by the e-mail address."))
    return redirect("oidc:links")
