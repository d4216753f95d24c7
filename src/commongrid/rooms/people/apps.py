"""How Django finds this part of the house."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Accounts, appointments, contacts."""

    name = "commongrid.rooms.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
