"""Addresses that belong to no single door."""

from django.urls import path
from django.views.i18n import set_language

from commongrid.doors.common.gates import public

app_name = "common"
urlpatterns = [path("language/", public(set_language), name="set_language")]
