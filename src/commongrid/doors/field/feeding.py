"""What changed for one phone since its last answer: the feed.

``have`` says what the last answer gave, as the house wrote it: the phone only gives it back. So
the house keeps no note of what a phone holds, or of when it asked. ``cursor`` says for whom and by
which rules the cards were made; when that is another, or another day, everything comes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from commongrid.doors.field.plain import moment, said
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.matters import face as matters
from commongrid.rooms.places import face as places

FORM = 1  # another one makes every phone ask for everything
ID_BYTES, MARK_BYTES = 16, 3
NOTHING: Mapping[str, Any] = {
    "cursor": "", "have": "", "is_whole": True, "matters": [], "gone": [],
}  # fmt: skip


def feed_for(phone: fieldwork.PhoneCard, *, cursor: str, have: str, at: datetime) -> dict[str, Any]:
    """The feed of a phone, ready for JSON. One whose post is over is given nothing.

    Cost: that of ``list_field_matters``, and one statement.
    """
    if phone.state != "in_service":
        return dict(NOTHING)
    with places.one_look():
        basis = _basis(phone, at)
        held = _read(have) if cursor == basis else None
        feed = matters.list_field_matters(
            actor=phone.actor, at=at, paths=phone.paths, held=held or {}
        )
    return {
        "cursor": basis,
        "have": _written(feed.marks),
        "is_whole": held is None,
        "matters": [_card(matter) for matter in feed.matters],
        "gone": [str(pk) for pk in feed.gone],
    }


def _basis(phone: fieldwork.PhoneCard, at: datetime) -> str:
    """For whom and by which rules cards are made. A new day makes them anew: steps may open with
    time alone.
    """
    rules = sorted(_rules(path, at) for path in phone.paths)
    hats = sorted((hat.role, hat.path, hat.unit) for hat in phone.actor.hats)
    interests = sorted(phone.actor.interests)
    day = timezone.localtime(at).date()
    facts = repr((FORM, day, sorted(phone.paths), rules, hats, interests))
    return hashlib.sha256(facts.encode()).hexdigest()[:16]


def _rules(path: str, at: datetime) -> str:
    try:
        return places.charter_in_force(path, at)[0]
    except places.NoCharterError:
        return ""


def _written(marks: Mapping[UUID, bytes]) -> str:
    lines = b"".join(pk.bytes + mark for pk, mark in marks.items())
    return base64.urlsafe_b64encode(lines).rstrip(b"=").decode("ascii")


def _read(have: str) -> dict[UUID, bytes] | None:
    """What the last answer gave; None for what no answer ever said. Empty is what it says."""
    try:
        lines = base64.b64decode(have + "=" * (-len(have) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    size = ID_BYTES + MARK_BYTES
    if len(lines) % size:
        return None
    parts = [lines[n : n + size] for n in range(0, len(lines), size)]
    return {UUID(bytes=part[:ID_BYTES]): part[ID_BYTES:] for part in parts}


def _card(row: matters.FieldMatter) -> dict[str, Any]:
    return {
        "id": str(row.id), "ref": row.ref, "kind": row.kind, "type": row.type_code,
        "state": row.state, "state_kind": row.state_kind, "urgency": row.urgency,
        "place": row.place_code, "text": row.text, "address": row.address,
        "lon": row.lon, "lat": row.lat, "received_at": moment(row.received_at),
        "due_at": moment(row.due_at), "due_name": said(row.due_name),
        "blue_at": moment(row.blue_at), "yellow_at": moment(row.yellow_at),
        "red_at": moment(row.red_at), "paused_for": row.paused_for,
        "unit": row.unit, "unit_name": said(row.unit_name), "offered_unit": row.offered_unit,
        "version": row.version, "photos": row.photos, "is_sealed": row.is_sealed,
        "has_contact": row.has_contact, "handed": row.is_handed,
        "last": [_step(step) for step in row.last],
        "can": [_choice(choice) for choice in row.can],
    }  # fmt: skip


def _step(step: matters.FieldStep) -> dict[str, Any]:
    return {
        "action": step.action,
        "label": said(step.label),
        "at": moment(step.at),
        "words": step.words,
    }


def _choice(choice: matters.FieldChoice) -> dict[str, Any]:
    fields = [
        {
            "name": field.name,
            "required": field.is_required,
            "options": [[key, said(name)] for key, name in field.options],
        }
        for field in choice.fields
    ]
    return {"action": choice.action, "is_fact": choice.is_fact, "fields": fields}
