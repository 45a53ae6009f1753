"""Pages of one's own account and, for administrators, of all accounts."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from quietude.portal.accounts import actions, second_factor
from quietude.portal.accounts.access import Right, open_to_all, requires, user_of
from quietude.portal.accounts.asking import proves_identity
from quietude.portal.accounts.forms import AccountForm, NewAccountForm, PreferencesForm, ProfileForm, refuse
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role


@requires(Right.OWN_ACCOUNT)
def profile(request: HttpRequest) -> HttpResponse:
    """Show and keep one's own preferences."""
    user = user_of(request)
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        with translation.override(user.language):
            messages.success(request, gettext("Your preferences are kept."))
        return redirect("profile")
    return render(
        request,
        "accounts/profile.html",
        {"form": form, "has_factor": second_factor.has(user)},
        status=400 if form.errors else 200,
    )


@open_to_all("changes nothing but the appearance of the caller's own pages")
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep one choice of language, theme or density: with the account, or in a cookie for a visitor's language."""
    form = PreferencesForm(request.POST)
    chosen = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    if not chosen:
        return JsonResponse({"error": gettext("Nothing that can be chosen was sent.")}, status=400)
    if isinstance(request.user, User):
        for name, value in chosen.items():
            setattr(request.user, name, value)
        request.user.save(update_fields=list(chosen))
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return _with_language(HttpResponse(status=204), request, chosen)
    return _with_language(HttpResponseRedirect(back), request, chosen)


def _with_language(response: HttpResponse, request: HttpRequest, chosen: dict[str, str]) -> HttpResponse:
    if "language" in chosen:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen["language"],
            max_age=365 * 24 * 3600,
            samesite="Lax",
            secure=request.is_secure(),
            httponly=True,
        )
    return response


def _details(form: Form) -> actions.Details:
    said = form.cleaned_data
    return actions.Details(
        role=Role(said["role"]),
        email=said["email"],
        full_name=said["full_name"],
    )


@requires(Right.MANAGE_USERS)
@never_cache
@proves_identity
def new_user(request: HttpRequest) -> HttpResponse:
    """Make an account, and show its first password once."""
    form = NewAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user, password = actions.create_user(user_of(request), form.cleaned_data["username"], _details(form))
        except ValidationError as error:
            refuse(form, error)
        else:
            return render(
                request, "accounts/password_made.html", {"account": user, "made_up": password, "is_new": True}
            )
    return render(request, "accounts/user_new.html", {"form": form}, status=400 if form.errors else 200)


@requires(Right.MANAGE_USERS)
@proves_identity
def user(request: HttpRequest, username: str) -> HttpResponse:
    """Show one account; change its role and particulars."""
    account = get_object_or_404(User, username=username)
    start = {name: getattr(account, name) for name in ("full_name", "email", "role")}
    form = AccountForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_user(user_of(request), account, _details(form))
        except ValidationError as error:
            account.refresh_from_db()
            refuse(form, error)
        else:
            messages.success(request, gettext("The account is changed."))
            return redirect("user", username=username)
    shown = {
        "form": form,
        "account": account,
        "acts": account.acts.all()[:20],
        "has_factor": second_factor.has(account),
    }
    return render(request, "accounts/user.html", shown, status=400 if form.errors else 200)
