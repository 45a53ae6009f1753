"""Addresses of Explore."""

from __future__ import annotations

from django.urls import path

from quietude.portal.explore.views import cards, counts, export, page, saved, suggest
from quietude.portal.explore.views import map as drawing

app_name = "explore"
urlpatterns = [
    path("", page.page, name="page"),
    path("answer", page.answer, name="answer"),
    path("suggest", suggest.suggestions, name="suggest"),
    path("tiles/<int:z>/<int:x>/<int:y>.mvt", drawing.tile, name="tile"),
    path("hexes.json", drawing.hexes, name="hexes"),
    path("labels.json", drawing.street_names, name="labels"),
    path("zones/<slug:level>.json", drawing.zones, name="zones"),
    path("zones", drawing.zone_table, name="zone_table"),
    path("counts/", counts.page, name="counts"),
    path("counts.json", counts.data, name="counts_data"),
    path("cards/<str:event_id>", cards.card, name="card"),
    path("here", cards.here, name="here"),
    path("export.<slug:kind>", export.export, name="export"),
    path("views/", saved.views, name="views"),
    path("views/<int:key>/name", saved.rename, name="view_rename"),
    path("views/<int:key>/delete", saved.remove, name="view_delete"),
    path("views/<int:key>/restore", saved.restore, name="view_restore"),
]
