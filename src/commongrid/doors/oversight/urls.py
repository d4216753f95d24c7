"""Addresses of this door."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from commongrid.doors.oversight import views

app_name = "oversight"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.index, name="index"),
    path("lists/<slug:key>/", views.watch, name="watch"),
]
