"""How Django finds this part of the house."""

from django.apps import AppConfig


class PowersConfig(AppConfig):
    """Public pages of the power ledger and of what villages and communities publish."""

    name = "commongrid.doors.powers"
    label = "powers"
