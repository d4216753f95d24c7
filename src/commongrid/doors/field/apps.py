"""How Django finds this part of the house."""

from django.apps import AppConfig


class FieldConfig(AppConfig):
    """The grid worker's door, on a phone that may have no signal."""

    name = "commongrid.doors.field"
    label = "field"
    default_auto_field = "django.db.models.BigAutoField"
