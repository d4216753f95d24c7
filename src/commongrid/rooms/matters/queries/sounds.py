"""Voice notes, for those who may hear them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from uuid import UUID

from django.db.models import Q

from commongrid.charter.matter import Actor
from commongrid.rooms.matters.cards import SoundCard
from commongrid.rooms.matters.commands.photos import path_of
from commongrid.rooms.matters.domain.sounds import MIMES
from commongrid.rooms.matters.models import Matter, SoundRow
from commongrid.rooms.matters.queries.scope import readable

IN_REPORT = Q(by_reporter=True) | Q(stage="report")  # a worker may have recorded it for them


def list_sounds(
    row: Matter, names: Mapping[str, str], *, for_reporter: bool
) -> tuple[SoundCard, ...]:
    """The voice notes on a matter's page. Cost: no statement for a matter without any."""
    if not row.sounds:
        return ()
    kept = row.recordings.filter(IN_REPORT) if for_reporter else row.recordings.all()
    return tuple(
        SoundCard(
            id=sound.pk,
            stage=sound.stage,
            by_reporter=sound.by_reporter,
            seconds=sound.seconds,
            words=sound.words,
            words_by=names.get(sound.words_by, ""),
            words_at=sound.words_at,
            added_at=sound.added_at,
        )
        for sound in kept
    )


def open_sound(*, actor: Actor, sound_id: UUID) -> tuple[bytes, str] | None:
    """A voice note's bytes: for staff in charge, and what was reported for who reported it."""
    sound = SoundRow.objects.filter(pk=sound_id).first()
    if sound is None:
        return None
    is_own = str(sound.matter_id) in actor.owns and (sound.by_reporter or sound.stage == "report")
    path = path_of(sound.file)
    if not (is_own or readable(actor).filter(pk=sound.matter_id).exists()) or not path.exists():
        return None
    return path.read_bytes(), MIMES[PurePath(sound.file).suffix]
