"""The vault room's face: what is declared of persons' data, and what became of it."""

from __future__ import annotations

from commongrid.rooms.vault.declared import Declared, declared

__all__ = ["Declared", "declared"]
