"""Addresses of this door."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from commongrid.doors.oversight import views, views_findings, views_samples

app_name = "oversight"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.index, name="index"),
    path("lists/<slug:key>/", views.watch, name="watch"),
    path("findings/", views_findings.listed, name="findings"),
    path("findings/new/", views_findings.new, name="finding_new"),
    path("findings/<str:ref>/", views_findings.finding, name="finding"),
    path("findings/<str:ref>/<slug:what>/", views_findings.do, name="finding_do"),
    path("samples/", views_samples.listed, name="samples"),
    path("samples/new/", views_samples.new, name="sample_new"),
    path("samples/<str:ref>/", views_samples.sample, name="sample"),
    path("samples/<str:ref>/draw/", views_samples.draw, name="sample_draw"),
    path("samples/<str:ref>/frame.csv", views_samples.frame, name="sample_frame"),
    path("samples/<str:ref>/<str:matter>/", views_samples.recheck, name="recheck"),
]
