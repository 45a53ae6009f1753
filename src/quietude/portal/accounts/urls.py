"""Addresses of sign-in, profile and accounts."""

from __future__ import annotations

from allauth.account import views as allauth_views
from allauth.mfa.base import views as factor_views
from allauth.mfa.recovery_codes import views as code_views
from allauth.mfa.totp import views as app_views
from allauth.mfa.webauthn import views as key_views
from django.urls import path
from django.views.generic import RedirectView

from quietude.portal.accounts import asking, security, token_views, views
from quietude.portal.accounts.access import Right, open_to_all, requires

own = requires(Right.OWN_ACCOUNT)

signing_in = [
    path("sign-in/", open_to_all("one has to come in somewhere")(allauth_views.login), name="account_login"),
    path(
        "sign-in/second-factor/",
        open_to_all("the second step of signing in, after the password")(factor_views.authenticate),
        name="mfa_authenticate",
    ),
    path(
        "sign-out/",
        open_to_all("ends the caller's own session, by POST only")(allauth_views.logout),
        name="account_logout",
    ),
    path("again/", own(allauth_views.reauthenticate), name="account_reauthenticate"),
    path("again/code/", own(factor_views.reauthenticate), name="mfa_reauthenticate"),
    path("again/key/", own(key_views.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
]
second_factor = [
    path("profile/second-factor/", own(factor_views.index), name="mfa_index"),
    path("profile/second-factor/app/", own(app_views.activate_totp), name="mfa_activate_totp"),
    path("profile/second-factor/app/remove/", own(app_views.deactivate_totp), name="mfa_deactivate_totp"),
    path("profile/second-factor/codes/", own(code_views.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "profile/second-factor/codes/new/", own(code_views.generate_recovery_codes), name="mfa_generate_recovery_codes"
    ),
    path(
        "profile/second-factor/keys/",
        own(RedirectView.as_view(pattern_name="mfa_index")),  # the library lists keys apart; here one page has all
        name="mfa_list_webauthn",
    ),
    path("profile/second-factor/keys/new/", own(key_views.add_webauthn), name="mfa_add_webauthn"),
    path("profile/second-factor/keys/<int:pk>/remove/", own(security.RemoveKey.as_view()), name="mfa_remove_webauthn"),
]
profile = [
    path("profile/password/", own(allauth_views.password_change), name="account_change_password"),
    path("profile/", views.profile, name="profile"),
    path("profile/sessions/", security.own_sessions, name="own_sessions"),
    path("profile/sessions/end-others/", security.end_other_sessions, name="end_other_sessions"),
    path("profile/sessions/<int:pk>/end/", security.end_session, name="end_session"),
    path("profile/tokens/", token_views.own_tokens, name="own_tokens"),
    path("profile/tokens/<int:pk>/revoke/", token_views.revoke_token, name="revoke_token"),
    path("preferences/", views.preferences, name="preferences"),
]
accounts = [
    path("users/new/", views.new_user, name="new_user"),
    path("users/<str:username>/", views.user, name="user"),
    path("users/<str:username>/close/", asking.close_user, name="close_user"),
    path("users/<str:username>/reopen/", asking.reopen_user, name="reopen_user"),
    path("users/<str:username>/password/", asking.reset_password, name="reset_password"),
    path("users/<str:username>/second-factor/", asking.reset_second_factor, name="reset_second_factor"),
    path("users/<str:username>/sessions/", asking.end_sessions, name="end_sessions"),
]
urlpatterns = [*signing_in, *second_factor, *profile, *accounts]
