"""What the tests of publications stand on: random uses of power, counted a second time."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from datetime import datetime
from typing import Any

from commongrid.bridges import board, powers
from commongrid.ledger.models import Act
from commongrid.rooms.places import face as places
from commongrid.rooms.publications import face as publications
from commongrid.rooms.publications.face import PowerCounts, PowerMonthToCount
from tests.rooms.oversight import standing as s
from tests.support import factories as f

LATER = s.LATER
TOWN_CODE = f.TOWN.strip("/").split("/")[-1]
UNDONE = {
    "offer": {"object", "send_elsewhere"},
    "claim_done": {"not_solved", "not_what_needed", "reopen"},
    "check": {"reopen", "not_solved"},
    "redirect": {"reopen"},
    "retype": {"retype"},
}
"""Written again, so that a row dropped from the file is noticed."""


def boards() -> None:
    """Publish the board's months, on which the power ledger's follow."""
    s.due()
    board.publish_due_months(at=LATER)


def due() -> tuple[PowerMonthToCount, ...]:
    boards()
    return publications.list_due_power_months(at=LATER)


def published() -> tuple[publications.PowerMonthCard, ...]:
    boards()
    return powers.publish_due_months(at=LATER)


def counted_slowly(month: PowerMonthToCount, as_of: datetime) -> Counter[tuple[str, str, str]]:
    """Uses by power, community and fate, from the acts as plain JSON, without the room's code."""
    acts = [
        json.loads(core)
        for core in Act.objects.filter(subject__startswith="matter:").values_list("core", flat=True)
    ]
    acts.sort(key=lambda act: (act["subject"], act["position"]))
    staff = {"grid_worker", "anyone", "reporter", "outside_handler", "system", ""}
    found: Counter[tuple[str, str, str]] = Counter()
    for _, group in itertools.groupby(acts, key=lambda act: act["subject"]):
        known = [act for act in group if at_of(act) <= as_of]
        grid = places.get_place(known[0]["after"]["place"])
        below = grid.path.removeprefix(month.root_path).split("/")[0]
        for number, act in enumerate(known):
            is_use = act["power"] and act["role"] not in staff and "proposed" not in act["after"]
            if is_use and month.since <= at_of(act) < month.until:
                fate = fate_of(act, known[number + 1 :])
                found[act["power"], f"{month.root_path}{below}/", fate] += 1
    return found


def fate_of(act: dict[str, Any], later: list[dict[str, Any]]) -> str:
    for other in later:
        if other["action"] in UNDONE.get(act["power"], ()):
            return "undone"
        if other["power"] == act["power"]:
            break
    return "standing"


def at_of(act: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(act["at"])


def plain(counts: PowerCounts) -> Counter[tuple[str, str, str]]:
    found: Counter[tuple[str, str, str]] = Counter()
    for (power, path), (standing, by_public, by_office) in counts.cells.items():
        found[power, path, "standing"] += standing
        found[power, path, "undone"] += by_public + by_office
    return +found
