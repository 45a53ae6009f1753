"""Addresses of the work without network; web/src/lib/offline/addresses.ts names them too."""

from __future__ import annotations

from django.urls import path

from quietude.portal.offline import files, kept, pages

app_name = "offline"
urlpatterns = [
    path("worker.js", files.worker, name="worker"),
    path("manifest.webmanifest", files.manifest, name="manifest"),
    path("offline/key/", kept.key, name="key"),
    path("offline/kept/", kept.offered, name="kept"),
    path("offline/places/", kept.places, name="places"),
    path("offline/words/", kept.words, name="words"),
    path("offline/new/", pages.new, name="new"),
    path("offline/waiting/", pages.waiting_alone, name="waiting_alone"),
    path("offline/other/", pages.other, name="other"),
    path("logbook/waiting/", pages.waiting, name="waiting"),
]
