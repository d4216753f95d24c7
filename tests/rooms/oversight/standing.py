"""What the tests of the board stand on: random walks, and the count made a second time."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta
from typing import Any

from commongrid.kernel.verdict import Refused
from commongrid.ledger.models import Act
from commongrid.rooms.oversight import face as oversight
from commongrid.rooms.oversight.face import GridTypeCount, MonthToCount
from tests.support import factories as f
from tools import recount_board

LATER = f.AT + timedelta(days=60)
TYPES = ("A01", "A02", "B02", "B03", "D01", "D04", "I06")
STEPS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    f.ACCEPT,
    f.OFFER,
    f.TAKE,
    (
        "handler",
        "answer",
        {"answer_text": "正在处理", "next_step": "清运", "next_on": "2026-03-20"},
    ),
    ("handler", "claim_done", {"feedback": "已办。", "record": "记录。", "pictures": (f.CLEAN,)}),
    ("reporter", "confirm", {}),
    ("reporter", "not_solved", {"reason": "没有办好"}),
    ("checker", "check_pass", {"record": "看过了", "seen_on": "2026-03-12"}),
    ("reporter", "reopen", {"reason": "又来了"}),
    ("reporter", "withdraw", {}),
    ("desk", "retype", {"type": "A02", "reason": "类别不对"}),
    ("worker", "accept", {}),
    ("desk", "redirect", {"redirect_case": "court", "answer_text": "请走诉讼"}),
)


def random_walks(seed: int, matters: int = 24, tries: int = 14) -> int:
    """Matters raised at random and pushed about at random; returns how many steps were taken."""
    rng = random.Random(seed)
    taken = 0
    for _ in range(matters):
        at = f.AT - timedelta(hours=rng.randrange(0, 400))
        code = rng.choice((f.GRID_CODE, f.NEXT_CODE))
        type_code = rng.choice(TYPES)
        matter = f.raised(type_code, at=at, grid_code=code, answers=answers_for(type_code))
        order = [0, 1, 2] if rng.random() < 0.8 else []
        order += [rng.randrange(len(STEPS)) for _ in range(rng.randrange(tries))]
        for number in order:
            at += timedelta(hours=rng.choice((0.1, 1, 7, 30, 200)))
            who, action, fields = STEPS[number]
            try:
                f.step(matter.id, who, action, at, **fields)
            except Refused:
                continue
            taken += 1
    return taken


def answers_for(type_code: str) -> dict[str, str]:
    """The first choice of every question, or yes."""
    questions = f.rules().questions.get(type_code, ())
    return {q.question: q.choices[0][0] if q.choices else "yes" for q in questions if q.required}


def acts() -> list[dict[str, Any]]:
    """The ledger's acts on matters, as it keeps them."""
    rows = Act.objects.filter(subject__startswith="matter:").order_by("subject", "position")
    return [json.loads(core) for core in rows.values_list("core", flat=True)]


def counted_slowly(month: MonthToCount, as_of: datetime, grids: set[str] | None = None) -> Any:
    return recount_board.recount(acts(), month.since, month.until, as_of, grids)


def counted(cells: tuple[GridTypeCount, ...]) -> dict[str, Any]:
    """The roll-up in the words of the slow script."""
    counts, waits = {}, {}
    for cell in cells:
        key = f"{cell.place_code}/{cell.type_code}"
        counts[key] = {
            f"{figure}:{category}": count
            for figure, found in cell.figures.items()
            for category, count in found.items()
        }
        for name, (ended, left) in cell.waits.items():
            if any(ended) or any(left):
                waits[f"{key}:{name}"] = [list(ended), list(left)]
    return {"counts": counts, "waits": waits}


def many(count: int, type_code: str = "A01", **more: Any) -> None:
    """Matters that are only raised."""
    for _ in range(count):
        f.raised(type_code, **more)


def due() -> tuple[MonthToCount, ...]:
    """Read the ledger on, and say which months may be published."""
    while oversight.read_new_acts():
        pass
    return oversight.list_due_months(at=LATER)
