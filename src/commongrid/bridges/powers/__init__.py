"""Uses of power: what of a month's exact counts may be shown, decided once (ADR 0040)."""

from __future__ import annotations

from commongrid.bridges.powers.publishing import publish_due_months, tables_of

__all__ = ["publish_due_months", "tables_of"]
