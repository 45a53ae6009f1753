"""Addresses of what documents say."""

from __future__ import annotations

from django.urls import path

from quietude.portal.mentions import views

app_name = "mentions"
urlpatterns = [
    path("<int:pk>/says/", views.page, name="page"),
    path("<int:pk>/says/<slug:verb>/", views.act, name="act"),
]
