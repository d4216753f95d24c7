"""Addresses of the field door."""

from __future__ import annotations

from django.urls import path

from commongrid.doors.field.views import contact, files, pack, pairing, shell, sync

app_name = "field"
urlpatterns = [
    path("", shell.shell, name="shell"),
    path("worker.js", shell.worker, name="worker"),
    path("app.webmanifest", shell.manifest, name="manifest"),
    path("words/<str:language>.json", shell.words, name="words"),
    path("pair/", pairing.pair, name="pair"),
    path("pack/", pack.pack, name="pack"),
    path("contact/<uuid:matter_id>/", contact.contact, name="contact"),
    path("sync/", sync.sync, name="sync"),
    path("files/<slug:sha>/", files.file, name="file"),
]
