"""How Django finds this part of the house."""

from django.apps import AppConfig


class OversightDoorConfig(AppConfig):
    """What supervision sees, finds and re-checks."""

    name = "commongrid.doors.oversight"
    label = "oversight_door"  # the room of published figures is called oversight already
    default_auto_field = "django.db.models.BigAutoField"
