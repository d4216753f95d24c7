"""The replay: open and late matters by grid over the time of one simulated replication."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from commongrid.bridges.rehearsal.reports import Played, Replay
from commongrid.doors.planner import report_words as words
from commongrid.doors.planner.replay_map import Cell, Sheet, sheet_of
from commongrid.doors.planner.report_page import Shown
from commongrid.doors.planner.report_tables import spread

DAY_S = 86_400
MOST_CELLS, MOST_STEPS, GLANCES, SIDES = 150, 240, 6, 2
LEAST_DOT, MORE_DOT = 2.5, 6.0  # radius of the mark of late matters


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One alternative. Shape: ``open`` and ``late`` are steps x cells."""

    place: int
    letter: str
    name: str
    open: tuple[tuple[int, ...], ...]
    late: tuple[tuple[int, ...], ...]


def replay_of(shown: Shown, asked: Sequence[str], at: str = "") -> dict[str, Any]:
    """All the page needs. ``asked``: places of alternatives, at most two; ``at``: a step."""
    there = [(n, p) for n, p in enumerate(shown.report.played) if p.replay and p.replay.grids]
    chosen = _chosen([place for place, _ in there], asked)
    base = next((p.replay for place, p in there if place == chosen[0]), None) if chosen else None
    there = [(n, p) for n, p in there if base and p.replay and p.replay.grids == base.grids]
    said = {
        "label": words.LABEL,
        "shown": shown,
        "place_name": shown.place.in_(words.language()),
        "choices": [(n, words.letter(n), p.name, n in chosen) for n, p in there],
    }
    if base is None:
        return {**said, "sides": ()}
    paths, group = _cells(base.grids)
    both = [p.replay for n, p in there if n in chosen and p.replay]
    steps = spread(range(min(len(row) for r in both for row in (r.open, r.late))), MOST_STEPS)
    sheet = sheet_of(paths, within=shown.place_path, on=timezone.localdate())
    sides = [_side(n, p, group, len(paths), steps) for n, p in there if n in chosen]
    said["first_days"] = _first_days(shown, base)
    return {**said, **_page(base, steps, sides, sheet, at, is_coarse=len(paths) < len(base.grids))}


def _first_days(shown: Shown, replay: Replay) -> int:
    """How many days are shown where there was no room for all; 0 where all are."""
    plan = shown.plan
    period = (date.fromisoformat(plan.until_on) - date.fromisoformat(plan.from_on)).days
    days = round(len(replay.open) * replay.step_s / DAY_S)
    return days if days < period else 0


def _page(
    base: Replay, steps: Sequence[int], sides: Sequence[Side], sheet: Sheet, at: str, **more: Any
) -> dict[str, Any]:
    times = [words.moment_at(base.begins_at + n * base.step_s * 1_000_000) for n in steps]
    now = int(at) if at.isascii() and at.isdigit() and int(at) < len(times) else 0
    limits = limits_of(max(_most(side.open) for side in sides))
    late_most = max(_most(side.late) for side in sides)
    return {
        "sides": [_drawn(side, sheet, now, limits, late_most) for side in sides],
        "sheet": sheet,
        "legend": legend(limits),
        "times": times,
        "now": now,
        "now_said": times[now],
        "last": len(times) - 1,
        "rows": _rows(sides, sheet, now),
        "glances": [
            {
                "at": n,
                "time": times[n],
                "sides": [_drawn(side, sheet, n, limits, late_most) for side in sides],
            }
            for n in spread(range(len(times)), GLANCES)
        ],
        "numbers": {
            "times": times,
            "limits": limits,
            "lateMost": late_most,
            "dot": [LEAST_DOT, MORE_DOT],
            "sides": [{"open": side.open, "late": side.late} for side in sides],
        },
        **more,
    }


def limits_of(most: int) -> list[int]:
    """The least counts of each shade but the lightest, which is nothing."""
    return sorted({1, *(math.ceil(most * part) for part in (0.25, 0.5, 0.75) if most * part > 1)})


def shade(count: int, limits: Sequence[int]) -> int:
    """Which shade a count has."""
    return sum(count >= limit for limit in limits)


def legend(limits: Sequence[int]) -> list[tuple[int, str]]:
    """Each shade and the counts it stands for."""
    rows = [(0, "0")]
    for place, limit in enumerate(limits):
        upper = limits[place + 1] - 1 if place + 1 < len(limits) else None
        said = f"{limit}+" if upper is None else f"{limit}–{upper}" if upper > limit else f"{limit}"
        rows.append((place + 1, said))
    return rows


def dot_radius(late: int, most: int) -> float:
    """The mark of late matters: its area goes with their number."""
    return round(LEAST_DOT + MORE_DOT * math.sqrt(late / most), 1) if late and most else 0.0


def _chosen(there: Sequence[int], asked: Sequence[str]) -> list[int]:
    wanted = {int(word) for word in asked if word.isascii() and word.isdigit()}
    found = [place for place in there if place in wanted][:SIDES]
    return found or list(there[:SIDES])


def _cells(grids: Sequence[str]) -> tuple[list[str], list[int]]:
    """The parts of the map and, for each grid, its part: itself, or its community where there
    are too many grids to see.
    """
    names = list(grids) if len(grids) <= MOST_CELLS else [_parent(grid) for grid in grids]
    cells = list(dict.fromkeys(names))
    number = {path: place for place, path in enumerate(cells)}
    return cells, [number[name] for name in names]


def _parent(path: str) -> str:
    return f"{path.rstrip('/').rpartition('/')[0]}/"


def _side(
    place: int, played: Played, group: Sequence[int], count: int, steps: Sequence[int]
) -> Side:
    replay = played.replay
    if replay is None:  # those without one were left out before
        message = "an alternative without a replay was chosen"
        raise ValueError(message)
    return Side(
        place=place,
        letter=words.letter(place),
        name=played.name,
        open=tuple(_summed(replay.open[n], group, count) for n in steps),
        late=tuple(_summed(replay.late[n], group, count) for n in steps),
    )


def _summed(row: Sequence[int], group: Sequence[int], count: int) -> tuple[int, ...]:
    sums = [0] * count
    for part, number in zip(group, row, strict=True):
        sums[part] += number
    return tuple(sums)


def _most(rows: Sequence[Sequence[int]]) -> int:
    return max((number for row in rows for number in row), default=0)


def _drawn(
    side: Side, sheet: Sheet, step: int, limits: Sequence[int], late_most: int
) -> Mapping[str, Any]:
    open_, late = side.open[step], side.late[step]
    cells = [
        {
            "number": n,
            "shade": shade(open_[n], limits),
            "x": f"{cell.x:g}",
            "y": f"{cell.y:g}",
            "r": f"{dot_radius(late[n], late_most):g}",
        }
        for n, cell in enumerate(sheet.cells)
        if cell.drawn
    ]
    return {"side": side, "cells": cells, "open": sum(open_), "late": sum(late)}


def _rows(sides: Sequence[Side], sheet: Sheet, step: int) -> list[tuple[Cell, list[Any]]]:
    """The table under the map: each part with its counts on each side."""
    return [
        (
            cell,
            [
                {"letter": side.letter, "open": side.open[step][n], "late": side.late[step][n]}
                for side in sides
            ],
        )
        for n, cell in enumerate(sheet.cells)
    ]
