"""How Django finds this part of the house."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The door of the desk."""

    name = "commongrid.doors.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
