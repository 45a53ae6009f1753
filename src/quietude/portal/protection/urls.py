"""Addresses of data protection."""

from __future__ import annotations

from django.urls import path

from quietude.portal.protection.views import breaches, durations, home, persons, register

app_name = "protection"
urlpatterns = [
    path("", home.home, name="home"),
    path("register/", register.register, name="register"),
    path("register.<str:form>", register.register_file, name="register_file"),
    path("register/notices/<str:name>.md", register.notice, name="notice"),
    path("register/assessment.json", register.assessment, name="assessment"),
    path("register/census/", register.census, name="census"),
    path("durations/", durations.durations, name="durations"),
    path("durations/run/", durations.dispose, name="dispose"),
    path("durations/runs/<int:run_id>/", durations.disposal, name="disposal"),
    path("durations/holds/", durations.hold, name="hold"),
    path("durations/holds/<int:hold_id>/release/", durations.release, name="release"),
    path("requests/", persons.requests, name="requests"),
    path("requests/lift/", persons.lift, name="lift"),
    path("requests/<int:request_id>/", persons.one_request, name="request"),
    path("requests/<int:request_id>/proof/", persons.proof, name="proof"),
    path("requests/<int:request_id>/close/", persons.close, name="close_request"),
    path("breaches/", breaches.breaches, name="breaches"),
    path("breaches/new/", breaches.new_breach, name="new_breach"),
    path("breaches/<int:breach_id>/", breaches.breach, name="breach"),
    path("breaches/<int:breach_id>/steps/<str:name>/", breaches.step, name="breach_step"),
    path("breaches/<int:breach_id>/notification/<str:name>/", breaches.notification, name="notification"),
]
