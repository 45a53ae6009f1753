"""Addresses of the journal."""

from __future__ import annotations

from django.urls import path

from quietude.portal.journal import views

app_name = "journal"
urlpatterns = [
    path("", views.lines, name="lines"),
    path("unusual/", views.unusual, name="unusual"),
    path("mine/", views.mine, name="mine"),
]
