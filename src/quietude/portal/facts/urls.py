"""Addresses of facts."""

from __future__ import annotations

from django.urls import path

from quietude.portal.facts import views

app_name = "facts"
urlpatterns = [path("<str:event_id>/", views.page, name="page")]
