"""Addresses of the central main courante."""

from __future__ import annotations

from django.urls import path

from quietude.portal.logbook import assisting, entries, extracting, radio, sync, views

app_name = "logbook"
urlpatterns = [
    path("", views.central, name="central"),
    path("new/", views.new, name="new"),
    path("save/", assisting.save, name="save"),
    path("last/", assisting.last, name="last"),
    path("places/", assisting.places, name="places"),
    path("point/", assisting.point, name="point"),
    path("moment/", assisting.moment, name="moment"),
    path("categories/", assisting.categories, name="categories"),
    path("suggestions/", assisting.suggested, name="suggestions"),
    path("radio/", radio.page, name="radio"),
    path("radio/line/", radio.line, name="radio_line"),
    path("sync/", sync.sync, name="sync"),
    path("<slug:logbook>/<slug:label>/", entries.page, name="entry"),
    path("<slug:logbook>/<slug:label>/correct/", entries.correction, name="correct"),
    path("<slug:logbook>/<slug:label>/extract/", extracting.extract, name="extract"),
    path("<slug:logbook>/<slug:label>/strike/", entries.striking, name="strike"),
    path("<slug:logbook>/<slug:label>/follow-up/", entries.asking, name="follow_up"),
    path("<slug:logbook>/<slug:label>/state/", entries.settling, name="state"),
    path("<slug:logbook>/<slug:label>/follow-up/<int:key>/done/", entries.finishing, name="done"),
]
