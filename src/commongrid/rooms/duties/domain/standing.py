"""The states of an admission, who may do what with it, and what is said to who may not.

Source: duty access of Ulanqab [S74] (apply, opinions, joint meeting, decision); ADR 0037.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from commongrid.charter.matter import Actor
from commongrid.kernel.ids import ALPHABET
from commongrid.kernel.verdict import Verdict
from commongrid.rooms.duties.domain import words

PROPOSE, OPINE, ADMIT = "propose_duty", "give_opinion", "admit_duty"
"""Powers of the charter (``powers.csv``)."""
BUDGET, HEARD_DAYS, MOST_DAYS = "burden_budget_minutes", "opinion_days", "admission_most_days"
DEFAULTS = {BUDGET: 60, HEARD_DAYS: 5, MOST_DAYS: 365}
"""Parameters of the charter, and what holds where a charter from before has none."""
OPINIONS_KEPT = timedelta(days=365)  # after the end, counted from the refusal or the last day
LONGEST, LONGEST_TASK, LONGEST_OPINION, MOST_ITEMS = 400, 200, 300, 60


class State(StrEnum):
    """How an admission stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    RENEWED = "renewed"
    EXPIRED = "expired"


ENDED_AFTER_APPROVAL = (State.EXPIRED, State.RENEWED, State.WITHDRAWN)


def state_on(stored: str, valid_until: date, today: date) -> State:
    """How it stands on a day: its end needs nobody to note it.

    Example:
        >>> state_on("approved", date(2026, 3, 1), date(2026, 3, 1))
        <State.EXPIRED: 'expired'>
    """
    state = State(stored)
    return State.EXPIRED if state is State.APPROVED and valid_until <= today else state


def may(actor: Actor, path: str, roles: Collection[str], power: str) -> Verdict:
    """Whether somebody uses a power over a place; ``roles`` are those the charter gives it to.

    An opinion is given from within: by whoever works in a grid of the place. Nobody else, not
    even whoever looks after the server, can do any of these.
    """
    rule = f"duties.{power}"
    if not roles:
        return Verdict.no(rule, words.NOBODY, log=f"no role has {power} at {path}")
    if role_over(actor, path, roles, is_within=power == OPINE):
        return Verdict.yes(rule)
    return Verdict.no(rule, words.NOT_YOURS[power], log=f"{actor.key} has none of {sorted(roles)}")


def role_over(actor: Actor, path: str, roles: Collection[str], *, is_within: bool = False) -> str:
    """The role by which somebody reaches a place, or stands in a part of it; "" for nobody."""
    for hat in actor.hats:
        reaches = hat.path.startswith(path) if is_within else path.startswith(hat.path)
        if hat.role in roles and hat.path and reaches:
            return hat.role
    return ""


def may_decide_now(
    *, is_same_person: bool, heard: int, asked: int, heard_until: datetime, at: datetime
) -> Verdict:
    """Whether it can be approved: by another person, after the grids had their say."""
    if is_same_person:
        return Verdict.no("duties.same_person", words.SAME_PERSON)
    if at < heard_until and heard < asked:
        return Verdict.no("duties.still_heard", words.still_heard(asked - heard))
    if asked and not heard:
        return Verdict.no("duties.unheard", words.UNHEARD)
    return Verdict.yes("duties.admit_duty")


def may_last(valid_until: date, today: date, most_days: int) -> Verdict:
    """Whether an end lies ahead, and not further than the charter lets it."""
    if valid_until <= today:
        return Verdict.no("duties.needs:valid_until", words.ENDS_BEFORE)
    if valid_until > today + timedelta(days=most_days):
        return Verdict.no("duties.long:valid_until", words.too_long(most_days))
    return Verdict.yes("duties.propose_duty")


def heaviest(path: str, load: Iterable[tuple[str, int]]) -> int:
    """What the most burdened part of a place is asked already. Units: minutes a week of one grid.

    ``load``: places and minutes of what is in force there; each weighs on every part of its place.

    Example:
        >>> heaviest("/1/", [("/", 5), ("/1/2/", 10), ("/1/3/", 20), ("/2/", 99)])
        25
    """
    rows = [row for row in load if row[0].startswith(path) or path.startswith(row[0])]
    parts = {path, *(place for place, _ in rows if place.startswith(path))}
    return max(sum(minutes for place, minutes in rows if part.startswith(place)) for part in parts)


def may_weigh(minutes: int, already: int, budget: int) -> Verdict:
    """Whether a grid's week has room for it; the refusal says the sum."""
    if minutes + already <= budget:
        return Verdict.yes("duties.admit_duty")
    log = f"{already} + {minutes} > {budget}"
    return Verdict.no("duties.over_budget", words.over_budget(minutes, already, budget), log=log)


def ref_for(command_id: UUID) -> str:
    """What people read aloud: it follows from the command, so a replay gives the same.

    Example:
        >>> ref_for(UUID(int=1))[:2]
        'D-'
    """
    number = int.from_bytes(sha256(f"D:{command_id}".encode()).digest()[:5])
    symbols = [ALPHABET[number >> 5 * place & 31] for place in range(8)]
    return f"D-{''.join(symbols[:4])}-{''.join(symbols[4:])}"
