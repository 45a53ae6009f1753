"""Pages of one's own access tokens."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from quietude.portal.accounts import tokens
from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.accounts.asking import proves_identity
from quietude.portal.accounts.forms import TokenForm, refuse
from quietude.portal.accounts.models import ApiToken, Scope


@requires(Right.OWN_ACCOUNT)
@never_cache
@proves_identity
def own_tokens(request: HttpRequest) -> HttpResponse:
    """List one's tokens; make one, and show its text once."""
    user = user_of(request)
    form = TokenForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        scopes = [Scope(scope) for scope in said["scopes"]]
        try:
            made, text = tokens.make_token(user, said["name"], scopes, timedelta(days=said["days"]))
        except ValidationError as error:
            refuse(form, error)
        else:
            return render(request, "accounts/token_made.html", {"token": made, "text": text})
    shown = {"form": form, "tokens": tokens.open_tokens(user), "may_make": bool(tokens.scopes_for(user))}
    return render(request, "accounts/tokens.html", shown, status=400 if form.errors else 200)


@requires(Right.OWN_ACCOUNT)
@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke one of one's own tokens."""
    user = user_of(request)
    tokens.revoke(user.username, get_object_or_404(ApiToken, pk=pk, user=user))
    messages.success(request, gettext("The token is revoked: it opens nothing any more."))
    return redirect("own_tokens")
