"""Addresses of those who handle complaints, mounted at /complaints/."""

from __future__ import annotations

from django.urls import URLPattern, path

from commongrid.doors.complaints.views import office

app_name = "complaints"
urlpatterns: list[URLPattern] = [
    path("", office.index, name="index"),
    path("key/", office.key, name="key"),
    path("<str:ref>/", office.complaint, name="complaint"),
    path("<str:ref>/<slug:what>/", office.do, name="do"),
]
