"""Addresses of the doors by which records come: below /api/v1/, for programs."""

from __future__ import annotations

from django.urls import path

from quietude.portal.flows import views

app_name = "flows"
urlpatterns = [
    path("sources/<slug:source>/records", views.records, name="records"),
    path("sources/<slug:source>/webhook", views.webhook, name="webhook"),
]
