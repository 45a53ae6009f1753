"""Addresses of the search."""

from __future__ import annotations

from django.urls import path

from quietude.portal.search import views

app_name = "search"
urlpatterns = [
    path("", views.page, name="page"),
    path("like/<str:event_id>/", views.like, name="like"),
    path("suggest.json", views.suggestions, name="suggest"),
    path("answer.json", views.answer, name="answer"),
]
