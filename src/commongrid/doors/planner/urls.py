"""Addresses of this door."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from commongrid.doors.planner import views, views_proposals
from commongrid.doors.planner.report_urls import REPORT_URLS

app_name = "planner"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("ask/", views.ask, name="ask"),
    path("reading/", views.reading, name="reading"),
    path("proposals/", views_proposals.proposals, name="proposals"),
    path("proposals/new/", views_proposals.propose, name="propose"),
    path("proposals/<str:ref>/", views_proposals.proposal, name="proposal"),
    path("proposals/<str:ref>/<slug:what>/", views_proposals.do, name="proposal_do"),
    path("<str:ref>/", views.rehearsal, name="rehearsal"),
    path("<str:ref>/progress/", views.progress, name="progress"),
    path("<str:ref>/cancel/", views.cancel, name="cancel"),
    *REPORT_URLS,
]
