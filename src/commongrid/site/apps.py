"""How Django finds the site."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.db import connections
from django.db.models.signals import pre_migrate


class SiteConfig(AppConfig):
    """Settings, commands and /-/ pages."""

    name = "commongrid.site"
    label = "site_"

    def ready(self) -> None:
        """Tables are altered on connections that have no views which write to them."""
        # Once a migration: of the parts that have tables, ledger stands for all.
        pre_migrate.connect(_forget_joined, sender=apps.get_app_config("ledger"))


def _forget_joined(*, using: str, **_more: Any) -> None:
    from commongrid.ledger.joining import forget

    forget(connections[using])
