"""Addresses of situations."""

from __future__ import annotations

from django.urls import path

from quietude.portal.situations import files, kind_views, partner_views, unit_views, verbs, views

app_name = "situations"
urlpatterns = [
    path("", views.situations, name="list"),
    path("part/", views.listed, name="listed"),
    path("new/", views.new, name="new"),
    path("start/", views.start, name="start"),
    path("merge/", views.merging, name="merge"),
    path("undo/<slug:act>/", verbs.undoing, name="undo"),
    path("figures/", files.figures, name="figures"),
    path("kinds/", kind_views.kinds, name="kinds"),
    path("kinds/<slug:name>/", kind_views.kind, name="kind"),
    path("kinds/<slug:name>/withdraw/", kind_views.withdrawing, name="kind_withdraw"),
    path("kinds/<slug:name>/file/<slug:form>/", kind_views.file, name="kind_file"),
    path("kinds/<slug:name>/import/", kind_views.importing, name="kind_import"),
    path("units/", unit_views.units, name="units"),
    path("units/<int:pk>/", unit_views.unit, name="unit"),
    path("units/<int:pk>/position/", unit_views.position, name="unit_position"),
    path("shared/", partner_views.shared, name="shared"),
    path("shared/<slug:secret>/", partner_views.invited, name="invited"),
    path("<slug:key>/", views.page, name="page"),
    path("<slug:key>/part/", views.part, name="part"),
    path("<slug:key>/file/<slug:form>/", files.file, name="file"),
    path("<slug:key>/act/<slug:verb>/", verbs.acting, name="act"),
]
