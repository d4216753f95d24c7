"""An invented past of the seed place: months of matters, so that its board has something to show.

They enter as imported ones do, by the rules in force at their time, each step by the office it
belongs to. Nobody's data is in them, and the same day gives the same past.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.conf import settings

from commongrid.charter import load_charter
from commongrid.charter.compiler import Compiled, compile_charter
from commongrid.charter.matter import PUBLIC, Actor, Hat
from commongrid.rooms.matters import face as matters
from commongrid.rooms.places import face as places
from commongrid.stories.seeding.staff import TOWN

NAMESPACE = UUID("7b0e6c0a-5d8f-4b39-9a53-6a2f0f9d7c11")
CHARTER = "keerqin-subdistrict"
OFFICE = "system:import"
ZONE = ZoneInfo("Asia/Shanghai")
SEED = 2026
A_DAY = 3  # matters, more in winter
QUIET = timedelta(days=2)  # the scripts of the seed show what goes on now
LONGEST = timedelta(days=300)
BATCH = 200
# Type, weight, median hours of work: invented. Only types whose work is proved by a record: a past
# without pictures could not close the others, and the desk would drown in them.
MIX = (
    ("C01", 12, 20), ("C02", 9, 9), ("C03", 14, 16), ("C06", 7, 60), ("D03", 8, 10),
    ("E05", 12, 18), ("E07", 6, 70),
)  # fmt: skip
SHARE_REDIRECTED, SHARE_REDONE, SHARE_UNANSWERED = 0.05, 0.08, 0.12
WINTER = (11, 12, 1, 2)
WORDS = "（虚构）过去的事项 / an invented matter of the past"
DONE = {"feedback": "（虚构）已处理完毕。", "record": "（虚构）现场已处理。"}


@dataclass(frozen=True, slots=True)
class _Place:
    path: str
    grids: tuple[str, ...]
    compiled: Compiled

    def office(self, role: str, unit: str = "") -> Actor:
        return Actor(key=OFFICE, hats=(Hat(role, self.path, unit),))


def load_past(*, at: datetime, since: datetime, grid_codes: tuple[str, ...]) -> int:
    """Record the invented past between ``since`` and ``at``. Run again it changes nothing.

    Returns: how many matters were recorded now. Cost: a few seconds for a year.
    """
    charter = load_charter(Path(settings.SOURCE_ROOT) / "charters" / CHARTER)
    here = _Place(
        path=places.get_place(TOWN).path,
        grids=tuple(code for code in grid_codes if code.startswith(TOWN[:9])),
        compiled=compile_charter(charter),
    )
    valid = datetime.combine(charter.valid_from, datetime.min.time(), ZONE) + timedelta(days=1)
    first, last = max(since, valid, at - LONGEST), at - QUIET
    told = list(_histories(here, first, last))
    recorded = 0
    for start in range(0, len(told), BATCH):
        batch = told[start : start + BATCH]
        actor = Actor(key=places.SETUP_KEY)
        recorded += matters.record_histories(actor=actor, at=at, histories=batch).recorded
    return recorded


def _histories(here: _Place, first: datetime, last: datetime) -> Iterator[matters.History]:
    """One history after another, day by day; each day has dice of its own."""
    day = first.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    while day < last:
        dice = random.Random(f"{SEED} {day.date()}")  # noqa: S311  (not a secret)
        for number in range(dice.randint(1, A_DAY * 2 + (day.month in WINTER) * 2)):
            at = day + timedelta(hours=7 + 13 * dice.random())
            if first <= at < last:
                yield _history(here, f"{day.date()}#{number}", at, last, dice)
        day += timedelta(days=1)


def _history(
    here: _Place, name: str, at: datetime, last: datetime, dice: random.Random
) -> matters.History:
    known = [row for row in MIX if row[0] in here.compiled.charter.types]
    type_code, _, median_h = dice.choices(known, weights=[row[1] for row in known])[0]
    steps = [row for row in _steps(here, type_code, at, median_h, dice) if row[2] <= last]
    answers = {
        question.question: question.choices[0][0] if question.choices else "no"
        for question in here.compiled.questions.get(type_code, ())
        if question.required
    }
    return matters.History(
        origin_id=f"invented:{name}",
        actor=PUBLIC,
        at=at,
        command_id=uuid5(NAMESPACE, name),
        draft=matters.Draft(
            type_code=type_code, text=WORDS, grid_code=dice.choice(here.grids), answers=answers,
            channel=dice.choice(("web", "phone", "grid_worker", "counter")),
        ),
        steps=tuple(
            matters.HistoryStep(
                action=action, actor=actor, at=moment, fields=fields,
                command_id=uuid5(NAMESPACE, f"{name} {position} {action}"),
            )
            for position, (action, actor, moment, fields) in enumerate(steps)
        ),
    )  # fmt: skip


_Step = tuple[str, Actor, datetime, dict[str, object]]


def _steps(
    here: _Place, type_code: str, at: datetime, median_h: float, dice: random.Random
) -> Iterator[_Step]:
    """Accepted, offered, taken, answered, done, checked; some go another way."""

    def later(median: float) -> datetime:
        nonlocal at
        at += timedelta(hours=median * dice.lognormvariate(0, 0.7))
        return at

    if dice.random() < SHARE_REDIRECTED:
        fields: dict[str, object] = {"redirect_case": "market", "answer_text": WORDS}
        yield "redirect", here.office("desk"), later(1), fields
        return
    unit = next(duty.unit for duty in here.compiled.duties[type_code] if duty.part == "lead")
    handler = here.office("handler", unit)
    yield "accept", here.office("desk"), later(0.6), {}
    yield "offer", here.office("dispatcher"), later(0.5), {"unit": unit, "reason": WORDS}
    yield "take", handler, later(2), {"contact_name": WORDS}
    if dice.random() >= SHARE_UNANSWERED:
        next_on = (at + timedelta(days=3)).astimezone(ZONE).date().isoformat()
        answer = {"answer_text": WORDS, "next_step": WORDS, "next_on": next_on}
        yield "answer", handler, later(3), answer
    is_redone = dice.random() < SHARE_REDONE
    yield "claim_done", handler, later(median_h), dict(DONE)
    if is_redone:
        yield "not_solved", here.office("checker"), later(8), {"reason": WORDS}
        yield "claim_done", handler, later(median_h), dict(DONE)
    yield "check_pass", here.office("checker"), later(10), _seen(at)


def _seen(at: datetime) -> dict[str, object]:
    return {"record": DONE["record"], "seen_on": at.astimezone(ZONE).date().isoformat()}
