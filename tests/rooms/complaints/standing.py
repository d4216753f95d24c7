"""A small place with people of every kind around a complaint, made by real commands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from commongrid.charter.matter import Actor
from commongrid.kernel.ids import new_id
from commongrid.rooms.complaints import face
from commongrid.rooms.people import face as people
from tests.rooms.places import standing
from tests.support import factories as f

AT, DAY = f.AT, f.DAY
CITY = f"/{standing.CITY}/"
DISTRICT = f"{CITY}{standing.DISTRICT}/"
TOWN, GRID, NEXT_GRID = f.TOWN, f.GRID, f.NEXT_GRID
WORDS = "网格员说话难听,三次让我回家等,事情没有人管。"
PASSPHRASE = "a passphrase that nobody guesses"


@dataclass(frozen=True)
class Post:
    role: str
    path: str
    unit: str = ""


STAFF: dict[str, tuple[Post, ...]] = {
    "worker": (Post("grid_worker", GRID, "community"),),
    "next_worker": (Post("grid_worker", NEXT_GRID, "community"),),
    "community": (Post("community", f"{TOWN}{standing.COMMUNITY}/", "community"),),
    "desk": (Post("desk", TOWN),),
    "town": (Post("township", TOWN),),
    "centre": (Post("centre", DISTRICT),),
    "handler": (Post("handler", TOWN, "sanitation"),),
    "head": (Post("head", TOWN, "sanitation"),),
    "supervisor": (Post("supervisor", TOWN),),
    "supervisor2": (Post("supervisor", TOWN),),
    "both": (Post("supervisor", TOWN), Post("township", TOWN)),
    "unit_and": (Post("supervisor", TOWN), Post("handler", TOWN, "sanitation")),
    "high": (Post("supervisor", DISTRICT),),
    "reviewer": (Post("reviewer", TOWN),),
    "high_reviewer": (Post("reviewer", DISTRICT),),
    "keeper": (Post("appointing", TOWN), Post("place_keeper", TOWN)),
    "keeper_and": (Post("supervisor", TOWN), Post("appointing", TOWN)),
    "elsewhere": (Post("supervisor", f"{DISTRICT}{standing.OTHER_TOWN}/"),),
    "nobody": (),
}


def people_of(*names: str) -> dict[str, int]:
    """Accounts and posts for these; all of them where none is named."""
    found = {}
    for name in names or STAFF:
        card = people.create_account(
            actor=f.SETUP, at=AT - DAY, command_id=new_id(), username=name.replace("_", "-"),
            display_name=f"演示 {name}", display_name_en=f"Demo {name}", password="x" * 20,
            must_use_totp=False,
        )  # fmt: skip
        found[name] = card.id
        for post in STAFF[name]:
            appoint(card.id, post)
    return found


def appoint(account_id: int, post: Post) -> None:
    people.appoint_person(
        actor=f.SETUP, at=AT - DAY, command_id=new_id(), account_id=account_id, role=post.role,
        place_code=post.path.strip("/").rpartition("/")[2], place_path=post.path,
        unit_key=post.unit, basis="test",
    )  # fmt: skip


def actor(account_id: int, at=AT) -> Actor:
    return people.staff_actor(account_id, at)


def filing(**more) -> face.Filing:
    given = {"place_code": standing.TOWN, "about": face.About.STAFF, "words": WORDS}
    return face.Filing(**{**given, **({} if more else {"whom": "worker"}), **more})


def filed(command_id=None, at=AT, reach=None, **more) -> face.Filed:
    return face.file_complaint(
        at=at, command_id=command_id or new_id(), filing=filing(**more), reach=reach
    )


def do(step, who: int, ref: str, at=AT, **more):
    return step(actor=actor(who, at), at=at, command_id=new_id(), ref=ref, **more)


def seen_by(names: dict[str, int], ref: str, at=AT) -> set[str]:
    """Everybody who finds it, in a list or by its number."""
    found = set()
    for name, account in names.items():
        who = actor(account, at)
        listed = ref in [c.ref for c in face.list_complaints(who, at)]
        paged = face.find_complaint(who, ref, at) is not None
        closed = ref in [c.ref for c in face.list_complaints(who, at, is_closed=True)]
        assert paged == (listed or closed), name
        if paged:
            found.add(name)
    return found


HOURS = timedelta(hours=1)
