"""How Django finds this part of the house."""

from django.apps import AppConfig


class OutsideConfig(AppConfig):
    """The one-matter door of a handler without an account."""

    name = "commongrid.doors.outside"
    label = "outside"
    default_auto_field = "django.db.models.BigAutoField"
