"""How Django finds this part of the house."""

from django.apps import AppConfig


class ComplaintsDoorConfig(AppConfig):
    """Complaints: filed without an account, handled by who is free of interest."""

    name = "commongrid.doors.complaints"
    label = "complaints_door"
    default_auto_field = "django.db.models.BigAutoField"
