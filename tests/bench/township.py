"""A township for benches: the seed's places, charters and staff, and as many matters as wanted.

Some matters are raised and walked by real commands. For a large number their rows are cloned
with other ids, numbers, grids and times: lists and searches cannot tell, and a hundred thousand
commands would take too long. Cloned matters have no acts, so the ledger stays true.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from commongrid.charter.matter import PUBLIC, Actor
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.domain.words import indexed_words
from commongrid.rooms.matters.models import Matter, Promise, SearchWords
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places
from commongrid.stories.seeding import load_seed
from commongrid.stories.seeding.staff import TOWN

AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)  # 9:00 on a Tuesday in Tongliao
SAMPLES = 60
RARE = "井盖"
OPENINGS = ("楼门口", "小区西门", "学校门口", "菜市场旁", "公交站后面", "河边步道", "三号楼北侧")
TROUBLES = (
    "垃圾堆满了没人清", "路灯晚上不亮", "路面坑洼电动车容易摔", "施工噪音到半夜",
    "健身器材踏板断了", "装修垃圾占了车位", "树枝压到电线", "下水道返味",
)  # fmt: skip
TAILS = ("老人出行不方便。", "已经三天了。", "请尽快处理。", "孩子上学要绕路。", "")
WALK: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("town-desk", "accept", {}),
    ("town-dispatch", "offer", {"unit": "sanitation", "reason": "派单目录的主办单位。"}),
    ("town-sanitation", "take", {"contact_name": "值班室 0475-000-0000"}),
    (
        "town-sanitation",
        "answer",
        {"answer_text": "今天派人", "next_step": "现场处理", "next_on": "2026-03-12"},
    ),
    ("town-sanitation", "claim_done", {"feedback": "已清运。", "record": "已清运并冲洗。"}),
    ("reporter", "confirm", {}),
)
"""A matter of type A01 from its acceptance to its end."""


@dataclass(frozen=True, slots=True)
class Township:
    """Who acts and where."""

    staff: Mapping[str, Actor]
    grids: tuple[str, ...]
    points: Mapping[str, tuple[float, float]]

    def actor(self, name: str, matter_id: UUID) -> Actor:
        """The person of a step."""
        return matters.reporter_of(matter_id) if name == "reporter" else self.staff[name]


def open_township() -> Township:
    """Load places, charters and staff of the seed, but none of its matters."""
    load_seed(at=AT, password=secrets.token_urlsafe(16), with_matters=False)
    return find_township()


def find_township() -> Township:
    """The same where it is loaded already, though the charters beside it may have changed since."""
    from commongrid.rooms.people.models import Account

    names = sorted({"town-check", "town-centre", *(name for name, _, _ in WALK)} - {"reporter"})
    ids = dict(Account.objects.filter(username__in=names).values_list("username", "id"))
    grids = places.list_grids(places.get_place(TOWN).path, AT)
    return Township(
        staff={name: people.staff_actor(ids[name], AT) for name in names},
        grids=tuple(grid.code for grid in grids),
        points={grid.code: _middle(grid.path) for grid in grids},
    )


def _middle(path: str) -> tuple[float, float]:
    west, south, east, north = places.bounds_of(path, AT) or (0, 0, 0, 0)
    return (west + east) / 2, (south + north) / 2


def some_text(rng: random.Random) -> str:
    """A short sentence; about one in fifty names the rare word."""
    trouble = f"{RARE}松动有响声" if rng.random() < 0.02 else rng.choice(TROUBLES)
    return f"{rng.choice(OPENINGS)}{trouble},{rng.choice(TAILS)}"


def raise_one(
    town: Township, rng: random.Random, *, at: datetime = AT, command_id: UUID | None = None
) -> matters.Raised:
    """Raise a sanitation matter as a resident's page does."""
    grid = rng.choice(town.grids)
    lon, lat = town.points[grid]
    return matters.raise_matter(
        actor=PUBLIC,
        at=at,
        command_id=command_id or uuid4(),
        draft=matters.Draft(
            type_code="A01", text=some_text(rng), grid_code=grid, lon=lon, lat=lat,
            address="(虚构地址)",
        ),
        contact=matters.Contact(name="演示居民(虚构)", phone="000-0000-0000"),
    )  # fmt: skip


def take_step(
    town: Township, matter_id: UUID, position: int, *, at: datetime, command_id: UUID | None = None
) -> matters.Done:
    """Take one step of the walk."""
    name, action, fields = WALK[position]
    return matters.take_action(
        actor=town.actor(name, matter_id),
        at=at,
        command_id=command_id or uuid4(),
        matter_id=matter_id,
        action=action,
        fields=fields,
        photos=(matters.Photo(content=_picture(), stage="after"),)
        if action == "claim_done"
        else (),
    )


def _picture() -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (640, 480), (150, 160, 140)).save(out, "JPEG")
    return out.getvalue()


def walk_samples(town: Township, rng: random.Random) -> list[UUID]:
    """Matters at every length of the walk, raised and walked by real commands."""
    made = []
    for number in range(SAMPLES):
        raised = raise_one(town, rng, at=AT - timedelta(days=3))
        # Most matters of a full township have ended long ago.
        steps = number % (len(WALK) + 1) if number % 2 else len(WALK)
        for position in range(steps):
            take_step(town, raised.id, position, at=AT - timedelta(hours=60 - position))
        made.append(raised.id)
    return made


def grow_to(size: int, samples: Sequence[UUID], town: Township, rng: random.Random) -> None:
    """Clone rows until there are so many matters."""
    rows = list(Matter.objects.filter(pk__in=samples).order_by("pk"))
    owed: dict[UUID, list[Promise]] = {}
    for promise in Promise.objects.filter(matter__in=samples).order_by("id"):
        owed.setdefault(promise.matter_id, []).append(promise)
    paths = {card.code: card for card in places.list_grids(places.get_place(TOWN).path, AT)}
    missing = size - Matter.objects.count()
    while missing > 0:
        clones = [
            _clone(rng.choice(rows), owed, paths[rng.choice(town.grids)], town, rng)
            for _ in range(min(missing, 2000))
        ]
        Matter.objects.bulk_create([row for row, _ in clones])
        Promise.objects.bulk_create([promise for _, promises in clones for promise in promises])
        SearchWords.objects.bulk_create(
            [
                SearchWords(matter=row, words=indexed_words(row.ref.replace("-", " "), row.text))
                for row, _ in clones
            ]
        )
        missing -= len(clones)
    _tell_planner()


def _clone(
    sample: Matter,
    owed: Mapping[UUID, Sequence[Promise]],
    place: Any,
    town: Township,
    rng: random.Random,
) -> tuple[Matter, list[Promise]]:
    """Another matter like a sample, elsewhere and at another time of the past weeks."""
    row = copy(sample)
    row._state = copy(sample._state)
    row._state.adding = True
    row.pk = uuid4()
    row.ref = f"{rng.randrange(230101, 260310)}-{secrets.token_hex(4).upper()}"
    row.receipt = secrets.token_hex(32)
    row.place_id, row.path = place.id, place.path
    lon, lat = town.points[place.code]
    row.lon, row.lat = lon + rng.uniform(-0.004, 0.004), lat + rng.uniform(-0.004, 0.004)
    row.text = some_text(rng)
    shift = timedelta(minutes=rng.randrange(-3 * 1440, 2 * 1440))
    for name in ("received_at", "changed_at", "due_at", "blue_at", "yellow_at", "red_at"):
        value = getattr(sample, name)
        setattr(row, name, value + shift if value else None)
    return row, list(_owed(row, owed.get(sample.pk, ()), shift))


def _owed(row: Matter, promises: Sequence[Promise], shift: timedelta) -> Iterator[Promise]:
    for sample in promises:
        promise = copy(sample)
        promise._state = copy(sample._state)
        promise._state.adding = True
        promise.pk, promise.matter_id = None, row.pk
        promise.due_at = sample.due_at + shift if sample.due_at else None
        yield promise


def _tell_planner() -> None:
    """Bring the database's statistics up to date, as a running house does now and then."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
