"""A plan as somebody types it: the names of the fields are the paths of the plain plan.

So every fault, whoever finds it, stands beside its field. Rows left empty are no rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django.http import QueryDict

from commongrid.kernel.text import Text

Fault = tuple[str, Text]
CELLS: Mapping[str, tuple[str, ...]] = {
    "limits": ("type", "milestone", "case", "duration"),
    "clocks": ("clock", "duration"),
    "parameters": ("name", "value"),
    "staff": ("holder", "change", "area", "from_on", "until_on"),
}
HEAD = (
    *("from_on", "until_on", "demand", "least", "most", "narrow", "seed"),
    *("hour_cost", "cost_source"),
)
SHOCK = ("drill", "from_on", "until_on", "strength", "absent", "areas", "neighbours_help")
ONE = ("name", "charter", "order")
WHOLE = ("least", "most", "seed")
_ROW = re.compile(r"alternatives\.(\d{1,2})\.(limits|clocks|parameters|staff)\.(\d{1,3})\.(\w+)")
_ONE = re.compile(r"alternatives\.(\d{1,2})\.(name|charter|order|is_calm)")
NO_NUMBER = Text(zh="应是数字", en="must be a number")
NO_WHOLE = Text(zh="应是整数", en="must be a whole number")


def plain_of(place_path: str, given: QueryDict) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """The plain plan somebody typed, and the faults of numbers that are none.

    A wrong number stays in the plan as it was typed, so that the form shows it again.
    """
    faults: list[Fault] = []
    plan: dict[str, Any] = {"place": place_path, "alternatives": _alternatives(given, faults)}
    for name in HEAD:
        if name in given:
            plan[name] = _value(name, name, given[name], faults)
    shock: dict[str, Any] = {}
    for name in SHOCK:
        path = f"shock.{name}"
        if name == "areas":
            shock[name] = [area for area in given.getlist(path) if area]
        elif name == "neighbours_help":
            shock[name] = path in given
        elif path in given:
            shock[name] = _value(path, name, given[path], faults)
    return {**plan, "shock": shock}, tuple(faults)


def typed(plan: Mapping[str, Any], path: str) -> str:
    """What stands in the field of a path: the day before an exclusive end, a share in percent."""
    value: Any = plan
    for part in path.split("."):
        key: Any = int(part) if isinstance(value, list | tuple) else part
        try:
            value = value[key]
        except (KeyError, IndexError):
            return ""
    name = path.rsplit(".", 1)[-1]
    if name == "until_on":
        return _moved(str(value), -1)
    if name in ("absent", "narrow") and isinstance(value, float | int):
        return f"{value * 100:g}"
    if name == "hour_cost" and not value:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def changed_rows(plan: dict[str, Any], add: str, drop: str) -> dict[str, Any]:
    """The plan with one more row or one row less, as a button of the form asks."""
    if drop:
        _leave_out(plan, drop.split("."))
    elif add == "alternatives":
        plan["alternatives"].append({"name": "", **{group: [] for group in CELLS}})
    elif add:
        parts = add.split(".")
        if len(parts) == 3 and parts[1].isdecimal() and parts[2] in CELLS:
            at = int(parts[1])
            if at < len(plan["alternatives"]):
                plan["alternatives"][at][parts[2]].append({})
    return plan


def _leave_out(plan: dict[str, Any], parts: list[str]) -> None:
    value: Any = plan
    for part in parts[:-1]:
        try:
            value = value[int(part)] if part.isdecimal() else value[part]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(value, list) and parts[-1].isdecimal() and int(parts[-1]) < len(value):
        del value[int(parts[-1])]


def _alternatives(given: QueryDict, faults: list[Fault]) -> list[dict[str, Any]]:
    heads: dict[int, dict[str, Any]] = {}
    rows: dict[int, dict[str, dict[int, dict[str, str]]]] = {}
    for key, value in given.items():
        if found := _ONE.fullmatch(key):
            heads.setdefault(int(found[1]), {})[found[2]] = str(value).strip()
        elif found := _ROW.fullmatch(key):
            number, group, row, cell = int(found[1]), found[2], int(found[3]), found[4]
            if cell in CELLS[group]:
                groups = rows.setdefault(number, {})
                groups.setdefault(group, {}).setdefault(row, {})[cell] = str(value).strip()
    made: list[dict[str, Any]] = []
    for number in sorted(heads):
        at = f"alternatives.{len(made)}"
        filled = {g: list(_filled(rows.get(number, {}).get(g, {}))) for g in CELLS}
        typed_rows = {g: _rows(f"{at}.{g}", cells, faults) for g, cells in filled.items()}
        is_calm = {"is_calm": "is_calm" in heads[number]}
        made.append({**heads[number], **is_calm, **typed_rows})
    return made


def _filled(rows: Mapping[int, Mapping[str, str]]) -> Iterator[Mapping[str, str]]:
    for number in sorted(rows):
        if any(rows[number].values()):
            yield rows[number]


def _rows(at: str, rows: list[Mapping[str, str]], faults: list[Fault]) -> list[dict[str, Any]]:
    return [
        {name: _value(f"{at}.{n}.{name}", name, text, faults) for name, text in row.items()}
        for n, row in enumerate(rows)
    ]


def _value(path: str, name: str, text: str, faults: list[Fault]) -> Any:
    text = str(text).strip()
    if name == "until_on":
        return _moved(text, 1)
    if name in (*WHOLE, "change"):
        try:
            return int(text)
        except ValueError:
            faults.append((path, NO_WHOLE))
            return text
    if name == "hour_cost" and not text:
        return 0.0  # no cost is asked for
    if name in ("demand", "narrow", "strength", "absent", "hour_cost"):
        try:
            number = float(text)
        except ValueError:
            faults.append((path, NO_NUMBER))
            return text
        return number / 100 if name in ("narrow", "absent") else number
    return text


def _moved(text: str, days: int) -> str:
    try:
        return (date.fromisoformat(text) + timedelta(days=days)).isoformat()
    except (ValueError, OverflowError):
        return text
