"""Fill the house of the environment with grid workers and their phones; print what they know.

``phones.py COUNT HELD``: so many grids of a square each, with one worker, one phone and so many
open matters; and one service account in the first grids, which does the same by the API.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.utils import timezone  # noqa: E402 - needs what was set up above

from commongrid.charter.matter import PUBLIC  # noqa: E402
from commongrid.kernel.ids import new_id  # noqa: E402
from commongrid.rooms.fieldwork import face as fieldwork  # noqa: E402
from commongrid.rooms.matters import face as matters  # noqa: E402
from commongrid.rooms.people import face as people  # noqa: E402
from commongrid.rooms.places import face as places  # noqa: E402
from tests.rooms.places import standing as ground  # noqa: E402
from tests.support import factories as f  # noqa: E402
from tests.unit.places.drawing import cell  # noqa: E402

ACROSS, SIDE = 40, 0.002
GRIDS_EACH = 100
UNIT = "community"


def main() -> None:
    """Places, charter, workers, phones, matters; then one JSON line."""
    count, held = int(sys.argv[1]), int(sys.argv[2])
    codes = draw_grids(count)
    print(json.dumps({"phones": [a_phone(n, c, held) for n, c in enumerate(codes)],
                      "program": a_program(codes)}))  # fmt: skip


def draw_grids(count: int) -> list[str]:
    """So many grids, a hundred to a community."""
    communities = [f"{ground.TOWN[:9]}{100 + n:03}" for n in range(-(-count // GRIDS_EACH))]
    rows = [ground.row(code, f"第{code[-3:]}社区") for code in communities]
    ground.register(*ground.DIVISIONS, *rows)
    codes = [f"{communities[n // GRIDS_EACH]}{1 + n % GRIDS_EACH:03}" for n in range(count)]
    ground.adopt(*((c, f"第{c[-6:]}网格", cell(*middle(n), SIDE)) for n, c in enumerate(codes)))
    places.adopt_charter(
        actor=f.SETUP, at=f.AT - 20 * f.DAY, command_id=new_id(), charter=f.town_charter(),
        reason="bench",
    )  # fmt: skip
    return codes


def middle(number: int) -> tuple[int, int]:
    """Column and row of a grid."""
    return number % ACROSS, number // ACROSS


def a_worker(name: str, codes: list[str]) -> int:
    """An account with a grid worker's post in each of these grids."""
    made = people.create_account(
        actor=f.SETUP, at=f.AT, command_id=new_id(), username=name, display_name=f"演示 {name}"
    )
    appoint(made.id, codes)
    return made.id


def appoint(account_id: int, codes: list[str]) -> None:
    for code in codes:
        people.appoint_person(
            actor=f.SETUP, at=f.AT, command_id=new_id(), account_id=account_id,
            role="grid_worker", place_code=code, place_path=places.get_place(code).path,
            unit_key=UNIT, basis="bench",
        )  # fmt: skip


def a_phone(number: int, code: str, held: int) -> dict[str, Any]:
    """One worker of one grid with a phone, and matters that were there before."""
    account, at = a_worker(f"worker-{number}", [code]), timezone.now() - timedelta(hours=30)
    paired = fieldwork.pair_phone(
        actor=people.staff_actor(account, at), at=at, command_id=new_id(), account_id=account,
        label="bench",
    )  # fmt: skip
    known = [
        matters.raise_matter(
            actor=PUBLIC, at=at, command_id=new_id(),
            draft=matters.Draft(
                type_code="F02", text=f"想请人帮忙办理手续,第 {n} 件。(演示)", grid_code=code
            ),
        )
        for n in range(held)
    ]  # fmt: skip
    return {"token": paired.token, "grid": code, "matters": [str(m.id) for m in known]}


def a_program(codes: list[str]) -> dict[str, Any]:
    """A key of the API whose account may do what a worker of the first grids may."""
    at = timezone.now()
    made = people.create_service_account(
        actor=f.SETUP, at=f.AT, command_id=new_id(), username="program", display_name="演示程序"
    )
    grids = codes[: GRIDS_EACH // 4]
    appoint(made.id, grids)
    issued = people.issue_api_key(
        actor=f.SETUP, at=at, command_id=new_id(), account_id=made.id, name="bench",
        scopes=("raise", "act", "read"), place_code=ground.TOWN, place_path=ground.TOWN_PATH,
        until_at=at + timedelta(days=2),
    )  # fmt: skip
    return {"token": issued.token, "grids": grids}


if __name__ == "__main__":
    main()
