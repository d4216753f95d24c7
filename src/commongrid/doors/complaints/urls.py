"""Addresses of whoever complains, mounted at /complain/."""

from __future__ import annotations

from django.urls import URLPattern, path

from commongrid.doors.complaints.views import own

app_name = "complain"
urlpatterns: list[URLPattern] = [
    path("", own.start, name="start"),
    path("new/", own.new, name="new"),
    path("sent/", own.sent, name="sent"),
    path("open/", own.enter, name="enter"),
    path("my/", own.my, name="my"),
    path("my/say/", own.say, name="say"),
    path("my/verdict/", own.verdict, name="verdict"),
    path("my/erase/", own.erase, name="erase"),
    path("close/", own.close, name="close"),
]
