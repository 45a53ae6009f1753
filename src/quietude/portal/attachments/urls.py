"""Addresses of attachments, below those of their entry."""

from __future__ import annotations

from django.urls import path

from quietude.portal.attachments import views

app_name = "attachments"
urlpatterns = [
    path("<slug:logbook>/<slug:label>/attachments/add/", views.add, name="add"),
    path("<slug:logbook>/<slug:label>/attachments/<int:number>/", views.page, name="page"),
    path("<slug:logbook>/<slug:label>/attachments/<int:number>/file/", views.file, name="file"),
    path("<slug:logbook>/<slug:label>/attachments/<int:number>/strike/", views.striking, name="strike"),
    path("<slug:logbook>/<slug:label>/attachments/<int:number>/blur/", views.blurring, name="blur"),
]
