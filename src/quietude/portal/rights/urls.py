"""Addresses of purposes, grants and openings."""

from __future__ import annotations

from django.urls import path

from quietude.portal.rights import administration, views

app_name = "rights"
urlpatterns = [
    path("purpose/", views.choose, name="choose"),
    path("opening/", views.opening, name="opening"),
    path("opening/close/", views.close, name="close"),
    path("openings/", views.openings, name="openings"),
    path("openings/<int:key>/", views.review, name="review"),
    path("register/", views.register, name="register"),
    path("register/new/", administration.purpose, name="purpose_new"),
    path("register/<slug:code>/", administration.purpose, name="purpose"),
    path("grants/", administration.grants, name="grants"),
    path("grants/new/", administration.new_grant, name="grant_new"),
    path("grants/review/", administration.tasks, name="tasks"),
    path("grants/table/", administration.table, name="table"),
    path("grants/<int:key>/withdraw/", administration.withdraw, name="withdraw"),
]
