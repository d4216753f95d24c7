"""Keeping up to date what is posted for a grid."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.face import find_act
from commongrid.rooms.places.commands.acting import Deed, record, require
from commongrid.rooms.places.domain.authority import may_set_grid_post
from commongrid.rooms.places.domain.words import Level
from commongrid.rooms.places.models import GridPost, Place
from commongrid.rooms.places.queries import PlaceNotFoundError

RULE = "place.set_grid_post"
_PHONE = re.compile(r"\+?[0-9][0-9 -]{2,24}[0-9]")


def set_grid_post(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    grid_code: str,
    worker_name: str,
    worker_phone: str,
    supervision_phone: str,
    where_posted: str = "",
    is_invented: bool = False,
    reason: str = "",
) -> None:
    """Post the worker's name and WORK telephone, and the telephone for supervision.

    The act names the grid and what kind of thing changed, never the person: the ledger is kept
    for ever and a grid worker moves on.

    Raises: Refused, PlaceNotFoundError.
    Source: domain rule G4.
    """
    with transaction.atomic():
        if find_act(command_id) is not None:
            return
        grid = Place.objects.select_for_update().filter(code=grid_code, level=Level.GRID).first()
        if grid is None:
            raise PlaceNotFoundError(grid_code)
        require(may_set_grid_post(actor, grid.path))
        _check(worker_name, worker_phone, supervision_phone)
        old = GridPost.objects.filter(place=grid).first()
        wanted = {
            "worker_name": worker_name,
            "worker_phone": worker_phone,
            "supervision_phone": supervision_phone,
            "where_posted": where_posted,
            "is_invented": is_invented,
        }
        changed = [name for name, value in wanted.items() if getattr(old, name, None) != value]
        if not changed:
            return
        GridPost.objects.update_or_create(place=grid, defaults={**wanted, "changed_at": at})
        record(
            Deed(actor=actor, at=at, command_id=command_id, path=grid.path),
            subject=f"place:{grid.code}",
            action="set_grid_post",
            rule_id=RULE,
            words=reason,
            before={"is_posted": old is not None},
            after={"is_posted": True, "changed": changed},
        )


def _check(worker_name: str, worker_phone: str, supervision_phone: str) -> None:
    if not worker_name.strip():
        say = Text("请填写网格员姓名。", "The grid worker's name is missing.")
        raise Refused(Verdict.no(RULE, say))
    for phone in (worker_phone, supervision_phone):
        if not _PHONE.fullmatch(phone):
            say = Text(
                "请填写工作电话和监督电话，只用数字、空格和短横线。",
                "Give a work telephone and a supervision telephone: digits, spaces and dashes.",
            )
            raise Refused(Verdict.no(RULE, say))
    if worker_phone == supervision_phone:
        say = Text(
            "监督电话不能是网格员本人的电话。",
            "The supervision telephone cannot be the grid worker's own.",
        )
        raise Refused(Verdict.no(RULE, say))
