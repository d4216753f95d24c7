"""How Django finds this part of the house."""

from django.apps import AppConfig


class OgcConfig(AppConfig):
    """The map door: OGC API Features and exports."""

    name = "commongrid.doors.ogc"
    label = "ogc"
    default_auto_field = "django.db.models.BigAutoField"
