"""Addresses of a report; they stand under the address of its rehearsal."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from commongrid.doors.planner import report_views as views

REPORT_URLS: list[URLPattern | URLResolver] = [
    path("<str:ref>/report/", views.report, name="report"),
    path("<str:ref>/report.pdf", views.report_pdf, name="report_pdf"),
    path("<str:ref>/report.json", views.report_json, name="report_json"),
    path("<str:ref>/<slug:name>.csv", views.report_file, name="report_file"),
    path("<str:ref>/replay/", views.replay_page, name="replay"),
]
