"""Voice notes of a matter: blanked when they come in, put into words by a person who listens."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from commongrid.charter.matter import Actor
from commongrid.kernel.ids import new_id
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.face import ActCard, ActDraft, record_act
from commongrid.rooms.matters.commanded import Done
from commongrid.rooms.matters.commands.photos import (
    RAISE,
    announcement,
    keep_file,
    locked,
    locked_for,
)
from commongrid.rooms.matters.commands.writing import (
    check_same,
    run_once,
    sealed_matter,
    unknown_matter,
)
from commongrid.rooms.matters.domain.marks import mark_of
from commongrid.rooms.matters.domain.sounds import UnreadableSound, clean
from commongrid.rooms.matters.models import Matter, SoundRow

ADD, WRITE = "add_voice_note", "write_down"
STAGES = ("report", "before", "after", "evidence")
MOST_SOUNDS = 6
MOST_WORDS = 2000
WHY_NOT = {
    "too_big": Text(
        zh="录音超过 1 MB，请录短一些。", en="The recording is over 1 MB; make a shorter one."
    ),
    "too_long": Text(
        zh="录音最长 60 秒，请分几段说。",
        en="A recording has 60 seconds at the most; say it in parts.",
    ),
    "not_a_sound": Text(
        zh="这个文件不是我们能保存的录音（WebM、Ogg 的 Opus，MP4 的 AAC）。",
        en="This file is not a recording we can keep (Opus in WebM or Ogg, AAC in MP4).",
    ),
    "too_many": Text(
        zh="一件事项最多 6 段录音。", en="A matter can have 6 voice notes at the most."
    ),
    "stage": Text(zh="没有这个阶段。", en="There is no such stage."),
    "who": Text(
        zh="录音内容由经办的工作人员听后填写。",
        en="What is said in it is written down by staff in charge who listened to it.",
    ),
    "words": Text(
        zh="请填写听到的内容，最多 2000 字。", en="Write what is said, 2,000 letters at most."
    ),
}


def add_voice_note(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    matter_id: UUID,
    content: bytes,
    stage: str = "report",
    announced_by: UUID | None = None,
) -> Done:
    """Add a recording to a matter: the reporter to their own, staff to what they may read.

    ``announced_by``: as with ``add_photos``.

    Raises: Refused for an unknown or sealed matter, one too many, or a file that is too big, too
    long, or cannot be cleaned.
    """

    def work() -> Done:
        said = announcement(announced_by, actor, f"matter:{matter_id}")
        row = locked_for(actor, matter_id) if said is None else locked(matter_id)
        if row.is_sealed:
            raise sealed_matter()
        is_own = str(matter_id) in actor.owns or (said is not None and said.action == RAISE)
        mark = _store(row, content, stage, by_reporter=is_own, at=at)
        row.sounds += 1
        row.version += 1
        row.changed_at = at
        row.save(update_fields=["sounds", "version", "changed_at"])
        _record(row, ADD, actor, at, command_id, {"sounds": row.sounds, "files": [mark]})
        return Done.as_asked(row.pk, ADD, row.state, is_replay=False)

    return run_once(command_id, work, lambda act: _again(act, actor, matter_id, ADD))


def write_down(*, actor: Actor, at: datetime, command_id: UUID, sound_id: UUID, words: str) -> Done:
    """Put into words what is said in a voice note, as a person heard it; again to correct it.

    The words stand beside the recording and are erased with it; the act does not repeat them.

    Raises: Refused for an unknown recording, for who is not staff in charge, for no words.
    """
    matter_id = SoundRow.objects.filter(pk=sound_id).values_list("matter_id", flat=True).first()
    if matter_id is None:
        raise unknown_matter()

    def work() -> Done:
        row = locked_for(actor, matter_id)
        if not actor.hats:
            raise _refused("who")
        text = words.strip()
        if not text or len(text) > MOST_WORDS:
            raise _refused("words")
        row.recordings.filter(pk=sound_id).update(words=text, words_by=actor.key, words_at=at)
        row.version += 1  # not changed_at: how long things are kept is counted from that
        row.save(update_fields=["version"])
        _record(row, WRITE, actor, at, command_id, {})
        return Done.as_asked(row.pk, WRITE, row.state, is_replay=False)

    return run_once(command_id, work, lambda act: _again(act, actor, matter_id, WRITE))


def _store(row: Matter, content: bytes, stage: str, *, by_reporter: bool, at: datetime) -> str:
    if row.sounds >= MOST_SOUNDS:
        raise _refused("too_many")
    if stage not in STAGES:
        raise _refused("stage")
    try:
        sound = clean(content)
    except UnreadableSound as error:
        raise _refused(error.code) from error
    sound_id = new_id()
    SoundRow.objects.create(
        id=sound_id, matter=row, stage=stage, by_reporter=by_reporter,
        file=keep_file(sound.content, sound.ending), seconds=round(sound.seconds, 1),
        size=len(sound.content), added_at=at,
    )  # fmt: skip
    return mark_of(sound_id, sound.content)


def _record(
    row: Matter, action: str, actor: Actor, at: datetime, command_id: UUID, after: dict[str, Any]
) -> None:
    record_act(
        ActDraft(
            command_id=command_id, subject=f"matter:{row.pk}", action=action, actor=actor.key,
            rule_id=f"matter.{action}", at=at, charter_key=row.charter_key,
            after={"state": row.state, **after},
        )
    )  # fmt: skip


def _refused(code: str) -> Refused:
    return Refused(Verdict.no(f"sound.{code}", WHY_NOT[code]))


def _again(act: ActCard, actor: Actor, matter_id: UUID, action: str) -> Done:
    check_same(act, subject=f"matter:{matter_id}", action=action, actor=actor.key)
    row = Matter.objects.get(pk=matter_id)
    return Done.as_asked(matter_id, action, row.state, is_replay=True)
