"""Addresses of links."""

from __future__ import annotations

from django.urls import path

from quietude.portal.links import views

app_name = "links"
urlpatterns = [
    path("", views.proposed, name="proposed"),
    path("beside/", views.beside, name="beside"),
    path("decide/", views.decide, name="decide"),
    path("link/", views.link, name="link"),
    path("<int:key>/undo/", views.unlink, name="unlink"),
]
