"""Addresses of this door."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from commongrid.doors.oversight import views, views_findings, views_samples

app_name = "oversight"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.index, name="index"),
    path("lists/<slug:watch>/", views.listed, name="watch"),
    path("findings/", views_findings.listed, name="findings"),
    path("findings/new/", views_findings.new, name="finding_new"),
    path("findings/<str:finding>/", views_findings.shown, name="finding"),
    path("findings/<str:finding>/<slug:what>/", views_findings.do, name="finding_do"),
    path("samples/", views_samples.listed, name="samples"),
    path("samples/new/", views_samples.new, name="sample_new"),
    path("samples/<str:sample>/", views_samples.shown, name="sample"),
    path("samples/<str:sample>/draw/", views_samples.draw, name="sample_draw"),
    path("samples/<str:sample>/frame.csv", views_samples.frame, name="sample_frame"),
    path("samples/<str:sample>/<str:drawn>/", views_samples.recheck, name="recheck"),
]
