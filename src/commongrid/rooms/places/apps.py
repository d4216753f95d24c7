"""How Django finds this part of the house."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Divisions, grids, units."""

    name = "commongrid.rooms.places"
    label = "places"
    default_auto_field = "django.db.models.BigAutoField"
