"""Addresses of the register of authorisations of video."""

from __future__ import annotations

from django.urls import path

from quietude.portal.video_gate import views

app_name = "video_gate"
urlpatterns = [
    path("", views.register, name="register"),
    path("public/", views.public, name="public"),
    path("new/", views.new, name="new"),
    path("register.csv", views.exported, name="csv"),
    path("<int:key>/withdraw/", views.withdrawing, name="withdraw"),
]
