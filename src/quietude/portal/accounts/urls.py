"""Addresses of sign-in, profile and accounts."""

from __future__ import annotations

from allauth.account import views as allauth_views
from django.urls import path

from quietude.portal.accounts import views
from quietude.portal.accounts.access import Right, open_to_all, requires

urlpatterns = [
    path("sign-in/", open_to_all("one has to come in somewhere")(allauth_views.login), name="account_login"),
    path(
        "sign-out/",
        open_to_all("ends the caller's own session, by POST only")(allauth_views.logout),
        name="account_logout",
    ),
    path(
        "profile/password/", requires(Right.OWN_ACCOUNT)(allauth_views.password_change), name="account_change_password"
    ),
    path("profile/", views.profile, name="profile"),
    path("preferences/", views.preferences, name="preferences"),
    path("users/", views.users, name="users"),
    path("users/new/", views.new_user, name="new_user"),
    path("users/<str:username>/", views.user, name="user"),
    path("users/<str:username>/close/", views.close_user, name="close_user"),
    path("users/<str:username>/reopen/", views.reopen_user, name="reopen_user"),
    path("users/<str:username>/password/", views.reset_password, name="reset_password"),
]
