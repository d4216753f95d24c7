"""A small place to test with, made by real commands. All of it is invented but the codes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import shapely

from commongrid.charter.matter import Actor, Hat
from commongrid.kernel.ids import new_id
from commongrid.kernel.text import Text
from commongrid.rooms.places import face
from commongrid.rooms.places.domain.encodings import Encoding
from tests.unit.places.drawing import cell

AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)  # when the clock of the harness stands still
DAY = timedelta(days=1)
SINCE = date(2020, 1, 1)
CITY, DISTRICT, TOWN, OTHER_TOWN = (
    "150500000000",
    "150502000000",
    "150502004000",
    "150502003000",
)
COMMUNITY, NEXT_COMMUNITY = "150502004001", "150502004002"
GRID, NEXT_GRID = f"{COMMUNITY}001", f"{NEXT_COMMUNITY}001"
TOWN_PATH = f"/{CITY}/{DISTRICT}/{TOWN}/"
GRID_PATH = f"{TOWN_PATH}{COMMUNITY}/{GRID}/"

SETUP = Actor(key="system:setup")
RESIDENT = Actor(key="public")


def wearing(role: str, path: str, number: int = 1) -> Actor:
    return Actor(key=f"staff:{number}", hats=(Hat(role, path),))


KEEPER = wearing("place_keeper", TOWN_PATH)
CHARTER_KEEPER = wearing("charter_keeper", TOWN_PATH, 2)
GRID_WORKER = wearing("grid_worker", GRID_PATH, 3)
NEXT_WORKER = wearing("grid_worker", f"{TOWN_PATH}{NEXT_COMMUNITY}/{NEXT_GRID}/", 4)
NEXT_KEEPER = wearing("place_keeper", f"/{CITY}/{DISTRICT}/{OTHER_TOWN}/", 5)
SUPERVISOR = wearing("supervisor", TOWN_PATH, 6)
WRONG_PEOPLE = (RESIDENT, GRID_WORKER, NEXT_WORKER, NEXT_KEEPER, SUPERVISOR)


def row(code: str, zh: str, en: str = "", **more: object) -> face.PlaceRow:
    given = {"valid_from": SINCE, "source": "invented for a test", **more}
    return face.PlaceRow(code=code, name=Text(zh, en or zh), **given)


DIVISIONS = (
    row(CITY, "通辽市", "Tongliao City"),
    row(DISTRICT, "科尔沁区", "Keerqin District"),
    row(OTHER_TOWN, "永清街道", "Yongqing Subdistrict"),
    row(TOWN, "明仁街道", "Mingren Subdistrict"),
    row(COMMUNITY, "露天社区", "Lutian Community", settlement=("urban",)),
    row(NEXT_COMMUNITY, "交通门社区", "Jiaotongmen Community", settlement=("urban",)),
)


def register(*rows: face.PlaceRow, actor: Actor = SETUP, root: str = CITY, **more: object):
    given = {"at": AT - 30 * DAY, "command_id": new_id(), "reason": "test list", **more}
    return face.register_places(actor=actor, rows=rows or DIVISIONS, root_code=root, **given)


def file_of(*features: tuple[str, str, shapely.Geometry | None], name: str = "grids.gpkg"):
    return face.BoundaryFile(
        file_name=name,
        digest="0" * 64,
        frame="WGS84",
        encoding=Encoding("UTF-8", "drawn here"),
        features=tuple(
            face.Feature(row=at, code=code, name=zh, outline=outline)
            for at, (code, zh, outline) in enumerate(features, start=1)
        ),
    )


TWO_GRIDS = ((GRID, "露天第一网格", cell(0, 0)), (NEXT_GRID, "交通门第一网格", cell(1, 0)))


def adopt(
    *features: tuple[str, str, shapely.Geometry | None], actor: Actor = SETUP, **more: object
):
    given = {
        "at": AT - 20 * DAY,
        "command_id": new_id(),
        "file": file_of(*(features or TWO_GRIDS)),
        "level": "grid",
        "root_code": TOWN,
        "reason": "test boundaries",
        **more,
    }
    return face.import_boundaries(actor=actor, **given)


def a_small_place() -> None:
    register()
    adopt()
