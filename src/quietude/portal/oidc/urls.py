"""Addresses of sign-in by the identity provider."""

from __future__ import annotations

from django.urls import path

from quietude.portal.oidc import views

app_name = "oidc"
urlpatterns = [
    path("start/", views.start, name="start"),
    path("callback/", views.callback, name="callback"),
    path("ended/", views.ended, name="ended"),
    path("links/", views.links, name="links"),
    path("links/<int:link_id>/undo/", views.undo, name="undo"),
]
