"""The steps a request took, as far as its record says so, each by the office it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from commongrid.charter.matter import Actor, Hat
from commongrid.charter.schema import Kind

IMPORTER = "system:import"
LONGEST_FEEDBACK = 1000
STAGE_STEPS = {"reported": 0, "accepted": 1, "dispatched": 2, "handling": 3, "closed": 3}

Step = tuple[str, Actor, datetime, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a row says about the way of its request."""

    path: str  # of the place the importer acts for
    unit: str
    stage: str
    opened: datetime
    closed: datetime | None
    record: str
    answer: str
    answered: datetime | None
    expected: datetime | None
    latest: datetime  # nothing is recorded after it
    zone: ZoneInfo
    not_said: str

    def office(self, role: str, unit: str = "") -> Actor:
        """The importer acting for one office: one hat a step, over the place, in the unit."""
        return Actor(key=IMPORTER, hats=(Hat(role, self.path, unit),))

    def day(self, at: datetime) -> str:
        """The day on the wall of the place."""
        return at.astimezone(self.zone).date().isoformat()

    @property
    def done(self) -> dict[str, str]:
        """What is said when work is done: the record, and its beginning for the person."""
        is_short = len(self.record) <= LONGEST_FEEDBACK
        words = self.record if is_short else f"{self.record[: LONGEST_FEEDBACK - 1]}…"
        return {"feedback": words, "record": self.record}


def steps_of(kind: Kind, facts: Facts) -> list[Step]:
    """The steps of a request of a kind, oldest first."""
    return STEPS.get(kind, _no_steps)(facts)


def _event(facts: Facts) -> list[Step]:
    """Accepted, offered and taken when opened: a file says when it was closed, not when these."""
    at, said = facts.opened, facts.not_said
    steps: list[Step] = [
        ("accept", facts.office("desk"), at, {}),
        ("offer", facts.office("dispatcher"), at, {"unit": facts.unit, "reason": said}),
        ("take", facts.office("handler", facts.unit), at, {"contact_name": said}),
    ]
    steps = steps[: STAGE_STEPS[facts.stage]] + _answer(facts)
    if facts.closed is None:
        return steps
    check = {"record": facts.record, "seen_on": facts.day(facts.closed)}
    return [
        *steps,
        ("claim_done", facts.office("handler", facts.unit), facts.closed, facts.done),
        ("check_pass", facts.office("checker"), facts.closed, check),
    ]


def _service(facts: Facts) -> list[Step]:
    """A service ends with the person's own word, which no file holds: it stays "served"."""
    at = facts.opened
    steps: list[Step] = [
        ("accept", facts.office("desk"), at, {}),
        ("assign", facts.office("desk"), at, {"unit": facts.unit}),
    ]
    steps = steps[: STAGE_STEPS[facts.stage]] + _answer(facts)
    if facts.closed is None:
        return steps
    served = ("serve", facts.office("handler", facts.unit), facts.closed, facts.done)
    return [*steps, served]


def _answer(facts: Facts) -> list[Step]:
    """An answer to the person, only where text, time and next date are all known."""
    if facts.stage not in ("handling", "closed"):
        return []
    if not facts.answer or facts.answered is None or facts.expected is None:
        return []
    if not facts.opened <= facts.answered <= facts.latest:
        return []
    fields = {
        "answer_text": facts.answer,
        "next_step": facts.not_said,
        "next_on": facts.day(facts.expected),
    }
    return [("answer", facts.office("handler", facts.unit), facts.answered, fields)]


def _no_steps(_facts: Facts) -> list[Step]:
    """Disputes and emergencies: what people agreed or who answered the call is in no file."""
    return []


STEPS: Mapping[Kind, Callable[[Facts], list[Step]]] = {
    Kind.EVENT: _event,
    Kind.SERVICE: _service,
}
