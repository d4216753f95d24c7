"""A file that a phone exported is handed in at the desk, and judged as if that phone had sent it.

Each intention is a command of its own, as in a sync: what the file names twice, or the phone sends
itself later, is done once. Nothing of the file is kept but what the intentions keep by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commongrid.charter.matter import Actor
from commongrid.kernel.verdict import Refused
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.people import face as people
from commongrid.stories import syncing

AT_ONCE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """What became of an export. ``names`` are the actions and types, in the order of answers.

    ``unread`` counts what had no number of its own; ``files`` came whole, ``lost`` did not.
    """

    holder: str
    label: str
    answers: tuple[syncing.Answer, ...]
    names: tuple[tuple[str, str], ...]
    unread: int
    files: int
    lost: int

    def count(self, *verdicts: str) -> int:
        """How many have one of these verdicts."""
        return sum(answer.verdict in verdicts for answer in self.answers)


def hand_in(
    *, actor: Actor, at: datetime, command_id: UUID, content: bytes, language: str = "zh-hans"
) -> HandedIn:
    """Open an export, note it in one act, and answer each of its intentions.

    Raises: Refused for a file that does not open, a phone that is out of service, or another desk.
    """
    export = fieldwork.open_export(content, key=fieldwork.office_key())
    phone = fieldwork.take_export(actor=actor, at=at, command_id=command_id, export=export)
    intentions, unread = _read(export, at)
    lost = sum(not _keep(file, phone, at) for file in export.files)
    answers: list[syncing.Answer] = []
    for start in range(0, len(intentions), AT_ONCE):
        answers += syncing.carry_out(
            phone=phone,
            at=at,
            phone_at=max(export.phone_at, at),
            intentions=intentions[start : start + AT_ONCE],
        )
    key = f"staff:{phone.account_id}"
    return HandedIn(
        holder=people.display_names({key}, language)[key],
        label=phone.label,
        answers=tuple(answers),
        names=tuple((intention.kind, intention.name) for intention in intentions),
        unread=unread,
        files=len(export.files) - lost,
        lost=lost,
    )


def _read(export: fieldwork.Export, at: datetime) -> tuple[list[syncing.Intention], int]:
    """The intentions, in the order in which they were made on the phone."""
    found, unread = [], 0
    for plain in export.commands:
        try:
            found.append(syncing.read_intention(plain, at=at))
        except syncing.NoNumberError:
            unread += 1
    return sorted(found, key=lambda intention: intention.seq), unread


def _keep(file: fieldwork.ExportedFile, phone: fieldwork.PhoneCard, at: datetime) -> bool:
    """Put a file where its intention will look for it. False when it is not what it says."""
    is_fit = 0 < len(file.content) <= syncing.MOST_BYTES and file.kind in ("photo", "voice")
    if not is_fit or not file.is_what_it_says:
        return False
    try:
        piece = syncing.Piece(
            number=UUID(file.command),
            sha=file.sha,
            kind=file.kind,
            total=len(file.content),
            offset=0,
            content=file.content,
        )
        syncing.put_piece(phone=phone, at=at, piece=piece)
    except (ValueError, fieldwork.GapError, Refused):
        return False
    return True
