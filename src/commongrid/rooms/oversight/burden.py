"""What forms asked of the grid workers of a place in a month: counted from acts alone.

An entry is an act: a step taken in the role of grid worker, or a matter raised by that channel.
Whose act it was is not read.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Q

from commongrid.charter.asking import ACTION, RAISE, fields_of_raise, fields_of_step
from commongrid.ledger.models import Act
from commongrid.rooms.oversight.cards import FormCount, MonthToCount
from commongrid.rooms.oversight.models import CountedMatter
from commongrid.rooms.places import face as places

WORKER = "grid_worker"  # the role, and the channel of what its holders raise
SUBJECT = "matter:"
ACTS_A_GO = 500
Entry = tuple[str, str, str, str, str]
"""Subject, action, rule, charter and core of an act."""


def count_forms(month: MonthToCount) -> tuple[FormCount, ...]:
    """How often each form was used in a month of a place, and the fields it asked, by form.

    For bridges only: the counts are exact.
    Cost: one pass over the acts of the month, one statement for every 500 of them.
    """
    entries: Counter[str] = Counter()
    fields: Counter[str] = Counter()
    for group in _groups(month):
        inside = _inside(group, month.root_path)
        for entry in group:
            if entry[0] in inside:
                form, asked = _form_of(entry)
                entries[form] += 1
                fields[form] += asked
    return tuple(
        FormCount(form=form, entries=count, fields=fields[form])
        for form, count in sorted(entries.items())
    )


def _groups(month: MonthToCount) -> Iterator[list[Entry]]:
    acts = (
        Act.objects.filter(Q(role=WORKER) | Q(action=RAISE))
        .filter(at__gte=month.since, at__lt=month.until, subject__startswith=SUBJECT)
        .order_by("id")
        .values_list("subject", "action", "rule_id", "charter_key", "core")
    )
    ours = (act for act in acts.iterator(ACTS_A_GO) if act[1] != RAISE or _is_worker_s(act[4]))
    while group := list(islice(ours, ACTS_A_GO)):
        yield group


def _is_worker_s(core: str) -> bool:
    return bool(_after(core).get("channel") == WORKER)


def _inside(group: list[Entry], root: str) -> set[str]:
    """Which of these matters lie in the place."""
    ids = {UUID(entry[0].removeprefix(SUBJECT)) for entry in group}
    rows = CountedMatter.objects.filter(matter__in=ids, path__startswith=root).order_by("matter")
    return {f"{SUBJECT}{pk}" for pk in rows.values_list("matter", flat=True)}


def _form_of(entry: Entry) -> tuple[str, int]:
    _, action, rule, charter_key, core = entry
    compiled = places.get_charter(charter_key)
    if action == RAISE:
        kinds = fields_of_raise(compiled, str(_after(core).get("type", "")))
        return f"{RAISE}:{rule.partition('.')[0]}", len(kinds)
    return f"{ACTION}:{action}", len(fields_of_step(compiled, rule))


def _after(core: str) -> dict[str, Any]:
    after: dict[str, Any] = json.loads(core)["after"]
    return after
