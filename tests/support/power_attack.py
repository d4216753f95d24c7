"""An attacker who has everything that is published of a place, and knows how matters move.

What goes into a state comes out of it or waits there. With the uses of power (by community), what
forms asked of grid workers, and the board's figures, each state gives one equation in whole
numbers, each published sum another. The equations are solved for each other (rows reduced) and
bounds are pushed through them; where only one number is left for a count that was hidden as small,
it was found out. Written without the code that hides: it may err only by not seeing something.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor, inf, isinf
from pathlib import Path
from typing import Any

CHARTER = Path(__file__).resolve().parents[2] / "charters" / "common"
OPEN, STAYS, REST, ALL = "*open", "=", "", "*"  # REST: in no community that is named
OFFICE, WORKER, PUBLIC = "office", "worker", "public"
STANDING = "offers that stood"
Name = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One change of state that the charter allows to a body of people."""

    before: str
    after: str
    action: str
    power: str
    body: str


@dataclass(slots=True)
class Known:
    """Equations in whole numbers that are nothing or more: a sum of (name, factor) is a number."""

    rows: list[tuple[dict[Name, Fraction], Fraction]] = field(default_factory=list)
    low: dict[Name, int] = field(default_factory=lambda: defaultdict(int))
    high: dict[Name, int] = field(default_factory=dict)

    def equal(self, names: Mapping[Name, int], number: int = 0) -> None:
        kept = {name: Fraction(factor) for name, factor in names.items() if factor}
        if kept:
            self.rows.append((kept, Fraction(number)))

    def told(self, name: Name, number: int) -> None:
        self.equal({name: 1}, number)


def steps_of(flow: str) -> tuple[Step, ...]:
    """From the charter's public tables: who may move a matter from where to where."""
    bodies = {row["role"]: row["body"] for row in _table("roles")}
    held: dict[str, set[str]] = defaultdict(set)
    for row in _table("powers"):
        worker = row["role"] == "grid_worker"
        body = WORKER if worker else PUBLIC if bodies[row["role"]] == "public" else OFFICE
        held[row["power"]].add(body)
    ended = _outcomes(flow)
    found = []
    for row in _table("transitions"):
        if row["flow"] not in (flow, "*") or row["to"] == STAYS:
            continue
        states = [s for s, end in ended.items() if not end] if row["from"] == OPEN else (
            row["from"].split("|")
        )  # fmt: skip
        for state in states:
            for body in sorted(held[row["power"]]):
                found.append(Step(state, row["to"], row["action"], row["power"], body))
    return tuple(dict.fromkeys(found))


def still_powers(flow: str) -> frozenset[str]:
    """Powers that are also used without a change of state, or in another flow."""
    return frozenset(
        row["power"]
        for row in _table("transitions")
        if row["to"] == STAYS or row["flow"] not in (flow, "*")
    )


def _table(name: str) -> list[dict[str, str]]:
    lines = (CHARTER / f"{name}.csv").read_text("utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def _outcomes(flow: str) -> dict[str, str]:
    """By state, what the board counts it as: solved, ended, or "" while it is open."""
    told = {"none": "", "solved": "solved"}
    return {
        row["state"]: told.get(row["outcome"], "ended")
        for row in _table("states")
        if row["flow"] == flow
    }


# --- from the publications to equations -----------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Seen:
    """One month as anybody can load it: the power ledger's JSON and the board's."""

    powers: Mapping[str, Any]
    board: Mapping[str, Any]


def equations(months: Sequence[Seen], communities: Sequence[str], flow: str = "event") -> Known:
    """All that is known of the months of a place since it began, if nothing moves any more.

    The attacker is sure that all matters are of one flow, that nothing waited before, and that
    nobody touched a matter between the end of a month and its publication.
    """
    known, outcomes, steps = Known(), _outcomes(flow), steps_of(flow)
    wheres = (*communities, REST, ALL)
    for number, month in enumerate(months):
        _of_powers(known, number, month, wheres, steps, still_powers(flow))
        _of_forms(known, number, month.board["tables"], steps)
        _of_board(known, number, month.board["tables"], steps)
        _of_states(known, number, wheres, steps, outcomes)
        names = [*steps, *outcomes, *(power for power, _ in month.powers["whole"]["used"])]
        for name in names:
            _add_up(known, number, wheres, name)
    _at_the_end(known, months, wheres, outcomes)
    return known


def _add_up(known: Known, number: int, wheres: Sequence[str], name: Any) -> None:
    """What is in the communities and in none is what there is in all."""
    known.equal({(number, where, name): -1 if where == ALL else 1 for where in wheres})


def _of_states(
    known: Known, number: int, wheres: Sequence[str], steps: Sequence[Step], outcomes: Any
) -> None:
    for where in wheres:
        for state in outcomes:
            names: Counter[Name] = Counter()
            for step in steps:
                moved = (number, where, step)
                names[moved] += (step.after == state) - (step.before == state)
            if number:
                names[number - 1, where, state] += 1
            names[number, where, state] -= 1
            known.equal(names)


def _of_powers(
    known: Known,
    number: int,
    month: Seen,
    wheres: Sequence[str],
    steps: Sequence[Step],
    still: frozenset[str],
) -> None:
    parts = month.powers["parts"]
    for power, count in month.powers["whole"]["used"]:
        for where in wheres:
            moved = [s for s in steps if s.power == power and s.body == OFFICE]
            names: Counter[Name] = Counter({(number, where, step): -1 for step in moved})
            if power in still:
                names[number, where, f"still:{power}"] = -1
            names[number, where, power] = 1
            known.equal(names)
        if count is None:
            known.low[number, ALL, power] = 1
            continue
        known.told((number, ALL, power), count)
        for members, part in parts[power]["by_place"]:
            codes = [code for _, _, code in members]
            known.equal({(number, code, power): 1 for code in codes}, part)
    _of_undone(known, number, steps, parts)


def _of_undone(known: Known, number: int, steps: Sequence[Step], parts: Mapping[str, Any]) -> None:
    """Each objection undoes an offer, and what the council sends elsewhere was objected to."""
    names: Counter[Name] = Counter({(number, ALL, "offer"): 1, (number, ALL, STANDING): -1})
    for step in steps:
        if step.action == "object" and step.body == OFFICE:
            names[number, ALL, step] -= 1
    known.equal(names)
    fate = parts.get("offer", {}).get("fate")
    if fate:
        known.told((number, ALL, STANDING), fate[0])


def _of_forms(known: Known, number: int, tables: Mapping[str, Any], steps: Sequence[Step]) -> None:
    rows = (tables["burden"] or {}).get("rows")
    if not rows:
        return
    blocks = [[form.removeprefix("action:") for form in row["forms"]] for row in rows]
    counts = [row["entries"] for row in rows]
    told = {action for block in blocks for action in block}
    moving = defaultdict(list)
    for step in steps:
        if step.body == WORKER:
            moving[step.action].append((number, ALL, step))
    for action, names in moving.items():
        if action not in told:
            for name in names:
                known.told(name, 0)
    for block, count in zip(blocks, counts, strict=True):
        known.equal({name: 1 for action in block for name in moving.get(action, ())} | {
            (number, "form", action): 1 for action in block if action not in moving
        }, count)  # fmt: skip


def _of_board(known: Known, number: int, tables: Mapping[str, Any], steps: Sequence[Step]) -> None:
    told = (("raised", "raised", "raise"), ("withdrawn", "yes", "withdraw"))
    for figure, category, action in told:
        for codes, counts in _board_rows(tables, figure):
            moved = [step for step in steps if step.action == action]
            names = {(number, code, step): 1 for code in codes for step in moved}
            known.equal(names, counts[category])


def _at_the_end(
    known: Known, months: Sequence[Seen], wheres: Sequence[str], outcomes: Mapping[str, str]
) -> None:
    """Where all matters of all months stand: the board says it of each month."""
    last = len(months) - 1
    for categories, kind in ((("solved",), "solved"), (("ended",), "ended"),
                             (("running", "overdue"), "")):  # fmt: skip
        states = [state for state, outcome in outcomes.items() if outcome == kind]
        for where in wheres:
            names: Counter[Name] = Counter({(last, where, state): 1 for state in states})
            for category in categories:
                names.update({(n, where, "stands", category): -1 for n in range(last + 1)})
            known.equal(names)
    for number, month in enumerate(months):
        for codes, counts in _board_rows(month.board["tables"], "standing"):
            for category, count in counts.items():
                known.equal({(number, code, "stands", category): 1 for code in codes}, count)


def _board_rows(
    tables: Mapping[str, Any], figure: str
) -> Iterator[tuple[Sequence[str], Mapping[str, int]]]:
    """The board's rows of the whole place and of its communities."""
    root, labels = tables["root"], tables["labels"]["by_place"]
    for parent, members, counts in tables["by_place"].get(figure, ()):
        if members == [root]:
            yield (ALL,), counts
        elif parent == root:
            yield [labels[member][3] for member in members], counts


# --- solving --------------------------------------------------------------------------------------
def bounds(known: Known, rounds: int = 60) -> tuple[dict[Name, int], dict[Name, int]]:
    """The least and the most that each name can be; raises where nothing fits."""
    low, high = dict(known.low), dict(known.high)
    rows = known.rows + _reduced(known.rows)
    for _ in range(rounds):
        moved = [_push(row, number, low, high) for row, number in rows]
        if not any(moved):
            break
    return low, high


def _reduced(rows: Sequence[tuple[dict[Name, Fraction], Fraction]]) -> list[Any]:
    """The same equations, each name but the free ones in only one of them."""
    done: dict[Name, tuple[dict[Name, Fraction], Fraction]] = {}
    for names, number in rows:
        row, right = dict(names), number
        for name in [one for one in row if one in done]:
            right = _less(row, right, row.get(name, Fraction(0)), done[name])
        if not row:
            continue
        lead = min(row, key=repr)
        by = row[lead]
        row, right = {name: factor / by for name, factor in row.items()}, right / by
        for name, (other, other_right) in done.items():
            if lead in other:
                done[name] = other, _less(other, other_right, other[lead], (row, right))
        done[lead] = row, right
    return list(done.values())


def _less(row: dict[Name, Fraction], right: Fraction, by: Fraction, other: Any) -> Fraction:
    names, number = other
    if not by:
        return right
    for name, factor in names.items():
        row[name] = row.get(name, Fraction(0)) - by * factor
        if not row[name]:
            del row[name]
    return right - by * number


def _push(row: Mapping[Name, Fraction], number: Fraction, low: Any, high: Any) -> bool:
    """Tighten the bounds of every name of one equation; whether any was."""
    spans = {
        name: sorted((factor * low.get(name, 0), factor * high.get(name, inf)))
        for name, factor in row.items()
    }
    moved = False
    for side in (0, 1):  # the others at their least, then at their most
        endless = [name for name, span in spans.items() if isinf(span[side])]
        if len(endless) > 1:
            continue
        others = sum((s[side] for s in spans.values() if not isinf(s[side])), Fraction(0))
        for name in endless or spans:
            factor = row[name]
            rest = number - others + (0 if endless else spans[name][side])
            moved |= _bound(name, rest / factor, low, high, is_high=(side == 0) == (factor > 0))
    return moved


def _bound(name: Name, edge: Fraction, low: Any, high: Any, *, is_high: bool) -> bool:
    if is_high:
        moved = floor(edge) < high.get(name, inf)
        high[name] = min(floor(edge), high.get(name, inf))
    else:
        moved = ceil(edge) > low.get(name, 0)
        low[name] = max(ceil(edge), low.get(name, 0))
    if low.get(name, 0) > high.get(name, inf):
        message = f"nothing fits {name}: {low.get(name, 0)} to {high[name]}"
        raise ValueError(message)
    return moved
