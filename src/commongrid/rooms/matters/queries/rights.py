"""Who opened a person's contact data, and what they asked about their data: for the person."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from commongrid.charter.compiler import Compiled
from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.ledger.face import ActCard, list_acts
from commongrid.rooms.matters.commands.contacts import OPENED_FOR
from commongrid.rooms.matters.commands.rights import QUESTION, TYPE
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.places import face as places

BY_LINK, OUTSIDE_WORK = "outside_reveal", "outside_work"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One opening of contact data: the office that did it, when, what for and by which rule.

    Privacy: never the name of the member of staff; the act knows them, supervision reads it.
    """

    at: datetime
    role: Text
    body: Text
    purpose: str
    kind: Text  # of the charter's reasons; empty where none was said
    basis: Text
    act_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request about a person's data. ``about_id`` is the matter it grew out of."""

    id: UUID
    ref: str
    right: str
    state: Text
    is_over: bool
    received_at: datetime
    due_at: datetime | None
    about_id: UUID | None


def list_openings(*, actor: Actor, matter_id: UUID) -> tuple[Opening, ...] | None:
    """Every opening of the contact data of one's own matter, newest first; None when not theirs.

    Cost: 3 statements.
    """
    if str(matter_id) not in actor.owns:
        return None
    return openings_in(Matter.objects.get(pk=matter_id), list_acts(f"matter:{matter_id}"))


def openings_in(row: Matter, acts: Iterable[ActCard]) -> tuple[Opening, ...]:
    """The openings among the acts of a matter, newest first."""
    compiled = places.get_charter(row.charter_key)
    steps = {step.action for step in compiled.charter.transitions if "reveal" in step.effects}
    opened = [act for act in acts if act.action in steps | {"reveal"}]
    return tuple(_opening(act, compiled) for act in reversed(opened))


def list_asked(*, actor: Actor, matter_id: UUID) -> tuple[Asked, ...]:
    """What the holder of a receipt asked about their data, newest first. Cost: 1 statement."""
    if str(matter_id) not in actor.owns:
        return ()
    rows = Matter.objects.filter(parent_id=matter_id, type_code=TYPE)
    return tuple(_asked(row) for row in rows.order_by("-received_at"))


def find_asked(request_id: UUID) -> Asked | None:
    """One request, for whoever handles it; None when it is no request or about nothing."""
    row = Matter.objects.filter(pk=request_id, type_code=TYPE, parent__isnull=False).first()
    return _asked(row) if row else None


def _opening(act: ActCard, compiled: Compiled) -> Opening:
    words = json.loads(act.words) if act.words else {}
    unit = str(act.after.get("unit") or act.before.get("unit") or "")
    body = words.get("outside_body", "")
    powers = [p for p in compiled.powers.get(act.power, ()) if p.role == act.role]
    return Opening(
        at=act.at,
        role=compiled.role_name(act.role),
        body=Text.both(body) if body else (compiled.unit_name(unit) if unit else Text("", "")),
        purpose=str(words.get("purpose", "")),
        kind=reason_name(reason_of(act.action, words), compiled),
        basis=powers[0].basis if powers else Text("", ""),
        act_hash=act.hash,
    )


def reason_of(action: str, words: Mapping[str, Any]) -> str:
    """The kind of reason of an opening, of the charter's list; "" where none was chosen.

    An outside body opens for its work alone: nobody chooses there.
    """
    return OUTSIDE_WORK if action == BY_LINK else str(words.get(OPENED_FOR, ""))


def reason_name(key: str, compiled: Compiled) -> Text:
    """A kind of reason in words; empty without one, the key itself where the charter lost it."""
    spec = compiled.charter.fields.get(OPENED_FOR)
    names = dict(spec.choices) if spec else {}
    return names.get(key, Text.both(key))


def _asked(row: Matter) -> Asked:
    state = places.get_charter(row.charter_key).charter.states.get((row.kind, row.state))
    return Asked(
        id=row.pk,
        ref=row.ref,
        right=str(row.answers.get(QUESTION, "")),
        state=state.plain if state else Text.both(row.state),
        is_over=row.state_kind == "end",
        received_at=row.received_at,
        due_at=row.due_at,
        about_id=row.parent_id,
    )
