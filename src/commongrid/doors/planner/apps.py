"""How Django finds this part of the house."""

from django.apps import AppConfig


class PlannerConfig(AppConfig):
    """Rehearsals: asked by a form, read as a report."""

    name = "commongrid.doors.planner"
    label = "planner"
    default_auto_field = "django.db.models.BigAutoField"
