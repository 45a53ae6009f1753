"""Addresses of series of observations, under those of their source."""

from __future__ import annotations

from django.urls import path

from quietude.portal.measures import views

app_name = "measures"
urlpatterns = [
    path("<str:name>/series/", views.several, name="several"),
    path("<str:name>/series/<str:sensor>/<str:quantity>/", views.one, name="one"),
]
