"""How Django finds this part of the house."""

from django.apps import AppConfig


class PublicationsConfig(AppConfig):
    """How powers are used, month by month, and what villages and communities publish."""

    name = "commongrid.rooms.publications"
    label = "publications"
    default_auto_field = "django.db.models.BigAutoField"
