"""How Django finds the transparency log."""

from django.apps import AppConfig


class LogConfig(AppConfig):
    """Leaves, tiles, checkpoints and witnesses."""

    name = "commongrid.ledger.log"
    label = "tlog"
    default_auto_field = "django.db.models.BigAutoField"
