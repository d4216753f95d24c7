"""A small town with the people of its desk; every matter is walked by real commands."""

from __future__ import annotations

import io
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.test import Client
from PIL import Image

from commongrid.charter import load_charter
from commongrid.charter.matter import PUBLIC, Actor
from commongrid.kernel.ids import new_id
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.people import face as people
from commongrid.rooms.people.models import Account
from commongrid.rooms.places import face as places
from tests.rooms.people.standing import make_staff
from tests.rooms.places.standing import (
    AT,
    GRID,
    GRID_PATH,
    NEXT_GRID,
    OTHER_TOWN,
    SETUP,
    TOWN_PATH,
    a_small_place,
)
from tests.support.rows import made_once

CHARTER = Path(__file__).parents[3] / "charters" / "keerqin-subdistrict"
OTHER_TOWN_PATH = TOWN_PATH.rsplit("/", 2)[0] + f"/{OTHER_TOWN}/"
NEXT_GRID_PATH = f"{TOWN_PATH}150502004002/{NEXT_GRID}/"
LEAD, OTHER_UNIT = "sanitation", "water_company"  # who leads for A01, and who does not
TYPE = "A01"
WORDS = "井盖旁边的垃圾桶满了"

PEOPLE: dict[str, tuple[str, str, str]] = {
    "desk": ("desk", TOWN_PATH, ""),
    "desk2": ("desk", TOWN_PATH, ""),
    "dispatcher": ("dispatcher", TOWN_PATH, ""),
    "centre": ("centre", TOWN_PATH, ""),
    "township": ("township", TOWN_PATH, ""),
    "checker": ("checker", TOWN_PATH, ""),
    "supervisor": ("supervisor", TOWN_PATH, ""),
    "handler": ("handler", TOWN_PATH, LEAD),
    "head": ("head", TOWN_PATH, LEAD),
    "other_handler": ("handler", TOWN_PATH, OTHER_UNIT),
    "grid_worker": ("grid_worker", GRID_PATH, ""),
    "next_worker": ("grid_worker", NEXT_GRID_PATH, ""),
    "other_desk": ("desk", OTHER_TOWN_PATH, ""),
    "other_unit_place": ("handler", OTHER_TOWN_PATH, LEAD),
}

WALK: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("desk", "accept", {}),
    ("dispatcher", "offer", {"unit": LEAD, "reason": "dispatch catalogue"}),
    ("handler", "take", {"contact_name": "duty room"}),
    ("handler", "claim_done", {"feedback": "cleared", "record": "two bins cleared"}),
    ("checker", "check_pass", {"record": "seen, agrees", "seen_on": "2026-03-10"}),
)
STATES = ("reported", "accepted", "dispatched", "handling", "claimed", "closed")


@cache
def charter() -> Any:
    return load_charter(CHARTER)


def _make_place() -> None:
    a_small_place()
    places.adopt_charter(
        actor=SETUP,
        at=AT - timedelta(days=10),
        command_id=new_id(),
        charter=charter(),
        reason="test",
    )


class Town:
    """The place, its staff by name, and short ways to raise and walk matters."""

    def __init__(self) -> None:
        made_once("the desk's town", _make_place)
        self.staff: dict[str, people.AccountCard] = {}

    def account(self, name: str) -> people.AccountCard:
        if name not in self.staff:
            role, path, unit = PEOPLE[name]
            self.staff[name] = make_staff(name, role, path, unit, display_name_en=f"Demo {name}")
        return self.staff[name]

    def actor(self, name: str, at: Any = AT) -> Actor:
        return people.staff_actor(self.account(name).id, at)

    def client(self, name: str, language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        client.force_login(Account.objects.get(pk=self.account(name).id))
        return client

    def raise_one(self, text: str = WORDS, *, at: Any = AT, **more: Any) -> UUID:
        """A matter; what is shared is read and shown at once, but with ``is_read=False``."""
        contact = more.pop("contact", None)
        is_read = more.pop("is_read", True)
        photos = more.pop("photos", ())
        given = {"type_code": TYPE, "grid_code": GRID, "text": text, **more}
        raised = matters.raise_matter(
            actor=PUBLIC,
            at=at,
            command_id=new_id(),
            draft=matters.Draft(**given),
            contact=contact,
            photos=photos,
        ).id
        if is_read and Matter.objects.filter(pk=raised, reading="waits").exists():
            self.act(raised, "desk", "publish_words", at)
        return raised

    def act(self, matter_id: UUID, who: str, action: str, at: Any = AT, **fields: Any) -> Any:
        photos = (matters.Photo(content=picture()),) if fields.pop("photo", False) else ()
        return matters.take_action(
            actor=self.actor(who),
            at=at,
            command_id=new_id(),
            matter_id=matter_id,
            action=action,
            fields=fields,
            photos=photos,
        )

    def may(self, who: str, matter_id: UUID, action: str, at: Any = AT) -> bool:
        """What the rules say, asked past every page."""
        verdict = matters.explain_action(
            actor=self.actor(who), at=at, matter_id=matter_id, action=action
        )
        return verdict is not None and verdict.allowed

    def walked_to(self, state: str, **more: Any) -> UUID:
        """A matter at a state of the plain way from raised to closed."""
        matter_id = self.raise_one(**more)
        for who, action, fields in WALK[: STATES.index(state)]:
            self.act(matter_id, who, action, photo=action == "claim_done", **fields)
        return matter_id

    def page(self, matter_id: UUID, who: str = "desk") -> matters.MatterPage:
        found = matters.get_matter(actor=self.actor(who), at=AT, matter_id=matter_id)
        assert found is not None
        return found


def picture(colour: tuple[int, int, int] = (200, 180, 120)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "JPEG")
    return out.getvalue()
