"""Whether a command sent again says what it said the first time.

A door for programs asks this of a replay: a program that uses a number twice for two things would
else believe the second one done. The pages do not ask; a form sent twice is one form.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from commongrid.ledger.face import ActCard, find_act, list_acts
from commongrid.rooms.matters.commanded import Contact, Draft, Photo
from commongrid.rooms.matters.commands.merging import name_of_matter
from commongrid.rooms.matters.commands.photos import path_of
from commongrid.rooms.matters.commands.receipts import act_id_for, receipt_for
from commongrid.rooms.matters.commands.writing import words_of
from commongrid.rooms.matters.domain.images import UnreadablePicture, clean
from commongrid.rooms.matters.domain.vault import BrokenSeal, unseal
from commongrid.rooms.matters.keys import contact_keys
from commongrid.rooms.matters.models import ContactRow, Follower, Matter, PhotoRow

CONTACT_ACTS = ("change_contact", "erase_contact")


def is_same_draft(
    *, command_id: UUID, draft: Draft, contact: Contact | None = None, photos: Sequence[Photo] = ()
) -> bool:
    """Whether the matter raised by this command was raised with this draft, contact and pictures.

    Compared is what is still there as it came: what was erased, changed, painted over or sealed
    since is not. Nothing of it is kept a second time to be compared with.

    Cost: 5 statements, and the pictures made clean once more. Raises: LookupError when the command
    was not done.
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
    if not (is_same and said == given and is_there):
        return False
    kept = ContactRow.objects.filter(matter=row).first()
    sealed = bytes(kept.sealed) if kept else None
    return _is_same_contact(act, row.pk, sealed, contact) and _are_same_photos(act, row, photos)


def is_same_follow(*, command_id: UUID, contact: Contact | None = None) -> bool:
    """Whether the matter was followed by this command with this contact.

    Cost: 4 statements. Raises: LookupError when the command was not done.
    """
    act = find_act(act_id_for(command_id))
    if act is None:
        raise LookupError(str(command_id))
    row = Follower.objects.filter(receipt=receipt_for(command_id)[1]).first()
    if row is None:  # erased, or it follows no longer
        return True
    sealed = bytes(row.sealed) if row.sealed is not None else None
    return _is_same_contact(act, row.origin_id or row.matter_id, sealed, contact)


def is_same_step(
    *, command_id: UUID, fields: Mapping[str, Any], photos: Sequence[Photo] = ()
) -> bool:
    """Whether the step taken by this command was taken with these fields and pictures.

    Cost: 3 statements, 4 for a merge, and the pictures made clean once more. Raises: LookupError
    when the command was not done.
    """
    act = find_act(command_id)
    if act is None:
        raise LookupError(str(command_id))
    row = Matter.objects.get(pk=act.subject.removeprefix("matter:"))
    if row.is_sealed or row.words_erased_at is not None:
        return True
    given = {name: value for name, value in fields.items() if name != "photos"}
    if photos:
        given["photos"] = len(photos)
    if given.get("leading"):
        named = Matter.objects.filter(**name_of_matter(str(given["leading"]))).first()
        given["leading"] = str(named.pk) if named else ""
    return bool(_read(words_of(given)) == _read(act.words)) and _are_same_photos(act, row, photos)


def _is_same_contact(
    act: ActCard, sealed_for: UUID, sealed: bytes | None, given: Contact | None
) -> bool:
    """What was changed or erased since cannot be told from what was never given: not held."""
    told = None if given is None or given.is_empty else given
    if sealed is not None:
        try:
            kept = unseal(sealed, matter_id=str(sealed_for), keys=contact_keys())
        except BrokenSeal:
            return True
        if kept == told:
            return True
    elif told is None:
        return True
    return any(later.action in CONTACT_ACTS for later in list_acts(act.subject))


def _are_same_photos(act: ActCard, row: Matter, photos: Sequence[Photo]) -> bool:
    """Pictures are kept cleaned: what was sent is cleaned again and must give the same bytes."""
    kept = list(PhotoRow.objects.filter(matter=row, added_at=act.at).order_by("pk"))
    if len(kept) != len(photos):
        return False
    if any(one.is_redacted for one in kept):
        return True
    try:
        before = sorted(path_of(one.file).read_bytes() for one in kept)
    except OSError:  # the files are gone, or on a disk that is away
        return True
    try:
        return before == sorted(clean(photo.content).content for photo in photos)
    except UnreadablePicture:
        return False


def _read(words: str) -> Any:
    return json.loads(words or "{}")
