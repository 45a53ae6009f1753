"""Addresses of the central main courante."""

from __future__ import annotations

from django.urls import path

from quietude.portal.logbook import assisting, entries, extracting, follow_ups, radio, sync, views

app_name = "logbook"
urlpatterns = [
    path("", views.central, name="central"),
    path("counts/", views.counts, name="counts"),
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
    path("follow-ups/", follow_ups.page, name="follow_ups"),
    path("follow-ups/wishes/", follow_ups.wishing, name="wishes"),
    path("follow-ups/<int:key>/hand-over/", follow_ups.handing_over, name="hand_over"),
    path("follow-ups/<int:key>/take/", follow_ups.taking, name="take"),
    path("follow-ups/<int:key>/done/", follow_ups.finishing, name="done"),
    path("follow-ups/<int:key>/reopen/", follow_ups.reopening, name="reopen"),
    path("<slug:logbook>/<slug:label>/", entries.page, name="entry"),
    path("<slug:logbook>/<slug:label>/correct/", entries.correction, name="correct"),
    path("<slug:logbook>/<slug:label>/extract/", extracting.extract, name="extract"),
    path("<slug:logbook>/<slug:label>/strike/", entries.striking, name="strike"),
    path("<slug:logbook>/<slug:label>/follow-up/", entries.asking, name="follow_up"),
    path("<slug:logbook>/<slug:label>/state/", entries.settling, name="state"),
]
