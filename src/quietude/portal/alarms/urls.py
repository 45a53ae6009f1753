"""Addresses of alarms."""

from __future__ import annotations

from django.urls import path

from quietude.portal.alarms import live, suppression, views

app_name = "alarms"
urlpatterns = [
    path("", views.tray, name="tray"),
    path("part/", views.part, name="part"),
    path("stream/", live.stream, name="stream"),
    path("take/", views.take, name="take"),
    path("reset/", views.resetting, name="reset"),
    path("shelve/", views.shelving, name="shelve"),
    path("unshelve/", views.unshelving, name="unshelve"),
    path("comment/", views.commenting, name="comment"),
    path("assign/", views.assigning, name="assign"),
    path("suppression/", suppression.page, name="suppression"),
    path("suppression/plan/", suppression.planned, name="plan"),
    path("suppression/plan/<int:key>/end/", suppression.plan_ended, name="end_plan"),
    path("suppression/rules/", suppression.taken_out, name="take_out"),
    path("suppression/rules/<int:key>/end/", suppression.put_back, name="put_back"),
    path("undo/<slug:act>/", views.undoing, name="undo"),
    path("<slug:key>/", views.page, name="alarm"),
]
