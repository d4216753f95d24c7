"""What is asked of every house: pages of the desk, the public doors and the board, by address."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

TILE_PX, SCREEN_PX = 256, (1280, 720)
DEEP = 40  # pages of a hundred; where fewer are open the last one is shown
HERE, BOARD = "both", "count"


@dataclass(frozen=True, slots=True)
class Question:
    """A page: its name, who asks ("" is anybody), where, and in which pairs of houses."""

    name: str
    who: str
    address: str
    where: str = HERE


def questions() -> tuple[Question, ...]:
    """All of them, with the addresses of this house."""
    import synthetic
    import township

    from commongrid.rooms.places import face as places

    grid = places.list_grids(places.get_place(township.TOWN).path, township.AT)[0]
    west, south, east, north = places.bounds_of(grid.path, township.AT) or (0, 0, 0, 0)
    point = (west + east) / 2, (south + north) / 2
    return (
        *_desk(synthetic.COMMON, synthetic.RARE, grid.path),
        *_maps(*point),
        *_public(township.TOWN, *point),
        *_board(township.TOWN),
    )


def _desk(common: str, rare: str, grid: str) -> Iterator[Question]:
    def page(name: str, who: str = "town-desk", **more: Any) -> Question:
        return Question(name, who, f"/desk/?{urlencode({'size': 100, **more})}")

    yield page("inbox: open, by light")
    for light in ("red", "yellow", "blue", "none", "grey"):
        yield page(f"inbox: open, {light}", light=light)
    yield page("inbox: open, by due time", order="due")
    yield page("inbox: open, newest", order="newest")
    yield page("inbox: open, in one grid", path=grid)
    yield page("inbox: open, of one unit", unit="sanitation")
    yield page(f"inbox: open, page {DEEP}", page=DEEP)
    yield page(f"inbox: all, newest, page {DEEP}", show="all", order="newest", page=DEEP)
    yield page("inbox: ended, newest", show="end", order="newest")
    yield page("inbox: ended, in one grid", show="end", order="newest", path=grid)
    yield page("inbox of a unit", "town-sanitation")
    yield page("inbox of a unit: ended, newest", "town-sanitation", show="end", order="newest")
    yield Question("inbox: the live part alone", "town-desk", "/desk/rows/?size=100")
    yield page("search: a rare word, open", q=rare)
    yield page("search: a rare word, all", q=rare, show="all")
    yield page("search: a common word, open", q=common)
    yield page("search: a common word, all", q=common, show="all")
    yield page("search: a reference", q="260307-00000", show="all")


def _maps(lon: float, lat: float) -> Iterator[Question]:
    for zoom in (9, 12, 15):
        wide = 360 / (TILE_PX * 2**zoom)
        box = ",".join(
            f"{value:.5f}"
            for value in (
                lon - SCREEN_PX[0] / 2 * wide, lat - SCREEN_PX[1] / 2 * wide,
                lon + SCREEN_PX[0] / 2 * wide, lat + SCREEN_PX[1] / 2 * wide,
            )
        )  # fmt: skip
        where = f"/desk/map/points.json?{urlencode({'zoom': zoom, 'bbox': box})}"
        yield Question(f"map: points, zoom {zoom}", "town-desk", where)
    near = urlencode({"bbox": f"{lon - 0.01},{lat - 0.01},{lon + 0.01},{lat + 0.01}"})
    yield Question("map: the list beside it", "town-desk", f"/desk/map/list/?{near}")


def _public(town: str, lon: float, lat: float) -> Iterator[Question]:
    box = f"{lon - 0.002:.5f},{lat - 0.002:.5f},{lon + 0.002:.5f},{lat + 0.002:.5f}"

    def api(name: str, **more: Any) -> Question:
        return Question(f"api: {name}", "", f"/api/v1/matters?{urlencode({'limit': 100, **more})}")

    yield api("list, newest")
    yield api("list, changed", order="changed")
    yield api("list, a box", bbox=box)
    items = "/ogc/collections/matters/items?f=json&limit=100"
    yield Question("ogc: items", "", items)
    yield Question("ogc: items, a box", "", f"{items}&bbox={box}")
    requests = f"/open311/v2/requests.json?jurisdiction_id={town}&page_size=100"
    yield Question("open311: requests", "", requests)
    yield Question("open311: closed requests", "", f"{requests}&status=closed")


def _board(town: str) -> Iterator[Question]:
    for name, rest in (
        ("all places", ""),
        ("a place", f"{town}/"),
        ("a place, an old month", f"{town}/?month=2025-06"),
        ("raised, by place and type", f"{town}/raised/"),
        ("solved in time, by place and type", f"{town}/solution/"),
        ("a figure as CSV", f"{town}/solution.csv"),
        ("a figure as JSON", f"{town}/solution.json"),
        ("a figure in a frame", f"{town}/embed/solution/"),
        ("a publication", f"{town}/publication.json"),
    ):
        yield Question(f"board: {name}", "", f"/board/{rest}", BOARD)


def asker() -> Callable[[Question], Any]:
    """Ask a page as the site's own server would, through all its middleware.

    Each call comes from another address, since the doors count how often one knocks.
    """
    from django.test import Client

    from commongrid.rooms.people.models import Account

    clients: dict[str, Client] = {}
    numbers = itertools.count(1)

    def ask(question: Question) -> Any:
        who = question.who
        if who not in clients:
            clients[who] = Client(headers={"accept-language": "zh-hans", "host": "localhost"})
            if who:
                clients[who].force_login(
                    Account.objects.get(username=who),
                    backend="django.contrib.auth.backends.ModelBackend",
                )
        number = next(numbers)
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        answer = clients[who].get(question.address, REMOTE_ADDR=address)
        if answer.status_code != 200:
            raise SystemExit(f"{question.address}: {answer.status_code}")
        return answer.getvalue() if answer.streaming else answer.content

    return ask
