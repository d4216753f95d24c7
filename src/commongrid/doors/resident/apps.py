"""How Django finds this part of the house."""

from django.apps import AppConfig


class ResidentConfig(AppConfig):
    """The door residents use."""

    name = "commongrid.doors.resident"
    label = "resident"
    default_auto_field = "django.db.models.BigAutoField"
