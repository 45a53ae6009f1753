"""Addresses of shifts."""

from __future__ import annotations

from django.urls import path

from quietude.portal.shifts import signing, told, views

app_name = "shifts"
urlpatterns = [
    path("", views.home, name="home"),
    path("open/", views.opening, name="open"),
    path("bulletin/", views.bulletin, name="bulletin"),
    path("instructions/", told.listed, name="instructions"),
    path("instructions/<int:key>/", told.page, name="instruction"),
    path("instructions/<int:key>/read/", told.acknowledging, name="acknowledge"),
    path("instructions/<int:key>/withdraw/", told.withdrawing, name="withdraw"),
    path("reports/", signing.listed, name="reports"),
    path("reports/<int:key>/", signing.page, name="report"),
    path("reports/<int:key>/replace/", signing.replacing, name="replace"),
    path("reports/<int:key>/file/<slug:form>/", signing.file, name="file"),
    path("<int:key>/", views.page, name="shift"),
    path("<int:key>/join/", views.joining, name="join"),
    path("<int:key>/close/", views.closing, name="close"),
    path("<int:key>/crews/<int:pk>/back/", views.bringing_back, name="back"),
    path("<int:key>/sign/<slug:name>/", signing.drafting, name="sign"),
]
