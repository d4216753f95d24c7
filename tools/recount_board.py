#!/usr/bin/env python3
"""Count the figures of a month again, slowly, from the ledger's acts alone.

    recount_board.py --sqlite var/commongrid.sqlite3 --since 2011-07-01T00:00-04:00 \
        --until 2011-08-01T00:00-04:00 --as-of 2026-01-01T00:00+00:00 [--places CODE,CODE]
    recount_board.py --acts acts.jsonl ...       one act a line, as the ledger keeps it

Written a second time from the definitions on the board (figures.csv) and sharing no code with
CommonGrid, so that an error in one shows as a difference. Prints JSON: by grid and type the count
of each category of each figure, and of waits. Needs Python alone.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

Act = dict[str, Any]

# How states end (charter, states.csv): flow -> state -> solved or ended. All others are open.
SOLVED = {
    "event": ["closed"],
    "service": ["closed"],
    "dispute": ["settled"],
    "emergency": ["closed"],
}
ENDED = {
    "event": ["unconfirmed", "redirected", "merged", "withdrawn", "handed_over"],
    "service": [
        "unconfirmed", "lapsed", "declined", "redirected", "withdrawn", "handed_over", "merged",
    ],
    "dispute": ["diverted", "refused", "withdrawn", "merged"],
    "emergency": ["not_emergency", "merged"],
}  # fmt: skip
WAIT_HOURS = [4, 24, 72, 168, 360, 720]


def when(text: str) -> datetime:
    """An instant of the ledger or of the command line."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def acts_of_sqlite(path: str) -> Iterator[Act]:
    """All acts on matters, read from the database file and never written."""
    base = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    query = "SELECT core FROM ledger_act WHERE subject LIKE 'matter:%' ORDER BY subject, position"
    for (core,) in base.execute(query):
        yield json.loads(core)


def acts_of_lines(path: str) -> Iterator[Act]:
    """One act a line."""
    with Path(path).open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def matters_of(acts: Iterable[Act], as_of: datetime) -> Iterator[tuple[str, list[Act]]]:
    """Acts by matter, in order; what came later than as_of had not happened yet."""
    by_subject: dict[str, list[Act]] = defaultdict(list)
    for act in acts:
        if act["subject"].startswith("matter:") and when(act["at"]) <= as_of:
            by_subject[act["subject"]].append(act)
    for subject, chain in by_subject.items():
        chain.sort(key=lambda act: act["position"])
        if chain[0]["action"] in ("raise", "offer_mediation") or "place" in chain[0]["after"]:
            yield subject, chain


def last_word(chain: list[Act], name: str, default: str) -> str:
    """The last value any act gave to a fact."""
    for act in reversed(chain):
        if name in act["after"]:
            return str(act["after"][name])
    return default


def entered(chain: list[Act]) -> list[tuple[str, Act]]:
    """(state, act) each time the state changed, oldest first."""
    state: str | None = None
    steps: list[tuple[str, Act]] = []
    for act in chain:
        new = act["after"].get("state", state)
        if new != state:
            steps.append((new, act))
            state = new
    return steps


# What was last said of a promise: how it stands, when it is due, when that was said.
Said = tuple[str, str | None, datetime]


def stand_of(flow: str, state: str) -> str:
    """Whether a state is solved, ended without that, or open."""
    if state in SOLVED.get(flow, []):
        return "solved"
    return "ended" if state in ENDED.get(flow, []) else "open"


def claimed_at(flow: str, steps: list[tuple[str, Act]]) -> datetime | None:
    """When it was said to be done: the last claim that nothing but an end came after."""
    for state, act in reversed(steps):
        if state in ("claimed", "served"):
            return when(act["at"])
        if stand_of(flow, state) == "open":
            return None
    return None


def promises_of(chain: list[Act]) -> dict[str, Said]:
    """The last that was said about each promise."""
    said: dict[str, Said] = {}
    for act in chain:
        for key, facts in act["after"].get("promises", {}).items():
            said[key] = (facts.get("status", "running"), facts.get("due"), when(act["at"]))
    return said


def is_over(promise: Said, moment: datetime, *, inclusive: bool) -> bool:
    """Whether a running promise was due before a moment (``inclusive``: or at it)."""
    status, due, _ = promise
    if status != "running" or not due:
        return False
    return when(due) < moment or (inclusive and when(due) == moment)


def word_of_answer(answer: Said | None, *, overdue: bool) -> str:
    """Whether the first answer came in time."""
    if answer and answer[0] == "kept":
        return "in_time"
    return "late" if overdue or (answer and answer[0] == "late") else "unknown"


def word_of_solution(solutions: list[Said], stand: str, *, overdue: bool) -> str:
    """Whether the solution came in time."""
    known = {status for status, _, _ in solutions}
    if overdue or known & {"late", "unsolved"}:
        return "late"
    return "in_time" if stand == "solved" and "kept" in known else "unknown"


def word_of_check(stand: str, state: str, action: str) -> str:
    """Whether somebody looked whether it was solved."""
    if stand == "solved":
        return "checked" if action in ("confirm", "check_pass", "settle") else "unchecked"
    is_said = state in ("claimed", "served", "unconfirmed")
    return "unchecked" if is_said else "not_applicable"


def ever(chain: list[Act], fact: str) -> str:
    """Whether any act set a fact."""
    return "yes" if any(act["after"].get(fact) for act in chain) else "no"


def judge(chain: list[Act], as_of: datetime) -> dict[str, Any]:
    """One matter's facts, worked out backwards from its acts."""
    flow = chain[0]["rule_id"].split(".")[0]
    steps = entered(chain)
    state, into = steps[-1]
    stand, claim, here = stand_of(flow, state), claimed_at(flow, steps), when(into["at"])
    promises = promises_of(chain)
    answer = promises.get("answer")
    solutions = [promise for key, promise in promises.items() if key.split(":")[0] == "finish"]
    is_open, measured = stand == "open", as_of if claim is None else claim
    answer_over = bool(is_open and answer and is_over(answer, as_of, inclusive=True))
    solution_over = is_open and any(is_over(one, measured, inclusive=False) for one in solutions)
    standing = ("overdue" if answer_over or solution_over else "running") if is_open else stand

    received = when(chain[0]["at"])
    solved = (claim or here) if stand == "solved" else None
    over = as_of if is_open else here
    waits = {"wait_solution": (solved or over, solved is not None)}
    if answer:
        was_given = answer[0] in ("kept", "late")
        waits["wait_answer"] = (answer[2] if was_given else over, was_given)
    return {
        "place": chain[0]["after"]["place"],
        "type": last_word(chain, "type", ""),
        "received": received,
        "solved": solved,
        "words": {
            "raised": "raised",
            "answer": word_of_answer(answer, overdue=answer_over),
            "solution": word_of_solution(solutions, stand, overdue=solution_over),
            "standing": standing,
            "checked": word_of_check(stand, state, into["action"]),
            "redone": ever(chain, "redone"),
            "hung": ever(chain, "hung"),
            "withdrawn": "yes" if state == "withdrawn" else "no",
        },
        "waits": {
            name: (sum((until - received) >= timedelta(hours=h) for h in WAIT_HOURS), ended)
            for name, (until, ended) in waits.items()
        },
    }


def recount(
    acts: Iterable[Act],
    since: datetime,
    until: datetime,
    as_of: datetime,
    grids: set[str] | None = None,
) -> dict[str, Any]:
    """All counts of the matters received in [since, until), as they stood at as_of."""
    judged = [judge(chain, as_of) for _, chain in matters_of(acts, as_of)]
    if grids is not None:
        judged = [one for one in judged if one["place"] in grids]
    solved: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for one in judged:
        if one["solved"]:
            solved[one["place"], one["type"]].append(one["solved"])
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    waits: dict[str, list[list[int]]] = defaultdict(lambda: [[0] * 7, [0] * 7])
    month = timedelta(days=30)
    for one in judged:
        if not since <= one["received"] < until:
            continue
        key = f"{one['place']}/{one['type']}"
        times = solved[one["place"], one["type"]]
        comes_back = any(timedelta(0) < one["received"] - at <= month for at in times)
        one["words"]["recurring"] = "yes" if comes_back else "no"
        for figure, category in one["words"].items():
            counts[key][f"{figure}:{category}"] += 1
        for name, (interval, ended) in one["waits"].items():
            waits[f"{key}:{name}"][0 if ended else 1][interval] += 1
    return {"counts": {k: dict(v) for k, v in counts.items()}, "waits": dict(waits)}


def main() -> None:
    """Read the words of the command line, count, print."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    source = words.add_mutually_exclusive_group(required=True)
    source.add_argument("--sqlite")
    source.add_argument("--acts")
    for name in ("--since", "--until", "--as-of"):
        words.add_argument(name, required=True, type=when)
    words.add_argument("--places", help="only these grids, by code")
    asked = words.parse_args()
    acts = acts_of_sqlite(asked.sqlite) if asked.sqlite else acts_of_lines(asked.acts)
    grids = set(asked.places.split(",")) if asked.places else None
    found = recount(acts, asked.since, asked.until, asked.as_of, grids)
    json.dump(found, sys.stdout, indent=1, sort_keys=True)


if __name__ == "__main__":
    main()
