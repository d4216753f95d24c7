"""How Django finds this part of the house."""

from django.apps import AppConfig


class DutiesDoorConfig(AppConfig):
    """The public list of tasks for grids, and the staff pages of the task-access gate."""

    name = "commongrid.doors.duties"
    label = "duties_door"
    default_auto_field = "django.db.models.BigAutoField"
