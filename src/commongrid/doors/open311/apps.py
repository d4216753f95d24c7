"""How Django finds this part of the house."""

from django.apps import AppConfig


class Open311Config(AppConfig):
    """The Open311 GeoReport v2 door: programs of other makers."""

    name = "commongrid.doors.open311"
    label = "open311"
    default_auto_field = "django.db.models.BigAutoField"
