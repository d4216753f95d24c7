"""The practice of a place as it is known today: measured over what is assumed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from commongrid.bridges.rehearsal.calibrating import calibrate
from commongrid.bridges.rehearsal.history import read_history
from commongrid.bridges.rehearsal.practice import Practice
from commongrid.charter import Compiled
from commongrid.kernel.text import Text
from commongrid.ledger import face as ledger
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places

READ_DAYS = 365
READ_PERCENT = 80
"""Of the work, until the acts are read; to calibrate is the rest."""
Told = Callable[[int], None]
HOUSEHOLDS = 400.0
"""Of a grid, where nobody counted them: grids are drawn for 300 to 500 households."""
OF_UNITS = frozenset({"handler", "head", "community", "grid_worker"})
"""Roles that do a unit's work when they hold a post of it."""
TWICE = Text(
    zh="网格员既按网格员计，也按所在单位计：两处的工作由同一人做时，推演会略偏乐观。",
    en="Grid workers count as such and for their unit too: where one person does both, the "
    "rehearsal is a little too hopeful.",
)


def practice_of(path: str, at: datetime, progress: Told = lambda _percent: None) -> Practice:
    """What the last year of a place says over what is assumed for it.

    ``progress`` is told percents. Raises: NoCharterError. Cost: one to three seconds, and about 20
    microseconds a step of a matter in that year.
    """
    compiled = places.charter_in_force(path, at)[1]
    return _measured(path, at, assumed_of(path, at), compiled, progress)


def assumed_of(path: str, at: datetime) -> Practice:
    """What is assumed for a place, with its grids and posts as they are. Raises: NoCharterError."""
    from commongrid.bridges.rehearsal.assuming import assumed_practice  # numba loads late

    compiled = places.charter_in_force(path, at)[1]
    grids = {grid.path: HOUSEHOLDS for grid in places.list_grids(path, at)} or {path: HOUSEHOLDS}
    staff = _staff(path, at)
    assumed = assumed_practice(compiled, place=path, grids=grids, staff=staff)
    if any(holder == "grid_worker" for holder, _area in staff):
        assumed = replace(assumed, notes=(*assumed.notes, TWICE))
    return assumed


def _measured(
    path: str, at: datetime, assumed: Practice, compiled: Compiled, progress: Told
) -> Practice:
    today = at.astimezone(compiled.calendar.zone).date()
    newest = next(iter(ledger.list_recent_acts(limit=1)), None)
    acts = newest.seq if newest else 1

    def tell(steps: int) -> None:  # there are at most as many as acts
        progress(min(READ_PERCENT, READ_PERCENT * steps // acts))

    try:
        history = read_history(path, today - timedelta(days=READ_DAYS), today, progress=tell)
        progress(READ_PERCENT)
    except LookupError:  # the first charter came today: there is no past to read
        return assumed
    return calibrate(history, assumed, compiled)


def _staff(path: str, at: datetime) -> Mapping[tuple[str, str], int]:
    """Persons by holder and area: counts only. A post below or above the place is left as it is."""
    found: Counter[tuple[str, str]] = Counter()
    for post in people.list_appointments(path, at):
        if not post.unit_key or post.role == "grid_worker":
            found[post.role, post.place_path] += 1
        if post.unit_key and post.role in OF_UNITS:
            found[post.unit_key, post.place_path] += 1
    return dict(sorted(found.items()))
