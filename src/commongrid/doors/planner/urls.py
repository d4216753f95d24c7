"""Addresses of this door."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from commongrid.doors.planner.report_urls import REPORT_URLS

app_name = "planner"
urlpatterns: list[URLPattern | URLResolver] = [*REPORT_URLS]
