"""The exact uses of power in a month of a place, counted from acts alone. For bridges only."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from commongrid.ledger.models import Act
from commongrid.rooms.places import face as places
from commongrid.rooms.publications.cards import PowerCounts, PowerMonthToCount
from commongrid.rooms.publications.domain.moving import Loose, Move, moves_of
from commongrid.rooms.publications.domain.using import (
    FATES,
    LEFT_OUT,
    WAIT_EDGES_H,
    ReadAct,
    uses_of,
)

SUBJECT = "matter:"
SUBJECTS_A_GO = 400


def count_powers(month: PowerMonthToCount, *, as_of: datetime) -> PowerCounts:
    """How often each power was used in a month, by community, fate, reason and wait.

    Cost: one statement for the subjects of the month and one for every 400 of them; memory does
    not grow with the acts.
    """
    cells: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * len(FATES))
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    waits: dict[str, list[int]] = defaultdict(lambda: [0] * (len(WAIT_EDGES_H) + 1))
    movement = _Movement()
    places_of, bodies = _Places(month.root_path), _Bodies()
    for group in _groups(_subjects(month)):
        for subject, acts in _acts_of(group, as_of):
            community = places_of.community(subject, acts)
            if community is None:
                continue
            is_matter = subject.startswith(SUBJECT)
            for use in uses_of(acts, since=month.since, until=month.until, body_of=bodies.of):
                cells[use.power, community][FATES.index(use.fate)] += 1
                reasons[use.power][use.reason] += 1
                if is_matter and use.waited_h is not None:
                    waits[use.power][bisect_right(WAIT_EDGES_H, use.waited_h)] += 1
            moves = moves_of(acts, since=month.since, until=month.until, body_of=bodies.of)
            movement.add(moves, community)
    return PowerCounts(
        cells={key: (one[0], one[1], one[2]) for key, one in sorted(cells.items())},
        reasons={power: dict(found) for power, found in sorted(reasons.items())},
        waits={power: tuple(found) for power, found in sorted(waits.items())},
        charters=tuple(sorted(bodies.keys)),
        moves=dict(sorted(movement.moves.items())),
        loose=dict(sorted(movement.loose.items())),
    )


class _Movement:
    """Moves by community, and how many came, went and stood there that nobody can know."""

    def __init__(self) -> None:
        self.moves: Counter[tuple[str, str, str, str]] = Counter()
        self.loose: Counter[tuple[str, str, str]] = Counter()

    def add(self, moves: Iterable[Move | Loose], path: str) -> None:
        for one in moves:
            if isinstance(one, Move):
                self.moves[one.power, one.before, one.after, path] += 1
            else:
                self.loose[one.state, path, one.side] += 1


def _subjects(month: PowerMonthToCount) -> Iterator[str]:
    """The subjects with an act of power in the month, of all places: where is told by the acts."""
    rows = Act.objects.filter(at__gte=month.since, at__lt=month.until).exclude(power="")
    rows = rows.exclude(role__in=LEFT_OUT)
    yield from rows.order_by("subject").values_list("subject", flat=True).distinct().iterator()


def _groups(subjects: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(subjects)
    while group := list(islice(rest, SUBJECTS_A_GO)):
        yield group


def _acts_of(subjects: list[str], as_of: datetime) -> Iterator[tuple[str, list[ReadAct]]]:
    rows = Act.objects.filter(subject__in=subjects, at__lte=as_of).order_by("subject", "position")
    fields = ("subject", "action", "power", "role", "at", "charter_key", "core", "words", "rule_id")
    found: dict[str, list[ReadAct]] = defaultdict(list)
    key = ""
    for row in rows.values_list(*fields):
        subject, action, power, role, at, charter_key, core, words, rule_id = row
        known = found[subject]
        key = charter_key or (known[-1].charter_key if known else "")
        after: dict[str, Any] = json.loads(core)["after"]
        act = ReadAct(
            action=action,
            power=power,
            role=role,
            at=at,
            charter_key=key,
            after=after,
            words=words,
            flow=rule_id.partition(".")[0],
        )
        known.append(act)
    yield from found.items()


class _Places:
    """Where the subjects of acts lie: the path of the community below the place that is counted."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.known: dict[str, str] = {}

    def community(self, subject: str, acts: Sequence[ReadAct]) -> str | None:
        """The path cut below the root; None for what lies elsewhere or nowhere."""
        for code in _codes(subject, acts):
            path = self._path(code)
            if path.startswith(self.root):
                parts = path.removeprefix(self.root).strip("/").split("/")
                return f"{self.root}{parts[0]}/" if parts[0] else self.root
        return None

    def _path(self, code: str) -> str:
        if code not in self.known:
            card = places.find_place(code)
            self.known[code] = card.path if card else ""
        return self.known[code]


def _codes(subject: str, acts: Sequence[ReadAct]) -> Iterator[str]:
    """Codes of places that the acts of a subject name."""
    if not subject.startswith(SUBJECT):
        yield from (part for part in subject.split(":")[1:] if part.isdecimal())
    for act in acts:
        for name in ("place", "place_code"):
            code = act.after.get(name)
            if isinstance(code, str) and code:
                yield code
                return


class _Bodies:
    """Which roles are public, staff or the clock, by the charter of the act."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.known: dict[tuple[str, str], str] = {}

    def of(self, charter_key: str, role: str) -> str:
        """Of a role; an act without a charter is judged by its role's name alone."""
        key = charter_key, role
        if key not in self.known:
            self.known[key] = self._asked(charter_key, role)
        return self.known[key]

    def _asked(self, charter_key: str, role: str) -> str:
        if not charter_key:
            return "" if role in ("", "system", "anyone", "reporter") else "staff"
        try:
            found = places.get_charter(charter_key).charter.roles.get(role)
        except places.NoCharterError:
            return ""
        self.keys.add(charter_key)
        return found.body if found else ""
