"""Addresses of this house as a witness of others, mounted at /witness/ (C2SP tlog-witness)."""

from django.urls import URLPattern, path

from commongrid.doors.log import views

app_name = "witness"
urlpatterns: list[URLPattern] = [
    path("add-checkpoint", views.add_checkpoint, name="add_checkpoint"),
]
