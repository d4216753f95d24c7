"""How Django finds this part of the house."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """What all doors share."""

    name = "commongrid.doors.common"
    label = "common"
    default_auto_field = "django.db.models.BigAutoField"
