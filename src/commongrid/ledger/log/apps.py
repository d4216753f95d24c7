"""How Django finds the transparency log."""

from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured


class LogConfig(AppConfig):
    """Leaves, tiles, checkpoints and witnesses."""

    name = "commongrid.ledger.log"
    label = "tlog"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hold the settings to their shape: a witness that cannot be read is found at the start.

        Raises: ImproperlyConfigured.
        """
        from commongrid.ledger.log import keys

        try:
            keys.signers("name")
            keys.witness_signer()
            keys.witnesses()
            keys.witnessed_logs()
        except ValueError as error:
            message = f"COMMONGRID_TLOG_*, COMMONGRID_WITNESS*: {error}"
            raise ImproperlyConfigured(message) from error
