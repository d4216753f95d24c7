"""How Django finds this part of the house."""

from django.apps import AppConfig


class BoardConfig(AppConfig):
    """The public board of a place."""

    name = "commongrid.doors.board"
    label = "board"
    default_auto_field = "django.db.models.BigAutoField"
