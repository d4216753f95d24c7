"""A tiny house with phones: two grids, two grid workers, three phones, and an office that acts.

Made once by real commands; each history plays in a transaction of its own that is rolled back.
"""

from __future__ import annotations

import io
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from PIL import Image

from commongrid.doors.field.shapes import plain_answer
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger.models import Act
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.matters import face as matters
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places
from commongrid.stories.handing_in import hand_in
from tests.rooms.people import standing as staff
from tests.rooms.places import standing as ground
from tests.support import factories as f
from tests.support.field.line import Heard, TestLine
from tests.support.phone import Phone
from tests.unit.places.drawing import SIDE, SOUTH, WEST, cell

UNIT = "community"
BEFORE = (
    ("A01", f.GRID_CODE), ("B02", f.GRID_CODE), ("F02", f.GRID_CODE), ("A03", f.GRID_CODE),
    ("A01", f.NEXT_CODE), ("F02", f.NEXT_CODE),
)  # fmt: skip
"""Matters that were there before any history: types and grids."""
FURTHER = (f"{ground.COMMUNITY}002", f"{ground.COMMUNITY}003")
"""The grids that follow the first one when it is drawn anew."""


@dataclass(frozen=True, slots=True)
class House:
    """What stands before any history begins: accounts, their posts, and phones in service."""

    workers: tuple[int, int]
    posts: tuple[int, int]
    tokens: tuple[tuple[int, str, int], ...]  # phone, token, account
    synced: tuple[dict[str, Any], ...]  # what each phone has had before it lost its signal


def open_house() -> House:
    """The place with some matters, two grid workers, and three phones: two of the first worker, one
    of the second. All have their rules and their list.
    """
    f.a_place()
    for number, (code, grid) in enumerate(BEFORE):
        f.raised(code, f"{number} 号楼下", grid_code=grid, at=f.AT - 3 * f.HOUR)
    workers, posts = [], []
    for name, path in (("first-worker", f.GRID), ("second-worker", f.NEXT_GRID)):
        account = _account(name)
        post = staff.appoint(account, "grid_worker", path, UNIT, at=f.AT - 9 * f.DAY)
        workers.append(account)
        posts.append(post.id)
    tokens = []
    for account in (workers[0], workers[0], workers[1]):
        paired = fieldwork.pair_phone(
            actor=people.staff_actor(account, f.AT), at=f.AT - f.DAY, command_id=new_id(),
            account_id=account, label="demo phone",
        )  # fmt: skip
        tokens.append((paired.id, paired.token, account))
    synced = tuple(_first_sync(token) for _, token, _ in tokens)
    return House((workers[0], workers[1]), (posts[0], posts[1]), tuple(tokens), synced)


def _account(name: str) -> int:
    """An account whose number is nobody's of the office: they act without accounts, under small
    numbers that a database gives away too.
    """
    taken = {actor.key for actor in f.STAFF.values()}
    made = (staff.make_account(f"{name}-{number}").id for number in count())
    return next(account for account in made if f"staff:{account}" not in taken)


def _first_sync(token: str) -> dict[str, Any]:
    phone = Phone(token, TestLine(Heard()), lambda: f.AT)
    phone.fetch_pack()
    phone.sync()
    assert phone.cards
    return {name: getattr(phone, name) for name in ("pack", "pack_sha", "cursor", "have", "cards")}


@dataclass
class World:
    """The house during one history, and what the test remembers of it."""

    house: House
    rng: random.Random
    move_clock: Callable[[datetime], None]
    at: datetime = f.AT
    heard: Heard = field(default_factory=Heard)
    counts: Counter[str] = field(default_factory=Counter)
    phones: list[Phone] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)  # intention -> words only it has
    sizes: dict[str, list[tuple[int, int]]] = field(default_factory=dict)  # intention -> pictures
    bad: set[str] = field(default_factory=set)  # intentions with a picture nobody can read
    ended: set[int] = field(default_factory=set)  # accounts without a post
    redrawn: bool = False
    numbers: int = 0

    def __post_init__(self) -> None:
        told = zip(self.house.tokens, self.house.synced, strict=True)
        for number, ((_, token, _), synced) in enumerate(told):
            line = TestLine(self.heard, counts=self.counts)
            phone = Phone(token, line, lambda: self.at, name=f"phone {number}", **synced)
            phone.cards = dict(synced["cards"])
            phone.new_id = lambda: str(UUID(int=self.rng.getrandbits(128), version=4))
            self.phones.append(phone)

    def line(self, phone: Phone) -> TestLine:
        assert isinstance(phone.line, TestLine)
        return phone.line

    def account(self, phone: Phone) -> int:
        return self.house.tokens[self.phones.index(phone)][2]

    def pass_time(self, span: timedelta) -> None:
        self.at += span
        self.move_clock(self.at)

    def next_mark(self) -> str:
        """Words that stand in one intention only."""
        self.numbers += 1
        return f"[no {self.numbers}]"

    def picture(self) -> tuple[bytes, tuple[int, int]]:
        """A small invented picture whose size no other one has."""
        self.numbers += 1
        size = (16 + self.numbers % 50, 16 + self.numbers // 50)
        out = io.BytesIO()
        Image.new("RGB", size, (self.numbers % 250, 120, 80)).save(out, "JPEG", quality=60)
        return out.getvalue(), size

    # --- the office
    def matter_ids(self) -> list[UUID]:
        """All matters, in the order in which they were raised."""
        raised = Act.objects.filter(action="raise").order_by("id")
        found = raised.values_list("subject", flat=True)
        return [UUID(subject.removeprefix("matter:")) for subject in found]

    def office(self, which: int, what: int, *, late: bool = False) -> None:
        """Somebody of the office takes a step, if the rules let them.

        ``late``: the step began a minute ago and is committed only now.
        """
        ids = self.matter_ids()
        if not ids:
            return
        who, action, fields = OFFICE[what % len(OFFICE)]
        at = self.at - timedelta(seconds=75) if late else self.at
        try:
            f.step(ids[which % len(ids)], who, action, at, **fields)
        except Refused:
            self.counts["office: refused"] += 1
            return
        self.counts["office: late" if late else f"office: {action}"] += 1

    def hand_in(self, phone: Phone, *, twice: bool) -> None:
        """The desk hands in what a phone exported, perhaps once more."""
        content = phone.export()
        for _ in range(2 if twice else 1):
            try:
                told = hand_in(actor=f.DESK, at=self.at, command_id=new_id(), content=content)
            except Refused:  # no desk takes in what a phone out of service exported
                self.counts["hand-in refused"] += 1
                return
            self.counts["handed in"] += 1
            plain = [plain_answer(answer) for answer in told.answers]
            self.heard.note({"commands": list(phone.outbox.values())}, {"answers": plain})

    def redraw(self, count: int) -> None:
        """The first grid ends today; one or two others follow it on the same ground."""
        if self.redrawn:
            return
        self.redrawn = True
        self.counts["grid drawn anew"] += 1
        new = FURTHER[:count]
        day, at = self.at.date(), self.at
        rows = [ground.row(code, f"第{code[-1]}网格", valid_from=day) for code in new]
        ground.register(*rows, root=ground.COMMUNITY, at=at)
        places.redraw_places(
            actor=f.SETUP, at=at, command_id=new_id(), predecessor_codes=(f.GRID_CODE,),
            successor_codes=new, on=day, reason="test",
        )  # fmt: skip
        parts = _parts(count)
        ground.adopt(
            *((code, f"第{code[-1]}网格", part) for code, part in zip(new, parts, strict=True)),
            actor=f.SETUP, at=at,
        )  # fmt: skip

    def appoint_again(self) -> None:
        """The first worker is appointed to the first of the new grids; before, the second one to
        the grid of the first, as cover.
        """
        if not self.redrawn:
            self._cover()
            return
        if "new post" in self.counts:
            return
        self.counts["new post"] += 1
        path = places.get_place(FURTHER[0]).path
        staff.appoint(self.house.workers[0], "grid_worker", path, UNIT, at=self.at)

    def _cover(self) -> None:
        if "cover" not in self.counts:
            self.counts["cover"] += 1
            staff.appoint(self.house.workers[1], "grid_worker", f.GRID, UNIT, at=self.at)

    def end_post(self, which: int) -> None:
        """A worker's post in their grid ends now."""
        which %= 2
        account = self.house.workers[which]
        if account in self.ended:
            return
        self.ended.add(account)
        self.counts["post ended"] += 1
        people.end_appointment(
            actor=f.SETUP, at=self.at, command_id=new_id(),
            appointment_id=self.house.posts[which], reason="test",
        )  # fmt: skip

    def revoke(self, which: int) -> None:
        """The office, or its holder, revokes a phone: lost."""
        phone_id, _, account = self.house.tokens[which % len(self.house.tokens)]
        try:
            fieldwork.revoke_phone(
                actor=people.staff_actor(account, self.at), at=self.at, command_id=new_id(),
                phone_id=phone_id, why="lost",
            )  # fmt: skip
        except Refused:
            return
        self.counts["phone revoked"] += 1


def _parts(count: int) -> list[Any]:
    import shapely

    if count == 1:
        return [cell(0, 0)]
    middle = WEST + SIDE / 2
    return [
        shapely.box(WEST, SOUTH, middle, SOUTH + SIDE),
        shapely.box(middle, SOUTH, WEST + SIDE, SOUTH + SIDE),
    ]


OFFICE: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("desk", "accept", {}),
    ("dispatcher", "offer", {"unit": "sanitation", "reason": "主办单位"}),
    ("centre", "appoint", {"unit": UNIT, "reason": "就近"}),
    ("handler", "take", {"contact_name": "值班室"}),
    ("desk", "note", {"note": "已电话核实"}),
    ("desk", "retype", {"type": "A03", "reason": "类别不对"}),
    ("desk", "redirect", {"redirect_case": "court", "answer_text": "请向法院提出"}),
    ("handler", "claim_done", {"feedback": "已清走", "record": "一车", "pictures": (f.CLEAN,)}),
    ("checker", "check_pass", {"record": "已看现场", "seen_on": "2026-03-10"}),
    ("checker", "not_solved", {"reason": "还在"}),
    ("centre", "appoint", {"unit": UNIT, "reason": "就近"}),
    ("desk", "accept", {}),
)  # fmt: skip
"""What the office does: who, which step, with what."""


def readable_ids(world: World, account: int) -> set[str]:
    """The open matters in the grids of a worker that they may read, by the desk's own list."""
    actor = people.staff_actor(account, world.at)
    paths = [hat.path for hat in actor.hats if hat.role == "grid_worker"]
    found: set[str] = set()
    for path in paths:
        page = matters.list_matters(
            actor=actor, at=world.at, filters=matters.Filters(path=path), size=500
        )
        found |= {str(card.id) for card in page.cards}
    return found
