"""How Django finds this part of the house."""

from django.apps import AppConfig


class FieldworkConfig(AppConfig):
    """What a grid worker's phone sent, what was answered, and who has which grid when."""

    name = "commongrid.rooms.fieldwork"
    label = "fieldwork"
    default_auto_field = "django.db.models.BigAutoField"
