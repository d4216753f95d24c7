"""Addresses of this door."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from commongrid.doors.duties import views, views_staff

app_name = "duties"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.index, name="index"),
    path("at/<str:code>/", views.place, name="place"),
    path("staff/", views_staff.mine, name="mine"),
    path("staff/new/", views_staff.propose, name="propose"),
    path("staff/<str:ref>/", views_staff.show, name="show"),
    path("staff/<str:ref>/<slug:what>/", views_staff.do, name="do"),
    path("<str:ref>/", views.admission, name="admission"),
]
