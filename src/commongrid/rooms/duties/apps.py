"""How Django finds this part of the house."""

from django.apps import AppConfig


class DutiesConfig(AppConfig):
    """What is asked of grids, on which basis, for how long, and what the grids said to it."""

    name = "commongrid.rooms.duties"
    label = "duties"
    default_auto_field = "django.db.models.BigAutoField"
