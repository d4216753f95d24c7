"""load_seed: the whole seed place, from divisions to matters at every state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings

from commongrid.charter import load_charter
from commongrid.charter.matter import Actor
from commongrid.rooms.places import face as places
from commongrid.stories.seeding.matters import load_matters
from commongrid.stories.seeding.offices import load_offices
from commongrid.stories.seeding.past import load_past
from commongrid.stories.seeding.staff import load_staff

SETUP = Actor(key=places.SETUP_KEY)
COMMAND = UUID("0f6b1c2e-7a51-4c53-9a3e-5e0d3a1b2c4d")
CHARTERS = ("keerqin-subdistrict", "kezuohouqi-township")
BEFORE = timedelta(days=400)
REASON = "种子数据（虚构） / seed place (invented)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """What the seed made."""

    places: int
    staff: int
    matters: int
    past: int  # invented matters of months ago
    states: tuple[tuple[str, str], ...]  # kind and state that at least one matter is in


def load_seed(
    *, at: datetime, password: str, with_matters: bool = True, with_past: bool = False
) -> Seeded:
    """Load divisions, charters, staff and matters. Run again it changes nothing.

    ``with_past`` adds an invented past for the board, which takes a while.

    Every row is made by the command a person would use, with its act in the ledger.
    """
    began = at - BEFORE
    seeded = places.load_seed_places(actor=SETUP, at=began, command_id=COMMAND)
    for name in CHARTERS:
        places.adopt_charter(
            actor=SETUP,
            at=began,
            command_id=UUID(int=COMMAND.int ^ sum(name.encode())),
            charter=load_charter(Path(settings.SOURCE_ROOT) / "charters" / name),
            reason=REASON,
        )
    staff = load_staff(
        setup=SETUP, at=began, command_id=COMMAND, password=password,
        grid_codes=seeded.grid_codes,
    )  # fmt: skip
    states = load_matters(staff=staff, grid_codes=seeded.grid_codes, at=at) if with_matters else []
    if with_matters:
        load_offices(staff=staff, at=at)
    codes = seeded.grid_codes
    return Seeded(
        places=len(seeded.grid_codes),
        staff=len(staff),
        matters=len(states),
        past=load_past(at=at, since=began, grid_codes=codes) if with_past else 0,
        states=tuple(sorted(set(states))),
    )
