"""Addresses of the follow door, mounted at /follow/."""

from django.urls import URLPattern, path, re_path

from commongrid.doors.follow.views import notices, public, webhooks

app_name = "follow"
urlpatterns: list[URLPattern] = [
    path("", public.index, name="index"),
    path("matter/<uuid:matter_id>/", public.matter, name="matter"),
    re_path(
        r"^place/(?P<code>[A-Za-z0-9_.-]{1,20})\.(?P<form>atom|rss)$",
        public.place_list,
        name="place_feed",
    ),
    re_path(
        r"^matter/(?P<matter_id>[0-9a-f-]{36})\.(?P<form>atom|rss)$",
        public.matter_list,
        name="matter_feed",
    ),
    path("ask/", public.ask, name="ask"),
    path("asked/", public.asked, name="asked"),
    path("confirm/<slug:token>/", public.confirm, name="confirm"),
    path("stop/<slug:token>/", public.stop, name="stop"),
    path("notices/", notices.notices, name="notices"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/<uuid:webhook_id>/test/", webhooks.test, name="webhook_test"),
    path("webhooks/<uuid:webhook_id>/remove/", webhooks.remove, name="webhook_remove"),
]
