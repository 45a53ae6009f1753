"""Addresses of the list of accounts."""

from __future__ import annotations

from django.urls import path

from quietude.portal.people import views

urlpatterns = [
    path("users/", views.users, name="users"),
    path("people/table/", views.table, name="users_table"),
    path("people/accounts.csv", views.export, name="users_export"),
]
