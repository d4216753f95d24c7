"""Addresses of this door."""

from django.urls import URLPattern, URLResolver

app_name = "outside"
urlpatterns: list[URLPattern | URLResolver] = []
