"""Addresses of the inventory of sources."""

from __future__ import annotations

from django.urls import path

from quietude.portal.catalogue import views

app_name = "catalogue"
urlpatterns = [
    path("", views.inventory, name="inventory"),
    path("<str:name>/", views.source, name="source"),
    path("<str:name>/import/", views.start_import, name="import"),
    path("<str:name>/imports/", views.imports, name="imports"),
    path("<str:name>/imports/<int:import_id>/", views.report, name="report"),
    path("<str:name>/quarantine/", views.quarantine, name="quarantine"),
    path("<str:name>/quarantine/retry/", views.retry, name="retry"),
]
