"""Every address of the portal. Each view names the right it needs (`accounts.access.requires`)."""

from __future__ import annotations

from django.urls import include, path

from quietude.portal import accessibility, attestation, health
from quietude.portal.home import views as home
from quietude.portal.openapi import views as openapi
from quietude.portal.ui import views as ui

urlpatterns = [
    path("", home.situation, name="home"),
    path("", include("quietude.portal.offline.urls")),
    path("", include("quietude.portal.people.urls")),
    path("", include("quietude.portal.services.urls")),
    path("", include("quietude.portal.accounts.urls")),
    path("oidc/", include("quietude.portal.oidc.urls")),
    path("sources/new/", include("quietude.portal.wizard.urls")),
    path("sources/", include("quietude.portal.measures.urls")),
    path("sources/", include("quietude.portal.catalogue.urls")),
    path("explore/", include("quietude.portal.explore.urls")),
    path("search/", include("quietude.portal.search.urls")),
    path("search/saved/", include("quietude.portal.saved_searches.urls")),
    path("facts/", include("quietude.portal.facts.urls")),
    path("logbook/", include("quietude.portal.logbook.urls")),
    path("logbook/", include("quietude.portal.attachments.urls")),
    path("links/", include("quietude.portal.links.urls")),
    path("api/v1/", include("quietude.portal.flows.urls")),
    path("video/", include("quietude.portal.video_gate.urls")),
    path("alarms/", include("quietude.portal.alarm_rules.urls")),
    path("alarms/", include("quietude.portal.alarms.urls")),
    path("situations/", include("quietude.portal.situations.urls")),
    path("rosters/", include("quietude.portal.rosters.urls")),
    path("notifications/", include("quietude.portal.notifications.urls")),
    path("documents/sources/", include("quietude.portal.document_sources.urls")),
    path("documents/", include("quietude.portal.documents.urls")),
    path("documents/", include("quietude.portal.mentions.urls")),
    path("room/", include("quietude.portal.room.urls")),
    path("shifts/", include("quietude.portal.shifts.urls")),
    path("rights/", include("quietude.portal.rights.urls")),
    path("journal/", include("quietude.portal.auditing.urls")),
    path("rules/", include("quietude.portal.rules.urls")),
    path("accessibility/", accessibility.page, name="accessibility"),
    path("security/", attestation.page, name="attestation"),
    path("protection/", include("quietude.portal.protection.urls")),
    path("ui/", ui.components, name="components"),
    path("openapi.json", openapi.description, name="openapi"),
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
]

handler400 = "quietude.portal.errors.bad_request"
handler403 = "quietude.portal.errors.forbidden"
handler404 = "quietude.portal.errors.not_found"
handler500 = "quietude.portal.errors.failed"
