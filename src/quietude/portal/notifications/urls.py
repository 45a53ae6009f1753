"""Addresses of messages."""

from __future__ import annotations

from django.urls import path

from quietude.portal.notifications import views

app_name = "notifications"
urlpatterns = [
    path("channels/", views.channels, name="channels"),
    path("channels/new/", views.channel, name="new_channel"),
    path("channels/<slug:code>/", views.channel, name="channel"),
    path("channels/<slug:code>/test/", views.tried, name="test_channel"),
    path("mine/", views.mine, name="mine"),
    path("mine/contacts/", views.contact_kept, name="keep_contact"),
    path("mine/contacts/<int:key>/remove/", views.contact_removed, name="remove_contact"),
    path("mine/quiet/", views.quiet_kept, name="quiet"),
    path("open/<str:link>/", views.opened, name="open"),
]
