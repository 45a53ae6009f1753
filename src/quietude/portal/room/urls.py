"""Addresses of the situation room."""

from __future__ import annotations

from django.urls import path

from quietude.portal.room import live, views

app_name = "room"
urlpatterns = [
    path("", views.page, name="page"),
    path("board/", views.board, name="board"),
    path("stream/", live.stream, name="stream"),
    path("near/<slug:key>/", views.near, name="near"),
]
