"""How Django finds this part of the house."""

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    """Complaints that route around whoever they are about."""

    name = "commongrid.rooms.complaints"
    label = "complaints"
    default_auto_field = "django.db.models.BigAutoField"
