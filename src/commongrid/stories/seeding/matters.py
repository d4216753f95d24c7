"""Walking the scripts of the seed place through the real commands."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import shapely
from PIL import Image, ImageDraw

from commongrid.charter.matter import CLOCK, PUBLIC, Actor
from commongrid.rooms.matters import face as matters
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places
from commongrid.stories.seeding.scripts import SCRIPTS, Script, Step
from commongrid.stories.seeding.staff import SUMU, TOWN

NAMESPACE = UUID("5c1f7f6e-2f0b-4b7a-8f6d-1d2c3b4a5968")
ZONE = ZoneInfo("Asia/Shanghai")
ROOTS = {"town": TOWN, "sumu": SUMU}
SETTLED_DAYS = 1.5  # younger matters keep their hour, which their lights depend on
CONTACT = matters.Contact(name="演示居民（虚构）", phone="000-0000-0000")


def load_matters(
    *, staff: Mapping[str, int], grid_codes: tuple[str, ...], at: datetime
) -> list[tuple[str, str]]:
    """Raise and walk every script. Returns kind and state of each matter at the end."""
    ends: list[tuple[str, str]] = []
    known: list[UUID] = []
    for number, script in enumerate(SCRIPTS):
        ends.append(_walk(number, script, staff, grid_codes, at, known))
    return ends


def _walk(
    number: int,
    script: Script,
    staff: Mapping[str, int],
    grid_codes: tuple[str, ...],
    at: datetime,
    known: list[UUID],
) -> tuple[str, str]:
    """Raise one matter, add it to the known ones, and take its steps."""
    here = [code for code in grid_codes if code.startswith(ROOTS[script.place][:9])]
    code = here[script.grid % len(here)]
    moment = at - timedelta(days=script.days_ago)
    if script.days_ago >= SETTLED_DAYS:
        moment = _office_time(moment, at)
    lon, lat = _point_in(code, number)
    raised = matters.raise_matter(
        actor=PUBLIC,
        at=moment,
        command_id=uuid5(NAMESPACE, f"raise {number}"),
        draft=matters.Draft(
            type_code=script.type_code,
            text=script.text,
            grid_code=code,
            lon=lon,
            lat=lat,
            address="（虚构地址）",
            channel=script.channel,
            answers=script.answers,
            is_shareable=script.shareable,
        ),
        contact=CONTACT if script.contact else None,
        photos=(matters.Photo(content=picture(number, "report")),) if script.photo else (),
    )
    known.append(raised.id)
    for position, step in enumerate(script.steps):
        moment = min(moment + timedelta(hours=step[0]), at)
        if step[1] == "clock":
            moment = _runs_out(raised.id, step[3]["clock"], moment, at)
        _take(known, number, position, step, script.place, staff, moment)
    card = _page_of(raised.id, at).card
    return card.kind.value, card.state


def _page_of(matter_id: UUID, at: datetime) -> matters.MatterPage:
    page = matters.get_own_matter(actor=matters.reporter_of(matter_id), at=at, matter_id=matter_id)
    assert page is not None
    return page


def _runs_out(matter_id: UUID, clock: str, moment: datetime, at: datetime) -> datetime:
    """When a clock of a matter runs out: holidays make that another hour each season."""
    promises = [p for p in _page_of(matter_id, at).promises if p.clock == clock]
    due = promises[-1].due_at if promises else None
    return max(moment, due) if due is not None else moment


def _take(
    known: list[UUID],
    number: int,
    position: int,
    step: Step,
    place: str,
    staff: Mapping[str, int],
    at: datetime,
) -> None:
    _, who, action, fields = step
    matter_id = known[-1]
    actor = _actor(who, place, staff, matter_id, at)
    notes = ("photo", "clock")
    given = {name: _value(value, at, known) for name, value in fields.items() if name not in notes}
    photos = (
        [matters.Photo(content=picture(number, "after"), stage="after")]
        if fields.get("photo")
        else []
    )
    matters.take_action(
        actor=actor,
        at=at,
        command_id=uuid5(NAMESPACE, f"step {number}/{position}"),
        matter_id=matter_id,
        action=action,
        fields=given,
        photos=photos,
    )


def _actor(who: str, place: str, staff: Mapping[str, int], matter_id: UUID, at: datetime) -> Actor:
    if who == "reporter":
        return matters.reporter_of(matter_id)
    if who == "clock":
        return CLOCK
    return people.staff_actor(staff[f"{place}-{who}"], at)


def _value(value: Any, at: datetime, known: list[UUID]) -> Any:
    """Read "+3" as the day three days on, "@4" as the matter of script 4."""
    if isinstance(value, str) and value.startswith("@"):
        return str(known[int(value[1:])])
    if isinstance(value, str) and value.startswith("+") and value[1:].isdigit():
        day = at.astimezone(ZONE).date() + timedelta(days=int(value[1:]))
        return day.isoformat()
    return value


def _office_time(moment: datetime, latest: datetime) -> datetime:
    """A time of day at which people report; never later than the seed's own time."""
    local = moment.astimezone(ZONE)
    if 7 <= local.hour < 21:
        return moment
    earlier = local.replace(hour=18, minute=30, second=0, microsecond=0)
    if local.hour < 7:
        earlier -= timedelta(days=1)
    return min(earlier, latest)


def _point_in(code: str, number: int) -> tuple[float, float]:
    """A point inside the grid, the same for the same number."""
    place = places.get_place(code)
    collection = shapely.from_geojson(places.outline_geojson(place.path))
    outline = collection.geoms[0] if hasattr(collection, "geoms") else collection
    inside = outline.representative_point()
    west, south, east, north = outline.bounds
    shift = ((number * 7) % 11 - 5) / 60
    moved = shapely.Point(inside.x + (east - west) * shift, inside.y + (north - south) * shift)
    point = moved if outline.contains(moved) else inside
    return round(point.x, 6), round(point.y, 6)


def picture(number: int, stage: str) -> bytes:
    """An invented picture that says so: plain shapes, no photograph of a real place."""
    ground = (214, 205, 190) if stage == "report" else (205, 219, 200)
    image = Image.new("RGB", (960, 640), ground)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 400, 960, 640), fill=(150, 148, 142))
    if stage == "report":
        for i in range(9):
            x = 120 + (number * 53 + i * 83) % 700
            pen.ellipse((x, 380 + i * 7, x + 110, 470 + i * 9), fill=(90 + i * 9, 84, 70))
    pen.rectangle((40, 40, 330, 90), fill=(40, 60, 90))
    pen.text((60, 58), f"invented demo picture {number} {stage}", fill=(255, 255, 255))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
