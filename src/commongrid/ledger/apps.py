"""How Django finds this part of the house."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import pre_migrate


class LedgerConfig(AppConfig):
    """Acts, outbox and log."""

    name = "commongrid.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tables are altered on connections that have no views which write to them."""
        pre_migrate.connect(_forget_joined, sender=self)


def _forget_joined(*, using: str, **_more: Any) -> None:
    from commongrid.ledger.joining import forget

    forget(connections[using])
