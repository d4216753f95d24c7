"""How Django finds this part of the house."""

from django.apps import AppConfig


class OversightConfig(AppConfig):
    """What the public sees of how promises are kept."""

    name = "commongrid.rooms.oversight"
    label = "oversight"
    default_auto_field = "django.db.models.BigAutoField"
