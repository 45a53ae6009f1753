"""Addresses of the wizard of old logbooks."""

from __future__ import annotations

from django.urls import path

from quietude.portal.wizard.views import about, again, columns, ending, preview, trial, upload, values

app_name = "wizard"
urlpatterns = [
    path("", upload.start, name="start"),
    path("again/<str:name>/", again.again, name="again"),
    path("export/<str:name>.zip", ending.export, name="export"),
    path("<str:key>/upload/", upload.replace_file, name="replace"),
    path("<str:key>/discard/", upload.discard, name="discard"),
    path("<str:key>/file/", upload.reading, name="reading"),
    path("<str:key>/source/", about.about, name="about"),
    path("<str:key>/columns/", columns.columns, name="columns"),
    path("<str:key>/values/", values.values, name="values"),
    path("<str:key>/values.json", values.data, name="values_data"),
    path("<str:key>/preview/", preview.preview, name="preview"),
    path("<str:key>/trial/", trial.trial, name="trial"),
    path("<str:key>/import/", trial.start_import, name="import"),
    path("<str:key>/done/", ending.done, name="done"),
    path("<str:key>/undo/", ending.undo, name="undo"),
]
