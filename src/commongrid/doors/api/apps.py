"""How Django finds this part of the house."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The door of programs: our own REST interface."""

    name = "commongrid.doors.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"
