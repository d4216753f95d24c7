"""Addresses of the log, mounted at /log/: the layout of C2SP tlog-tiles and a page beside it."""

from django.urls import URLPattern, path

from commongrid.doors.log import views

app_name = "log"
urlpatterns: list[URLPattern] = [
    path("", views.index, name="index"),
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("cosignature", views.cosignature, name="cosignature"),
    path("tile/<path:name>", views.tile, name="tile"),
    path("verify.html", views.checker, name="checker"),
]
