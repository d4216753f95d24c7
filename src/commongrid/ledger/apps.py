"""How Django finds this part of the house."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Acts, outbox and log."""

    name = "commongrid.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
