"""Addresses of sources of documents."""

from __future__ import annotations

from django.urls import path

from quietude.portal.document_sources import views

app_name = "document_sources"
urlpatterns = [
    path("", views.listed, name="list"),
    path("<slug:source>/<slug:verb>/", views.act, name="act"),
]
