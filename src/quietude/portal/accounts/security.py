"""Pages of one's own second factor and sessions: the library's views, under our rights and in our words."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from quietude.portal.accounts import sessions
from quietude.portal.accounts.access import Right, requires, user_of


class RemoveKey(RemoveWebAuthnView):  # type: ignore[misc]  # allauth has no stubs
    """Removes a security key, unless it is the last second factor of whoever must have one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whether it may go."""
        may_go = get_adapter().can_delete_authenticator(self.object)
        return {**super().get_context_data(**kwargs), "may_go": may_go}

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove the key."""
        if not get_adapter().can_delete_authenticator(self.get_object()):
            messages.error(self.request, get_adapter().error_messages["cannot_delete_authenticator"])
            return redirect("mfa_index")
        answer: HttpResponse = super().form_valid(form)
        return answer


@requires(Right.OWN_ACCOUNT)
@require_http_methods(["GET", "HEAD"])
def own_sessions(request: HttpRequest) -> HttpResponse:
    """List where one is signed in."""
    user = user_of(request)
    shown = {
        "sessions": sessions.open_sessions(request, user),
        "idle": sessions.idle_in_words(user),
        "longest_hours": int(sessions.LONGEST.total_seconds() // 3600),
    }
    return render(request, "accounts/sessions.html", shown)


@requires(Right.OWN_ACCOUNT)
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions."""
    found = get_object_or_404(UserSession, pk=pk, user=user_of(request))
    if found.session_key == request.session.session_key:
        messages.error(request, gettext("This is the session you are using: sign out to end it."))
    else:
        sessions.end(found.session_key)
        messages.success(request, gettext("The session is ended."))
    return redirect("own_sessions")


@requires(Right.OWN_ACCOUNT)
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """End all of one's own sessions but this one."""
    count = sessions.end_others(request, user_of(request))
    said = ngettext("%(count)s session is ended.", "%(count)s sessions are ended.", count) % {"count": count}
    messages.success(request, said)
    return redirect("own_sessions")
