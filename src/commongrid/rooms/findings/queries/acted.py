"""Lists made of acts: what residents disputed, answers alike, contact data that was opened.

Acts are found first where they are few, and matters first where answers are many; either way two
statements. The reader's area is asked before anything is counted off: the acts of other places
take no room here. Who acted is not read: the post is.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from commongrid.kernel.text import Text
from commongrid.ledger import face as ledger
from commongrid.rooms.findings.cards import UnitCount, WatchRow
from commongrid.rooms.findings.domain.watching import (
    SHORTEST_TEXT,
    Thresholds,
    Watch,
)
from commongrid.rooms.findings.queries.matching import Matters, claimed_lately
from commongrid.rooms.findings.queries.naming import (
    FIELDS,
    Row,
    Rules,
    count_units,
    group_row,
    watch_row,
)
from commongrid.rooms.matters import face as matters
from commongrid.rooms.people import face as people

MATTER = "matter"
MOST_READ = 2_000
DISPUTES = ("not_solved", "not_what_needed", "reopen", "appeal")
OPENINGS = ("reveal", "outside_reveal")
ANSWERS = ("claim_done", "serve", "solve_here", "answer")
REPORTER = "reporter"
NO_KIND = Text("没有选类别", "no kind was chosen")
EXCERPT = 120
_LOOSE = re.compile(r"[\W\d_]+")


@dataclass(frozen=True, slots=True)
class Read:
    """All rows of such a list, by unit; ``is_exact`` where nothing was left unread.

    ``kinds``: openings of contact data by the charter's reasons.
    """

    rows: tuple[WatchRow, ...]
    units: tuple[UnitCount, ...]
    is_exact: bool
    kinds: tuple[tuple[Text, int], ...] = ()


def read_disputes(rows: Matters, at: datetime, by: Thresholds, reads: people.Scope) -> Read:
    """Matters a resident said are not solved, had reopened or reviewed; newest first."""
    acts = ledger.list_acts_within(
        MATTER, rows, actions=DISPUTES, role=REPORTER, since=at - by.back, most=MOST_READ + 1
    )
    return _one_each(rows, acts, Rules(reads), note_of=lambda act, rules, row: rules.of(
        row["charter_key"]).label(act.action))  # fmt: skip


def read_openings(rows: Matters, at: datetime, by: Thresholds, reads: people.Scope) -> Read:
    """Matters of which contact data were opened, by which post and for what; newest first."""
    acts = ledger.list_acts_within(
        MATTER, rows, actions=OPENINGS, since=at - by.back, most=MOST_READ + 1, words=True
    )
    return _one_each(rows, acts, Rules(reads), note_of=_post, words=True)


def read_same_texts(rows: Matters, at: datetime, by: Thresholds, reads: people.Scope) -> Read:
    """Answers given with one text to several matters of a unit; the most matters first."""
    known = {
        _subject(row["pk"]): row
        for row in claimed_lately(rows, at, by).values(*FIELDS)[: MOST_READ + 1]
    }
    alike: dict[tuple[str, str], dict[str, tuple[datetime, str]]] = defaultdict(dict)
    for act in ledger.list_acts_on(list(known), actions=ANSWERS, since=at - by.back):
        text = _answer(act.words)
        loose = _LOOSE.sub("", text)
        if len(loose) >= SHORTEST_TEXT:
            unit = known[act.subject]["unit"]
            alike[unit, loose][act.subject] = act.at, text
    rules = Rules(reads)
    groups = [one for one in alike.values() if len(one) >= by.same_text]
    groups.sort(key=lambda one: (-len(one), min(one)))
    shown = tuple(_same_text(one, known, rules) for one in groups)
    firsts = [(known[min(one)], len(one)) for one in groups]
    return Read(shown, _units(firsts, rules), len(known) <= MOST_READ)


READ: dict[Watch, Callable[[Matters, datetime, Thresholds, people.Scope], Read]] = {
    Watch.DISPUTED: read_disputes,
    Watch.SAME_TEXT: read_same_texts,
    Watch.OPENED: read_openings,
}


def _one_each(
    rows: Matters,
    acts: Sequence[ledger.SeenAct],
    rules: Rules,
    *,
    note_of: Callable[[ledger.SeenAct, Rules, Row], Text],
    words: bool = False,
) -> Read:
    """A row for each matter with such acts: the newest of them, and how many there were."""
    found: dict[UUID, list[ledger.SeenAct]] = defaultdict(list)
    for act in acts:
        found[act.id].append(act)
    known = {row["pk"]: row for row in rows.filter(pk__in=list(found)).order_by().values(*FIELDS)}

    def reads_it(pk: UUID) -> bool:
        return rules.named(known[pk]).may_open

    shown = [
        watch_row(
            known[pk], rules, at=past[0].at, figure=str(len(past)),
            note=_purpose(past[0]) if words and reads_it(pk) else "",
            note_name=note_of(past[0], rules, known[pk]),
        )
        for pk, past in found.items()
        if pk in known
    ]  # fmt: skip
    units = _units([(row, 1) for row in known.values()], rules)
    kinds = _kinds(found, known, rules) if words else ()
    return Read(tuple(shown), units, len(acts) <= MOST_READ, kinds)


def _kinds(
    found: dict[UUID, list[ledger.SeenAct]], known: dict[UUID, Row], rules: Rules
) -> tuple[tuple[Text, int], ...]:
    """Openings by kind of reason, in the order of the keys; those without one come first."""
    counts: dict[tuple[str, Text], int] = defaultdict(int)
    for pk, row in known.items():
        for act in found[pk]:
            key = matters.reason_of(act.action, _plain(act.words))
            name = matters.reason_name(key, rules.of(row["charter_key"])) if key else NO_KIND
            counts[key, name] += 1
    return tuple((name, n) for (_, name), n in sorted(counts.items(), key=lambda one: one[0][0]))


def _same_text(
    one: dict[str, tuple[datetime, str]], known: dict[str, Row], rules: Rules
) -> WatchRow:
    newest = max(at for at, _ in one.values())
    _, text = next(iter(one.values()))
    excerpt = text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"
    members = [known[subject] for subject in sorted(one)]
    return group_row(members, rules, at=newest, figure=str(len(members)), note=excerpt)


def _units(rows: Iterable[tuple[Row, int]], rules: Rules) -> tuple[UnitCount, ...]:
    return count_units([(row["unit"], row["charter_key"], n) for row, n in rows], rules)


def _post(act: ledger.SeenAct, rules: Rules, row: Row) -> Text:
    return rules.of(row["charter_key"]).role_name(act.role) if act.role else Text("", "")


def _answer(words: str) -> str:
    kept = _plain(words)
    return str(kept.get("feedback") or kept.get("answer_text") or "").strip()


def _purpose(act: ledger.SeenAct) -> str:
    return str(_plain(act.words).get("purpose", ""))


def _plain(words: str) -> dict[str, Any]:
    try:
        kept = json.loads(words)
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}


def _subject(pk: UUID) -> str:
    return f"{MATTER}:{pk}"
