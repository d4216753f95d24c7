"""A small place with a charter, and matters in it: all of it made by real commands.

Everything is invented but the division codes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model
from PIL import Image

from commongrid.charter import load_charter
from commongrid.charter.compiler import Compiled
from commongrid.charter.matter import CLOCK, PUBLIC, Actor, Hat
from commongrid.charter.schema import Charter
from commongrid.kernel.ids import new_id
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.places import face as places
from commongrid.stories.seeding import load_seed
from tests.rooms.places import standing
from tests.support.flows import CHARTERS
from tests.support.rows import made_once

AT = standing.AT
SETUP = standing.SETUP
TOWN = standing.TOWN_PATH
GRID, GRID_CODE = standing.GRID_PATH, standing.GRID
NEXT_CODE = standing.NEXT_GRID
NEXT_GRID = f"{TOWN}{standing.NEXT_COMMUNITY}/{NEXT_CODE}/"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CONTACT = matters.Contact(name="演示居民萨日娜", phone="0475-0001234", email="demo@example.org")
WORDS = "楼门口垃圾堆满了,已经有味道。"


def somebody(key: str, *hats: Hat, interests: frozenset[str] = frozenset()) -> Actor:
    return Actor(key=f"staff:{key}", hats=hats, interests=interests)


RESIDENT = PUBLIC
WORKER = somebody("1", Hat("grid_worker", GRID, "community"))
NEXT_WORKER = somebody("2", Hat("grid_worker", NEXT_GRID, "community"))
SUPERVISOR = somebody("3", Hat("supervisor", TOWN))
DESK = somebody("4", Hat("desk", TOWN))
SECOND_DESK = somebody("5", Hat("desk", TOWN))
DISPATCHER = somebody("6", Hat("dispatcher", TOWN))
CENTRE = somebody("7", Hat("centre", TOWN))
CHECKER = somebody("8", Hat("checker", TOWN))
HANDLER = somebody("9", Hat("handler", TOWN, "sanitation"))
OTHER_HANDLER = somebody("10", Hat("handler", TOWN, "housing_bureau"))
HEAD = somebody("11", Hat("head", TOWN, "sanitation"))
COMMUNITY = somebody("12", Hat("community", GRID, "community"))
STAFF = {
    "worker": WORKER, "next_worker": NEXT_WORKER, "supervisor": SUPERVISOR, "desk": DESK,
    "second_desk": SECOND_DESK, "dispatcher": DISPATCHER, "centre": CENTRE, "checker": CHECKER,
    "handler": HANDLER, "other_handler": OTHER_HANDLER, "head": HEAD, "community": COMMUNITY,
    "clock": CLOCK,
}  # fmt: skip


@cache
def town_charter() -> Charter:
    return load_charter(CHARTERS / "keerqin-subdistrict")


def a_place() -> None:
    """One community with a grid, the next one with a grid, and the charter in force."""
    made_once("a place", _make_place)


def _make_place() -> None:
    standing.a_small_place()
    places.adopt_charter(
        actor=SETUP, at=AT - 20 * DAY, command_id=new_id(), charter=town_charter(), reason="test"
    )


def a_seed(at: datetime) -> None:
    """The seed place with its staff, without matters."""
    given = {"password": "invented-demo-1", "with_matters": False}
    made_once(f"a seed at {at}", lambda: load_seed(at=at, **given))


def rules() -> Compiled:
    return places.charter_in_force(GRID, AT)[1]


def draft(type_code: str = "A01", text: str = WORDS, **more: Any) -> matters.Draft:
    given = {"grid_code": GRID_CODE, "address": "三号楼东门", **more}
    return matters.Draft(type_code=type_code, text=text, **given)


def raised(type_code: str = "A01", text: str = WORDS, **more: Any) -> matters.Raised:
    """A matter raised by the public; ``contact``, ``photos``, ``at`` and ``actor`` may be given.

    What is shared is read and shown at once, but with ``is_read=False``.
    """
    is_read = more.pop("is_read", True)
    given = {name: more.pop(name) for name in ("contact", "photos", "actor", "at") if name in more}
    raised = matters.raise_matter(
        **{"actor": PUBLIC, "at": AT, "command_id": new_id(), **given},
        draft=draft(type_code, text, **more),
    )
    waiting = Matter.objects.filter(pk=raised.id, reading="waits", in_charge="")
    if is_read and more.get("is_shareable") and waiting.exists():
        step(raised.id, "desk", "publish_words", given.get("at", AT))
    return raised


def step(
    matter_id: UUID, who: str | Actor, action: str, at: datetime = AT, **fields: Any
) -> matters.Done:
    """One step by one of the standing people, or by the reporter."""
    photos = fields.pop("pictures", ())
    actor = matters.reporter_of(matter_id) if who == "reporter" else who
    return matters.take_action(
        actor=STAFF[actor] if isinstance(actor, str) else actor,
        at=at,
        command_id=new_id(),
        matter_id=matter_id,
        action=action,
        fields=fields,
        photos=photos,
    )


ACCEPT = ("desk", "accept", {})
OFFER = ("dispatcher", "offer", {"unit": "sanitation", "reason": "主办单位"})
TAKE = ("handler", "take", {"contact_name": "值班室"})
CONFIRM = ("reporter", "confirm", {})
HANDLED = (ACCEPT, OFFER, TAKE)


def walked(*steps: tuple[str, str, Mapping[str, Any]], **more: Any) -> matters.Raised:
    """A matter raised and taken so far, ten minutes a step."""
    matter = raised(**more)
    at = more.get("at", AT)
    for who, action, fields in steps:
        at += timedelta(minutes=10)
        step(matter.id, who, action, at, **fields)
    return matter


def jpeg(
    colour: tuple[int, int, int] = (200, 120, 80), size: tuple[int, int] = (320, 200), **more: Any
) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", quality=92, **more)
    return out.getvalue()


def jpeg_with_place() -> bytes:
    """A picture as a phone makes it: with camera, time and the place it was taken at."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "DemoCamera", "Model-7"
    exif[0x0132] = "2026:03:10 08:00:00"
    gps = exif.get_ifd(0x8825)
    gps.update({1: "N", 2: (43.0, 37.0, 12.0), 3: "E", 4: (122.0, 15.0, 30.0)})
    exif[0x8825] = gps
    return jpeg(exif=exif, comment=b"home of the demo resident")


def photo(content: bytes = b"", stage: str = "report") -> matters.Photo:
    return matters.Photo(content=content or jpeg(), stage=stage)


CLEAN = photo(jpeg(size=(32, 20)), stage="after")
CLAIM = (
    "handler",
    "claim_done",
    {"feedback": "已清走。", "record": "清运一车。", "pictures": (CLEAN,)},
)
CLOSED = (*HANDLED, CLAIM, CONFIRM)


ROOMS = ("matters", "ledger", "places", "people", "fieldwork")


def dump() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the house, as the database has it."""
    found = {}
    with connection.cursor() as cursor:
        for model in _models():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            rows = (tuple(map(_plain, row)) for row in cursor.fetchall())
            found[model._meta.label] = sorted(rows, key=str)
    return found


def all_text() -> str:
    """Everything that can be read in the database without a key, in one string."""
    return "\n".join(
        repr(tuple(map(_plain, row)))  # as Python has it: text in JSON may be stored in escapes
        for model in _models()
        for row in model._default_manager.order_by("pk").values_list()
    )


def _models() -> Iterator[type[Model]]:
    return (model for room in ROOMS for model in apps.get_app_config(room).get_models())


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def each_of(items: Mapping[str, Callable[[], Any]]) -> list[Any]:
    """Parameters named by their keys."""
    return [pytest.param(make, id=name) for name, make in items.items()]
