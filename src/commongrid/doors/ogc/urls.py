"""Addresses of this door."""

from django.urls import URLPattern, URLResolver

app_name = "ogc"
urlpatterns: list[URLPattern | URLResolver] = []
