"""Addresses of documents."""

from __future__ import annotations

from django.urls import path

from quietude.portal.documents import act_views, list_views, reader_views

app_name = "documents"
urlpatterns = [
    path("", list_views.listed, name="list"),
    path("new/", list_views.new, name="new"),
    path("<int:pk>/", reader_views.page, name="page"),
    path("<int:pk>/replace/", list_views.replace, name="replace"),
    path("<int:pk>/act/<slug:verb>/", act_views.act, name="act"),
    path("<int:pk>/keep/<slug:verb>/", act_views.keep, name="keep"),
    path("<int:pk>/versions/<int:number>/file/", reader_views.original, name="original"),
    path("<int:pk>/versions/<int:number>/archive/", reader_views.archive, name="archive"),
    path("<int:pk>/versions/<int:number>/pages/<int:page>/", reader_views.image, name="image"),
    path("<int:pk>/versions/<int:number>/thumbnails/<int:page>/", reader_views.thumbnail, name="thumbnail"),
]
