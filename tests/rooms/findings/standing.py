"""Supervision of a small place, and matters for every list; all made by real commands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.apps import apps

from commongrid.charter.matter import Actor, Hat
from commongrid.ledger.models import Act
from commongrid.rooms.findings import face as findings
from commongrid.rooms.matters import face as matters
from tests.rooms.people.standing import actor as actor_of
from tests.rooms.people.standing import make_staff
from tests.support import factories as f

AT = f.AT
TOWN_CODE = "150502004000"
COMMUNITY = f.GRID.removesuffix(f"{f.GRID_CODE}/")
OTHER_TOWN = "/150500000000/150502000000/150502003000/"
SUPERVISOR = f.SUPERVISOR
REVIEWER = f.somebody("31", Hat("reviewer", f.TOWN))
VILLAGE = f.somebody("32", Hat("village_watch", COMMUNITY))
NEXT_VILLAGE = f.somebody("33", Hat("village_watch", f.NEXT_GRID))
STRANGER = f.somebody("34", Hat("supervisor", OTHER_TOWN))


def watched(
    watch: findings.Watch, who: Actor = SUPERVISOR, at: datetime = AT, **more: Any
) -> findings.WatchPage:
    """A list, counted and read: both say the same."""
    page = findings.list_watched(watch, actor=who, at=at, **more)
    counted, is_exact = findings.count_watched(
        watch, actor=who, at=at, within=more.get("within", "")
    )
    assert (counted, is_exact) == (page.total, page.is_exact)
    return page


def refs(page: findings.WatchPage) -> list[str]:
    return [name.ref for row in page.rows for name in row.matters]


def claimed(at: datetime, words: str = "已清走。", **more: Any) -> matters.Raised:
    """A matter that a unit says is done, at an instant half an hour after it was raised."""
    made = f.walked(*f.HANDLED, at=at, **more)
    given = {"feedback": words, "record": "清运一车。", "pictures": (f.CLEAN,)}
    f.step(made.id, "handler", "claim_done", at + 4 * f.HOUR / 6, **given)
    return made


def hired(name: str, role: str, path: str, unit: str = "", at: datetime = AT) -> Actor:
    """Somebody with a real account, as commands that keep who acted need it."""
    return actor_of(make_staff(name, role, path, unit), at)


def made(who: Actor, **more: Any) -> findings.FindingCard:
    given = {
        "at": AT, "command_id": f.new_id(), "place_code": TOWN_CODE, "unit": "sanitation",
        "text": "三件事项用同一段话答复。", "about": "same-text", **more,
    }  # fmt: skip
    return findings.make_finding(actor=who, **given)


def announced(who: Actor, **more: Any) -> findings.SampleCard:
    given = {
        "at": AT, "command_id": f.new_id(), "place_code": TOWN_CODE, "since": AT - 15 * f.DAY,
        "until": AT, "by": "type", "size": 4, **more,
    }  # fmt: skip
    return findings.announce_sample(actor=who, **given)


def closed(count: int, at: datetime = AT - 10 * f.DAY, **more: Any) -> list[matters.Raised]:
    """Matters that were closed; two kinds, a third of them of the second."""
    found = []
    for number in range(count):
        one = claimed(at + number * f.HOUR, **more)
        f.step(one.id, "reporter", "confirm", at + (number + 1) * f.HOUR)
        found.append(one)
    return found


def snapshot() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the room, and of the ledger."""
    tables = (*apps.get_app_config("findings").get_models(), Act)
    return {t.__name__: list(t._default_manager.order_by("pk").values_list()) for t in tables}
