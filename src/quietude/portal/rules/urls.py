"""Addresses of the rulebook."""

from __future__ import annotations

from django.urls import path

from quietude.portal.rules import views

app_name = "rules"
urlpatterns = [
    path("", views.rulebook, name="list"),
    path("print/", views.printable, name="print"),
    path("<str:rule_id>/", views.rule, name="rule"),
]
