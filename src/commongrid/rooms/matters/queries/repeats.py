"""Whether a command sent again says what it said the first time.

A door for programs asks this of a replay: a program that uses a number twice for two things would
else believe the second one done. The pages do not ask; a form sent twice is one form.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from commongrid.ledger.face import find_act
from commongrid.rooms.matters.cards import Draft
from commongrid.rooms.matters.commands.merging import name_of_matter
from commongrid.rooms.matters.commands.receipts import act_id_for
from commongrid.rooms.matters.commands.writing import words_of
from commongrid.rooms.matters.models import Matter


def is_same_draft(*, command_id: UUID, draft: Draft, photos: int = 0) -> bool:
    """Whether the matter raised by this command was raised with this draft.

    Compared is what is still there: what was erased or sealed, and contact data, is not.
    Cost: 2 statements. Raises: LookupError when the command was not done.
    """
    act = find_act(act_id_for(command_id))
    if act is None:
        raise LookupError(str(command_id))
    row = Matter.objects.get(pk=act.subject.removeprefix("matter:"))
    place = str(act.after["place"])
    is_same = bool(
        draft.type_code == act.after["type"]
        and draft.channel == act.after["channel"]
        and (draft.grid_code or place) == place
    )
    if row.is_sealed or row.words_erased_at is not None:
        return is_same
    said = (row.text, row.address, row.answers, row.is_shareable)
    given = (draft.text.strip(), draft.address.strip(), dict(draft.answers), draft.is_shareable)
    is_erased = row.lon is None and row.state_kind == "end"  # a point goes before the words go
    is_there = is_erased or (row.lon, row.lat) == (draft.lon, draft.lat)
    return is_same and said == given and is_there and photos <= row.photos


def is_same_step(*, command_id: UUID, fields: Mapping[str, Any], photos: int = 0) -> bool:
    """Whether the step taken by this command was taken with these fields.

    Cost: 2 statements, 3 for a merge. Raises: LookupError when the command was not done.
    """
    act = find_act(command_id)
    if act is None:
        raise LookupError(str(command_id))
    row = Matter.objects.get(pk=act.subject.removeprefix("matter:"))
    if row.is_sealed or row.words_erased_at is not None:
        return True
    given = {name: value for name, value in fields.items() if name != "photos"}
    if photos:
        given["photos"] = photos
    if given.get("leading"):
        named = Matter.objects.filter(**name_of_matter(str(given["leading"]))).first()
        given["leading"] = str(named.pk) if named else ""
    return bool(_read(words_of(given)) == _read(act.words))


def _read(words: str) -> Any:
    return json.loads(words or "{}")
