"""How Django finds this part of the house."""

from django.apps import AppConfig


class FindingsConfig(AppConfig):
    """What supervision looks at, re-checks by sample, and asks an answer to."""

    name = "commongrid.rooms.findings"
    label = "findings"
    default_auto_field = "django.db.models.BigAutoField"
