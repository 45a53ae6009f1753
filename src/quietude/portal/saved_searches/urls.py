"""Addresses of saved searches."""

from __future__ import annotations

from django.urls import path

from quietude.portal.saved_searches import live, views

app_name = "saved_searches"
urlpatterns = [
    path("", views.page, name="page"),
    path("new/", views.new, name="new"),
    path("stream", live.stream, name="stream"),
    path("<int:key>/", views.rang, name="rang"),
    path("<int:key>/change/", views.change, name="change"),
    path("<int:key>/pause/", views.pause, name="pause"),
    path("<int:key>/delete/", views.delete, name="delete"),
]
