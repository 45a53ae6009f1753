"""Addresses of the journal."""

from __future__ import annotations

from django.urls import path

from quietude.portal.auditing import proof_views, views

app_name = "journal"
urlpatterns = [
    path("", views.lines, name="lines"),
    path("unusual/", views.unusual, name="unusual"),
    path("mine/", views.mine, name="mine"),
    path("proof/", proof_views.proof, name="proof"),
    path("proof/copy/", proof_views.export, name="copy"),
    path("proof/verify.py", proof_views.verifier, name="verifier"),
]
