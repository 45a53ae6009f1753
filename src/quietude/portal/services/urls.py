"""Addresses of services and memberships."""

from __future__ import annotations

from django.urls import path

from quietude.portal.services import memberships, views

app_name = "services"
urlpatterns = [
    path("services/", views.services, name="list"),
    path("services/new/", views.service, name="new"),
    path("services/<slug:code>/", views.service, name="service"),
    path("services/<slug:code>/close/", views.close, name="close"),
    path("services/<slug:code>/reopen/", views.reopen, name="reopen"),
    path("users/<str:username>/services/", memberships.of_person, name="of_person"),
    path("users/<str:username>/services/<int:key>/", memberships.change, name="membership"),
]
