"""A grid with its worker, somebody to take it over, and the office: all by real commands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from commongrid.charter.matter import Actor
from commongrid.kernel.ids import new_id
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.people import face as people
from commongrid.stories import handing_over
from tests.rooms.people.standing import make_staff
from tests.support import factories as f

UNIT = "community"
BASIS = "街道会议纪要 5 号(虚构)"
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Grid:
    """Who stands around a grid, by account."""

    office: people.AccountCard
    worker: people.AccountCard
    other: people.AccountCard
    next_worker: people.AccountCard
    resident: Actor

    def actor(self, name: str, at: Any = f.AT) -> Actor:
        return people.staff_actor(getattr(self, name).id, at)


def a_grid() -> Grid:
    f.a_place()
    return Grid(
        office=make_staff("office", "appointing", f.TOWN),
        worker=make_staff("worker", "grid_worker", f.GRID, UNIT),
        other=make_staff("other", "council", f.TOWN),
        next_worker=make_staff("next", "grid_worker", f.NEXT_GRID, UNIT),
        resident=f.RESIDENT,
    )


def post_of(account: people.AccountCard, path: str = f.GRID, at: Any = f.AT) -> int:
    holders = fieldwork.list_holders(path, at)
    return next(post.id for post in holders if post.account_id == account.id)


def proposed(grid: Grid, **more: Any) -> fieldwork.HandoverCard:
    at = more.pop("at", f.AT)
    given = {
        "actor": grid.actor("office", at),
        "at": at,
        "command_id": new_id(),
        "grid_code": f.GRID_CODE,
        "outgoing_post": more.pop("outgoing_post", None) or post_of(grid.worker, at=at),
        "incoming_id": grid.other.id,
        "kind": "for_good",
        "basis": BASIS,
    }
    return fieldwork.propose_handover(**{**given, **more})


def agree(grid: Grid, handover: UUID, name: str, at: Any = f.AT, **more: Any):
    return handing_over.confirm(
        actor=grid.actor(name, at), at=at, command_id=new_id(), handover_id=handover, **more
    )


def holders(at: Any, path: str = f.GRID) -> list[int]:
    return [post.account_id for post in fieldwork.list_holders(path, at)]
