"""Routing: to the nearest level where somebody is free of interest, and past everybody else."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from commongrid.charter.compiler import Compiled
from commongrid.rooms.complaints.charters import due_of, roles_with
from commongrid.rooms.complaints.domain.interest import above, listed
from commongrid.rooms.complaints.domain.stages import HANDLE, REVIEW, State
from commongrid.rooms.complaints.models import Complaint, Stage
from commongrid.rooms.complaints.reading import free_of_interest
from commongrid.rooms.people import face as people


def move(row: Complaint, state: State, rules: Compiled, at: datetime) -> None:
    """Begin a stage: end the one before, give this one its date."""
    Stage.objects.filter(complaint=row, ended_at__isnull=True).update(ended_at=at)
    row.state, row.due_at = state, due_of(rules, state, at)
    if state is State.CLOSED:
        row.closed_at = at
        return
    Stage.objects.create(complaint=row, state=state, from_at=at, due_at=row.due_at)


def send(row: Complaint, power: str, rules: Compiled, at: datetime, *, over: str = "") -> bool:
    """Give a complaint to the nearest level that has somebody free of interest.

    ``over``: only levels above this path. Nobody there: it is taken outside. Returns whether
    somebody has it. The row has to be saved with those it is about. Cost: some statements a person
    who holds the power for the place.
    """
    roles = roles_with(rules, power)
    free = _free_levels(row, roles, at)
    for path in above(row.place_path):
        is_higher = not over or (over.startswith(path) and path != over)
        if is_higher and path in free:
            row.level_path, row.level_roles = path, listed(roles)
            return True
    row.level_path, row.level_roles = "", ""
    return False


def send_or_leave(row: Complaint, state: State, rules: Compiled, at: datetime) -> None:
    """Begin a stage of the office where somebody can take it, or name who outside can."""
    power = REVIEW if state is State.REVIEW else HANDLE
    has_somebody = send(row, power, rules, at)
    move(row, state if has_somebody else State.OUTSIDE, rules, at)


def _free_levels(row: Complaint, roles: tuple[str, ...], at: datetime) -> set[str]:
    """The levels where somebody who holds one of the roles is free of interest."""
    by_level: dict[str, set[str]] = defaultdict(set)
    for role in roles:
        for card in people.list_staff_for(row.place_path, role, at):
            by_level[card.place_path].add(card.key)
    if row.sealed_to is not None:  # nobody else could open it
        by_level = defaultdict(set, {p: k for p, k in by_level.items() if p == row.sealed_to.path})
    mine = Complaint.objects.filter(pk=row.pk)
    found = set()
    for path, keys in by_level.items():
        for key in sorted(keys):
            account = int(key.partition(":")[2])
            actor = people.staff_actor(account, at)
            if account != row.taken_by_id and free_of_interest(actor, mine).exists():
                found.add(path)
                break
    return found
