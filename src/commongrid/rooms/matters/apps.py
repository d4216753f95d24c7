"""How Django finds this part of the house."""

from django.apps import AppConfig


class MattersConfig(AppConfig):
    """Matters and their promises."""

    name = "commongrid.rooms.matters"
    label = "matters"
    default_auto_field = "django.db.models.BigAutoField"
