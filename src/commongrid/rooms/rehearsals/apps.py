"""How Django finds this part of the house."""

from django.apps import AppConfig


class RehearsalsConfig(AppConfig):
    """Rehearsals that were asked for, what came of them, and proposed changes of a charter."""

    name = "commongrid.rooms.rehearsals"
    label = "rehearsals"
    default_auto_field = "django.db.models.BigAutoField"
