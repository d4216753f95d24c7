"""How Django finds this part of the house."""

from django.apps import AppConfig


class LogDoorConfig(AppConfig):
    """Checkpoint, tiles, the offline checker and the witness."""

    name = "commongrid.doors.log"
    label = "log_door"
    default_auto_field = "django.db.models.BigAutoField"
