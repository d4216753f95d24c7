"""Why a step is possible or not: the charter's row, its source, and each condition in turn."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from commongrid.charter.compiler import Compiled
from commongrid.charter.decide import FIELD_GUARDS
from commongrid.charter.schema import Power, Transition
from commongrid.charter.vocabulary import guard_text, word_name
from commongrid.doors.desk.present import say
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Verdict
from commongrid.rooms.matters import face as matters
from commongrid.rooms.places import face as places


@dataclass(frozen=True, slots=True)
class Check:
    """One condition. ``result``: yes, no, form (asked once it is sent) or open (not asked)."""

    words: str
    key: str
    result: str


@dataclass(frozen=True, slots=True)
class Holder:
    """A role that may take the step, on what basis."""

    role: Text
    power: Power


@dataclass(frozen=True, slots=True)
class Explained:
    """One row of the charter for this step, with what it asks and how that stands."""

    row: Transition
    to_state: Text
    holders: tuple[Holder, ...]
    checks: tuple[Check, ...]
    is_judged: bool  # the verdict speaks of this row


def explain(page: matters.MatterPage, action: str, verdict: Verdict) -> tuple[Explained, ...]:
    """Every row of the charter by which the step could start from the matter's state.

    Several rows for one step are tried in order; the verdict speaks of one of them.
    """
    book = places.get_charter(page.charter_key)
    found = book.transitions.get((page.card.kind, page.card.state), ())
    rows = [row for row in found if row.action == action]
    judged = _judged(rows, verdict)
    return tuple(_explained(row, verdict, book, is_judged=row is judged) for row in rows)


def _judged(rows: list[Transition], verdict: Verdict) -> Transition | None:
    """Rows of one step share a rule id; the refused guard tells them apart."""
    last = verdict.rule.rpartition("/")[2]
    return next((row for row in rows if last in row.guards), rows[0] if rows else None)


def _explained(row: Transition, verdict: Verdict, book: Compiled, *, is_judged: bool) -> Explained:
    state = page_state(row)
    to_state = book.charter.states.get((row.flow, state))
    return Explained(
        row=row,
        to_state=to_state.name if to_state else Text.both(state),
        holders=tuple(Holder(book.role_name(p.role), p) for p in book.powers.get(row.power, ())),
        checks=_checks(row, verdict) if is_judged else (),
        is_judged=is_judged,
    )


def page_state(row: Transition) -> str:
    """The state a row leads to; "=" stays where it is."""
    return row.from_state if row.to_state == "=" else row.to_state


def _checks(row: Transition, verdict: Verdict) -> tuple[Check, ...]:
    failed = "" if verdict.allowed else verdict.rule.rpartition("/")[2]
    steps = [
        ("who", _("Your appointment gives you this step here")),
        ("no_interest", _("You have no direct interest in the matter")),
        *((guard, say(guard_text(guard))) for guard in row.guards),
    ]
    checks: list[Check] = []
    is_over = False
    for key, words in steps:
        if is_over:
            result = "open"
        elif key == failed:
            result, is_over = "no", True
        elif word_name(key) in FIELD_GUARDS:
            result = "form"
        else:
            result = "yes"
        checks.append(Check(words, key, result))
    return tuple(checks)
