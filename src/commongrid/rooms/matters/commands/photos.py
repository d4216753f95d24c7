"""Pictures of a matter: cleaned when they come in, painted over when they show too much."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from commongrid.charter.matter import Actor
from commongrid.kernel.ids import new_id
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.face import ActCard, ActDraft, find_act, record_act
from commongrid.rooms.matters.commanded import Done, Photo
from commongrid.rooms.matters.commands.writing import (
    check_same,
    note_file,
    run_once,
    sealed_matter,
    unknown_matter,
)
from commongrid.rooms.matters.domain.images import (
    Box,
    CleanPicture,
    UnreadablePicture,
    clean,
    redact,
)
from commongrid.rooms.matters.domain.marks import mark_of
from commongrid.rooms.matters.models import Matter, PhotoRow
from commongrid.rooms.matters.queries.scope import readable
from commongrid.rooms.places import face as places
from commongrid.rooms.vault import face as vault

MOST_PHOTOS = 12
Ready = tuple[UUID, CleanPicture]
REDACT, RAISE = "redact_photo", "raise"
WHY_NOT = {
    "too_big": Text(
        zh="照片超过 12 MB,请换一张小一些的。",
        en="The picture is over 12 MB; choose a smaller one.",
    ),
    "not_a_picture": Text(
        zh="这个文件不是我们能读的照片(JPEG、PNG、WebP)。",
        en="This file is not a picture we can read (JPEG, PNG, WebP).",
    ),
    "too_many_pixels": Text(zh="照片尺寸太大。", en="The picture has too many pixels."),
    "too_many": Text(
        zh="一件事项最多 12 张照片。", en="A matter can have 12 pictures at the most."
    ),
}


def add_photos(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    matter_id: UUID,
    photos: Sequence[Photo],
    announced_by: UUID | None = None,
) -> Done:
    """Add pictures to a matter: the reporter to their own, staff to what they may read.

    ``announced_by`` is the act of the same actor on this matter that said they would follow, as a
    phone does: whoever took that step sends them later, also when the matter has moved on.

    Raises: Refused for an unknown matter, an unreadable picture or too many of them.
    """
    subject = f"matter:{matter_id}"

    def work() -> Done:
        said = announcement(announced_by, actor, subject)
        row = locked_for(actor, matter_id) if said is None else locked(matter_id)
        if row.is_sealed:
            raise sealed_matter()
        is_own = str(matter_id) in actor.owns or (said is not None and said.action == RAISE)
        row.photos += len(photos)
        marks = []
        for stage in dict.fromkeys(photo.stage for photo in photos):
            batch = ready_photos(row, [photo for photo in photos if photo.stage == stage])
            marks += store_photos(row, batch, stage=stage, by_reporter=is_own, at=at)
        row.version += 1
        row.changed_at = at
        row.save(update_fields=["photos", "version", "changed_at"])
        record_act(
            ActDraft(
                command_id=command_id, subject=subject, action="add_photos", actor=actor.key,
                rule_id="matter.add_photos", at=at, charter_key=row.charter_key,
                after={"state": row.state, "photos": row.photos, "files": marks},
            )
        )  # fmt: skip
        return Done.as_asked(row.pk, "add_photos", row.state, is_replay=False)

    return run_once(command_id, work, lambda act: _again(act, actor, matter_id, "add_photos"))


def redact_photo(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    photo_id: UUID,
    boxes: Sequence[Box],
) -> Done:
    """Paint over parts of a picture for good: the old file is deleted after the commit.

    Raises: Refused without the charter's power to, for an unknown picture, for a box that does
    not lie in it.
    """
    matter_id = PhotoRow.objects.filter(pk=photo_id).values_list("matter_id", flat=True).first()
    if matter_id is None:
        raise unknown_matter()

    def work() -> Done:
        row = locked_for(actor, matter_id)
        role = _redacting_role(actor, row)
        photo = row.pictures.get(pk=photo_id)
        before = path_of(photo.file).read_bytes()
        try:
            picture = redact(before, boxes)
        except ValueError as error:
            raise Refused(_bad_box()) from error
        old = photo.file
        photo.file, photo.is_redacted = keep_file(picture.content, ".jpg"), True
        photo.size = len(picture.content)
        photo.save(update_fields=["file", "is_redacted", "size"])
        record_act(
            ActDraft(
                command_id=command_id, subject=f"matter:{matter_id}", action="redact_photo",
                actor=actor.key, role=role, power=REDACT, rule_id="matter.redact_photo", at=at,
                charter_key=row.charter_key,
                after={
                    "state": row.state, "boxes": len(boxes),
                    "files": [mark_of(photo_id, picture.content)],
                    "replaces": [mark_of(photo_id, before)],
                },
            )
        )  # fmt: skip
        vault.note_erasure(subject=f"file:{old}", what=vault.PHOTO, counts={"files": 1}, at=at)
        transaction.on_commit(lambda: path_of(old).unlink(missing_ok=True))
        return Done.as_asked(row.pk, "redact_photo", row.state, is_replay=False)

    return run_once(command_id, work, lambda act: _again(act, actor, matter_id, "redact_photo"))


def ready_photos(row: Matter, photos: Sequence[Photo]) -> tuple[Ready, ...]:
    """Clean pictures, so that their act can name them; nothing is kept yet.

    The caller has counted them on the matter. Raises: Refused.
    """
    if row.photos > MOST_PHOTOS:
        raise Refused(_unreadable("too_many"))
    try:
        return tuple((new_id(), clean(photo.content)) for photo in photos)
    except UnreadablePicture as error:
        raise Refused(_unreadable(error.code)) from error


def marks_of(photos: Iterable[Ready]) -> list[str]:
    """What the act says of the pictures."""
    return [mark_of(photo_id, picture.content) for photo_id, picture in photos]


def store_photos(
    row: Matter, photos: Sequence[Ready], *, stage: str, by_reporter: bool, at: datetime
) -> list[str]:
    """Keep cleaned pictures; returns what their act has to say of them.

    Called inside ``run_once``, which takes the files away again when nothing is saved.
    """
    rows = [
        PhotoRow(
            id=photo_id, matter=row, stage=stage, by_reporter=by_reporter,
            file=keep_file(picture.content, ".jpg"), width=picture.width, height=picture.height,
            size=len(picture.content), added_at=at,
        )
        for photo_id, picture in photos
    ]  # fmt: skip
    PhotoRow.objects.bulk_create(rows)
    return marks_of(photos)


def path_of(name: str) -> Path:
    """Where a picture's file lies."""
    return Path(settings.MEDIA_ROOT) / name[:2] / name


def locked_for(actor: Actor, matter_id: UUID) -> Matter:
    """The matter, locked, if the actor may read it. Raises: Refused."""
    rows = Matter.objects.all() if str(matter_id) in actor.owns else readable(actor)
    row = rows.select_for_update().filter(pk=matter_id).first()
    if row is None:
        raise unknown_matter()
    return row


def locked(matter_id: UUID) -> Matter:
    """The matter, locked, whoever asks. Raises: Refused when there is none."""
    row = Matter.objects.select_for_update().filter(pk=matter_id).first()
    if row is None:
        raise unknown_matter()
    return row


def announcement(act_id: UUID | None, actor: Actor, subject: str) -> ActCard | None:
    """The act that announced pictures, if it is this actor's and about this matter."""
    act = find_act(act_id) if act_id is not None else None
    return act if act and (act.actor, act.subject) == (actor.key, subject) else None


def _redacting_role(actor: Actor, row: Matter) -> str:
    """The role by which the charter lets this actor cover pictures here. Raises: Refused."""
    compiled = places.get_charter(row.charter_key)
    powers = compiled.powers.get(REDACT, ())
    for hat in actor.hats:
        if row.path.startswith(hat.path) and hat.role in {power.role for power in powers}:
            return hat.role
    names = [compiled.role_name(power.role) for power in powers]
    say = Text(
        zh=f"遮盖照片由{'、'.join(name.zh for name in names)}办理。",
        en=f"Pictures are covered by: {', '.join(name.en for name in names)}.",
    )
    raise Refused(Verdict.no("matter.redact_photo/who", say))


def keep_file(content: bytes, ending: str) -> str:
    """Write a picture or a sound under a name of its own. Called inside ``run_once``."""
    name = f"{new_id().hex[::-1]}{ending}"  # reversed: the random end spreads the folders
    path = path_of(name)
    note_file(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return name


def _unreadable(code: str) -> Verdict:
    return Verdict.no(f"photo.{code}", WHY_NOT[code])


def _bad_box() -> Verdict:
    say = Text(zh="遮盖的方框不在照片里。", en="A box does not lie in the picture.")
    return Verdict.no("photo.box", say)


def _again(act: ActCard, actor: Actor, matter_id: UUID, action: str) -> Done:
    check_same(act, subject=f"matter:{matter_id}", action=action, actor=actor.key)
    row = Matter.objects.get(pk=matter_id)
    return Done.as_asked(matter_id, action, row.state, is_replay=True)
