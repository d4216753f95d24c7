"""Steps that only add something: they cannot be in the way of what somebody else did meanwhile."""

from __future__ import annotations

from commongrid.charter.compiler import Compiled
from commongrid.charter.effects import MOVING
from commongrid.charter.schema import Kind

STAYS = "="


def is_fact(kind: Kind, action: str, compiled: Compiled) -> bool:
    """Whether a step keeps the state and moves the matter to no other unit, wherever it is taken.

    An unknown step is none. Source: docs/explanation/field.md.
    """
    rows = [
        row for row in compiled.charter.transitions if row.flow is kind and row.action == action
    ]
    return bool(rows) and all(
        row.to_state in (STAYS, row.from_state)
        and not MOVING & {effect.partition(":")[0] for effect in row.effects}
        for row in rows
    )
