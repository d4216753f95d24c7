"""How Django finds this part of the house."""

from django.apps import AppConfig
from django.core.checks import register


class VaultConfig(AppConfig):
    """Personal data with a clock."""

    name = "commongrid.rooms.vault"
    label = "vault"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Refuse to start with a row that does not say what its personal data are for."""
        from commongrid.rooms.vault.declared import check_declared, refuse_undeclared

        register(check_declared)
        refuse_undeclared()
