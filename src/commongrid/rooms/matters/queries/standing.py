"""How a matter stands, for whoever is about to act on what they knew of it before."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from commongrid.charter.decide import choices
from commongrid.charter.facts import is_fact
from commongrid.charter.matter import Actor
from commongrid.charter.schema import Kind
from commongrid.rooms.matters.cards import Standing
from commongrid.rooms.matters.queries.forms import choice_card
from commongrid.rooms.matters.queries.pages import rules_of
from commongrid.rooms.matters.queries.scope import readable
from commongrid.rooms.matters.rows import state_of


def find_standing(
    *, actor: Actor, at: datetime, matter_id: UUID, action: str = ""
) -> Standing | None:
    """State, owner, place and version of a matter, and one step; None when it may not be read.

    Cost: 2 statements, and those of the charter when it is cold.
    """
    row = readable(actor).select_related("place").filter(pk=matter_id).first()
    if row is None:
        return None
    compiled = rules_of(row, at)
    state = state_of(row, row.promises.order_by("id"))
    kind = Kind(row.kind)
    found = (c for c in choices(state, actor, at, compiled) if c.action == action)
    choice = next(found, None) if action else None
    return Standing(
        id=row.pk,
        ref=row.ref,
        kind=kind,
        state=row.state,
        state_name=compiled.state(kind, row.state).name,
        unit=row.unit,
        unit_name=compiled.unit_name(row.unit),
        place_code=row.place.code,
        path=row.path,
        version=row.version,
        changed_at=row.changed_at,
        in_charge=row.in_charge,
        is_sealed=row.is_sealed,
        is_fact=is_fact(kind, action, compiled),
        choice=choice_card(choice, state, compiled) if choice else None,
    )
