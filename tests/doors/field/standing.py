"""A grid worker with a phone in service, for the pages of this door."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.test import Client

from commongrid.kernel.ids import new_id
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.people import face as people
from tests.rooms.people.standing import SETUP, appoint, make_account
from tests.support import factories as f

UNIT = "sanitation"


def a_worker(name: str = "field-worker", path: str = f.GRID, unit: str = UNIT) -> Any:
    card = make_account(name)
    appoint(card.id, "grid_worker", path, unit)
    return card


def a_phone(account_id: int, label: str = "demo phone") -> fieldwork.Paired:
    return fieldwork.pair_phone(
        actor=people.staff_actor(account_id, f.AT), at=f.AT, command_id=new_id(),
        account_id=account_id, label=label,
    )  # fmt: skip


def end_posts(account_id: int, at=f.AT) -> None:
    for post in people.list_own_appointments(account_id):
        people.end_appointment(
            actor=SETUP, at=at, command_id=new_id(), appointment_id=post.id, reason="ended"
        )


def by_phone(token: str, method: str, address: str, **more: Any) -> HttpResponse:
    """What a phone asks: with its token and nothing else."""
    headers = {
        "Authorization": f"Bearer {token}",
        "Accept-Language": "en",
        **more.pop("headers", {}),
    }
    return getattr(Client(), method)(address, headers=headers, **more)
