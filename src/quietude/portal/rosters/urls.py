"""Addresses of duty rosters."""

from __future__ import annotations

from django.urls import path

from quietude.portal.rosters import views

app_name = "rosters"
urlpatterns = [
    path("", views.listed, name="list"),
    path("new/", views.made, name="new"),
    path("<slug:code>/", views.page, name="roster"),
    path("<slug:code>/change/", views.changed, name="change"),
    path("<slug:code>/turns/", views.turn_added, name="add_turn"),
    path("<slug:code>/turns/<int:key>/remove/", views.turn_removed, name="remove_turn"),
    path("<slug:code>/replacements/", views.replacement_added, name="add_replacement"),
    path("<slug:code>/replacements/<int:key>/remove/", views.replacement_removed, name="remove_replacement"),
]
