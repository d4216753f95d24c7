"""Files of intentions: taken in in pieces, hung on their matter when both have come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.face import in_turn
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.fieldwork.face import Announced, Answered, PhoneCard
from commongrid.rooms.matters import face as matters
from commongrid.stories.syncing import words
from commongrid.stories.syncing.intentions import DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAnswer:
    """How far a file has come. Attached means that it hangs on its matter."""

    received: int
    is_whole: bool
    is_attached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of a file, for the intention that announced it."""

    number: UUID
    sha: str
    kind: str  # photo | voice
    total: int
    offset: int
    content: bytes


def put_piece(*, phone: PhoneCard, at: datetime, piece: Piece) -> FileAnswer:
    """Take in a piece; the last one hangs the file on its matter when its intention was done.

    Raises: fieldwork.GapError; Refused (``field.other_file``: start again; ``field.unreadable``:
    final, it can hang nowhere). Cost: 1 statement more than keeping it.
    """
    known, photo = _announced(phone, piece.number, piece.sha)
    if photo is not None and photo.state != "wanted":
        return _settled(photo)
    card = fieldwork.put_piece(
        account_id=phone.account_id,
        at=at,
        sha=piece.sha,
        kind=piece.kind,
        total=piece.total,
        offset=piece.offset,
        content=piece.content,
    )
    if card.is_whole and photo is not None and known is not None and known.verdict == DONE:
        known = attach_file(phone=phone, at=at, number=piece.number, sha=piece.sha)
        photo = _photo_in(known, piece.sha)
        if photo is not None and photo.state != "wanted":
            return _settled(photo)
    return FileAnswer(received=card.received, is_whole=card.is_whole, is_attached=False)


def find_file(*, phone: PhoneCard, number: UUID | None, sha: str) -> FileAnswer:
    """How far a file has come. Raises: Refused (``field.unreadable``). Cost: 2 statements."""
    if number is not None:
        photo = _announced(phone, number, sha)[1]
        if photo is not None and photo.state != "wanted":
            return _settled(photo)
    card = fieldwork.find_file(account_id=phone.account_id, sha=sha)
    if card is None:
        return FileAnswer(received=0, is_whole=False, is_attached=False)
    return FileAnswer(received=card.received, is_whole=card.is_whole, is_attached=False)


def attach_file(*, phone: PhoneCard, at: datetime, number: UUID, sha: str) -> Answered | None:
    """Hang a whole file on the matter of the intention that announced it, once.

    What the house cannot read or the matter takes no more is lost, and said so for ever.
    """
    row_id = fieldwork.row_id_for(number, account_id=phone.account_id)
    content = fieldwork.read_file(account_id=phone.account_id, sha=sha)
    with matters.files_kept_if_saved(), in_turn(), transaction.atomic():
        known = fieldwork.lock_answer(row_id)
        photo = _photo_in(known, sha)
        if known is None or photo is None or content is None:
            return known
        if photo.state != "wanted":  # another phone was faster
            fieldwork.drop_file(account_id=phone.account_id, sha=sha)
            return known
        command_id = fieldwork.command_id_for(number, account_id=phone.account_id)
        try:
            _hang(phone, at, uuid5(command_id, sha), known, photo, content)
            state = "attached"
        except Refused:
            state = "lost"
        photos = tuple(replace(p, state=state) if p.sha == sha else p for p in known.photos)
        fieldwork.keep_photos(row_id, photos)
        fieldwork.drop_file(account_id=phone.account_id, sha=sha)
    return replace(known, photos=photos)


def _hang(
    phone: PhoneCard,
    at: datetime,
    command_id: UUID,
    known: Answered,
    photo: Announced,
    content: bytes,
) -> None:
    """Hang a picture or a voice note on its matter. Raises: Refused."""
    assert known.matter_id is not None
    told: dict[str, Any] = {
        "actor": phone.actor,
        "at": at,
        "command_id": command_id,
        "matter_id": known.matter_id,
        "announced_by": known.act_id,
    }
    if photo.kind == "voice":
        matters.add_voice_note(content=content, stage=photo.stage, **told)
    else:
        matters.add_photos(photos=(matters.Photo(content=content, stage=photo.stage),), **told)


def _announced(
    phone: PhoneCard, number: UUID, sha: str
) -> tuple[Answered | None, Announced | None]:
    row_id = fieldwork.row_id_for(number, account_id=phone.account_id)
    known = fieldwork.find_answers([row_id]).get(row_id)
    return known, _photo_in(known, sha)


def _photo_in(known: Answered | None, sha: str) -> Announced | None:
    return next((p for p in known.photos if p.sha == sha), None) if known else None


def _settled(photo: Announced) -> FileAnswer:
    if photo.state == "lost":
        say: Text = words.UNWANTED
        raise Refused(Verdict.no("field.unreadable", say, photo.sha))
    return FileAnswer(received=photo.total, is_whole=True, is_attached=True)
