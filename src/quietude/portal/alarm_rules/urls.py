"""Addresses of the rules of alarms: the list, one rule, its editor, its trials, its reviews; the load they make."""

from __future__ import annotations

from django.urls import path

from quietude.portal.alarm_rules import edit_views, load_views, trial_views, views

app_name = "alarm_rules"
urlpatterns = [
    path("rules/", views.rules, name="list"),
    path("rules/new/", edit_views.new, name="new"),
    path("rules/import/", edit_views.importing, name="import"),
    path("rules/trials/<int:key>/", trial_views.trial, name="trial"),
    path("rules/trials/<int:key>/edit/", edit_views.again, name="back"),
    path("rules/trials/<int:key>/stop/", trial_views.stopping, name="stop"),
    path("rules/trials/<int:key>/propose/", trial_views.proposing, name="propose"),
    path("rules/editions/<int:key>/decide/", views.deciding, name="decide"),
    path("rules/editions/<int:key>/try/", trial_views.trying_edition, name="try_edition"),
    path("rules/<slug:name>/", views.rule, name="rule"),
    path("rules/<slug:name>/edit/", edit_views.edit, name="edit"),
    path("rules/<slug:name>/export/", views.export, name="export"),
    path("rules/<slug:name>/return/", trial_views.returning, name="return"),
    path("load/", load_views.load, name="load"),
    path("load.csv", load_views.exported, name="load_csv"),
]
