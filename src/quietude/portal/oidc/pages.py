"""Pages of a sign-in that did not come to its end: what happened, and what to do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from quietude.portal.oidc.problem import Reason
from quietude.portal.oidc.provider import Provider

BEGIN_AGAIN = frozenset({Reason.STATE, Reason.CODE, Reason.NO_CODE})
NO_ACCOUNT = frozenset({Reason.NO_ACCOUNT, Reason.CLOSED, Reason.OTHER_LINK})
NOT_AGAIN = frozenset({Reason.NOT_AGAIN, Reason.OTHER_ACCOUNT})
TOO_WEAK = frozenset({Reason.AMR, Reason.ACR})


def _page(request: HttpRequest, status: int, what: str, said: str) -> HttpResponse:
    return render(request, "oidc/stopped.html", {"what": what, "said": said}, status=status)


def down(request: HttpRequest, provider: Provider) -> HttpResponse:
    """Say that the provider does not answer, and that accounts with a password go on."""
    return _page(
        request,
        503,
        gettext("%(label)s does not answer") % {"label": provider.label},
        gettext(
            "Nobody can sign in with %(label)s just now. Try again in a few minutes. "
            "Accounts with a password of this portal go on working: those on duty can sign in with theirs."
        )
        % {"label": provider.label},
    )


def refused(request: HttpRequest, provider: Provider, reason: Reason) -> HttpResponse:
    """Say why nobody was signed in. No account, a closed one and one of somebody else read the same."""
    label = {"label": provider.label}
    if reason is Reason.DECLINED:
        return _page(
            request,
            403,
            gettext("You are not signed in"),
            gettext("The sign-in with %(label)s was given up or refused there. You can begin again.") % label,
        )
    if reason in BEGIN_AGAIN:
        return _page(
            request,
            400,
            gettext("This sign-in cannot be finished"),
            gettext("It is too old, was already used, or began in another browser. Begin again from the sign-in page."),
        )
    if reason in NO_ACCOUNT:
        return _page(
            request,
            403,
            gettext("No open account for you here"),
            gettext(
                "%(label)s has confirmed who you are, but no open account of this portal goes with that identity. "
                "Ask your administrator to open one with the e-mail address by which %(label)s knows you."
            )
            % label,
        )
    if reason in NOT_AGAIN:
        return _page(
            request,
            403,
            gettext("You were not recognised again"),
            gettext(
                "%(label)s did not ask again who you are, or knows you as somebody else. "
                "What you were about to do is not done."
            )
            % label,
        )
    if reason in TOO_WEAK:
        return _page(
            request,
            403,
            gettext("A second proof is needed"),
            gettext(
                "%(label)s did not confirm a second factor, such as a code of your telephone or a key. "
                "Set one up there, then begin again."
            )
            % label,
        )
    return _page(
        request,
        403,
        gettext("This sign-in cannot be trusted"),
        gettext(
            "What %(label)s answered did not stand the checks, so nobody was signed in. Begin again; "
            "if it happens once more, tell whoever runs the portal: the reason is in its log."
        )
        % label,
    )
