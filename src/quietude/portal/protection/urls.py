"""Addresses of data protection."""

from __future__ import annotations

from django.urls import path

from quietude.portal.protection.views import register

app_name = "protection"
urlpatterns = [
    path("register/", register.register, name="register"),
    path("register.<str:form>", register.register_file, name="register_file"),
    path("notices/<str:name>.md", register.notice, name="notice"),
    path("assessment.json", register.assessment, name="assessment"),
    path("census/", register.census, name="census"),
]
