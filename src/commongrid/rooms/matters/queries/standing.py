"""How a matter stands, for whoever is about to act on what they knew of it before."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from commongrid.charter.compiler import Compiled
from commongrid.charter.decide import choices
from commongrid.charter.facts import is_fact
from commongrid.charter.matter import Actor, MatterState
from commongrid.charter.schema import Kind
from commongrid.rooms.matters.cards import Standing
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.matters.queries.forms import choice_card
from commongrid.rooms.matters.queries.pages import rules_of
from commongrid.rooms.matters.queries.scope import is_readable
from commongrid.rooms.matters.rows import state_of


def find_standing(
    *, actor: Actor, at: datetime, matter_id: UUID, action: str = ""
) -> Standing | None:
    """State, owner, place and version of a matter, and one step; None when it may not be read.

    Cost: 2 statements, 1 more outside the reader's own area.
    """
    row = Matter.objects.filter(pk=matter_id).first()
    if row is None or not is_readable(row, actor):
        return None
    state = state_of(row, row.promises.order_by("id"))
    return standing_of(row, state, rules_of(row, at), actor=actor, at=at, action=action)


def standing_of(
    row: Matter, state: MatterState, compiled: Compiled, *, actor: Actor, at: datetime, action: str
) -> Standing:
    """The same of a matter in hand. Cost: nothing."""
    kind = Kind(row.kind)
    found = choices(state, actor, at, compiled, only=action) if action else ()
    return Standing(
        id=row.pk,
        ref=row.ref,
        kind=kind,
        state=row.state,
        state_name=compiled.state(kind, row.state).name,
        unit=row.unit,
        unit_name=compiled.unit_name(row.unit),
        place_code=code_in(row.path),
        path=row.path,
        version=row.version,
        changed_at=row.changed_at,
        in_charge=row.in_charge,
        is_sealed=row.is_sealed,
        is_fact=is_fact(kind, action, compiled),
        choice=choice_card(found[0], state, compiled) if found else None,
    )


def code_in(path: str) -> str:
    """The code at the end of a place's path; another code system stands before it.

    Example:
        >>> code_in("/15/1502/"), code_in("/15/ours:7/")
        ('1502', '7')
    """
    return path.rstrip("/").rpartition("/")[2].rpartition(":")[2]
