"""My tasks: what waits for an answer by my unit, for my check, for my confirmation."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commongrid.doors.common.gates import staff
from commongrid.doors.desk import present
from commongrid.doors.desk.elsewhere import waiting_elsewhere
from commongrid.doors.desk.reading import Reader, reader_of
from commongrid.doors.desk.rules import TAKES, Rules, rules_for
from commongrid.doors.desk.steps import StepForm
from commongrid.kernel.text import Text
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.matters import face as matters

MOST = 50
MOST_JUDGED = 20  # proposals judged one by one; the next come when these are confirmed


@dataclass(frozen=True, slots=True)
class Offered:
    """A matter offered to my unit, with the steps that answer the offer."""

    row: present.Row
    forms: tuple[StepForm, ...]


@dataclass(frozen=True, slots=True)
class Proposed:
    """A matter with a step that waits for me as its second person."""

    row: present.Row
    step: Text


@staff
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person and their unit."""
    reader = reader_of(request)
    rules = rules_for(reader)
    page = {
        "offered": offered_to(reader, rules),
        "held": held_by(reader),
        "checks": to_check(reader, rules),
        "confirms": to_confirm(reader, rules),
        "outside": matters.list_waiting_links(**reader.who) if reader.units else (),
        "elsewhere": waiting_elsewhere(reader),
        "handovers": fieldwork.list_waiting_for(int(request.user.pk)),  # type: ignore[arg-type]
        "returned": fieldwork.count_returned(reader.actor),
        "may_hand_in": "desk" in reader.roles,
        "has_unit": bool(reader.units),
        "now": reader.at,
    }
    return render(request, "desk/tasks.html", page)


def offered_to(reader: Reader, rules: Rules) -> list[Offered]:
    """Matters that wait for the answer of one of my units. Cost: one list."""
    states = rules.states_where(rules.actions_doing(TAKES))
    if not (reader.units and states):
        return []
    asked = matters.Filters(units=reader.units, states=states)
    listed = matters.list_matters(**reader.who, filters=asked, size=MOST)
    mine = [card for card in listed.cards if card.offered_unit in reader.units]
    return [Offered(row, _answers(row.card, rules)) for row in present.rows_of(mine)]


def held_by(reader: Reader) -> list[present.Row]:
    """Matters one of my units holds, the most pressing first. Cost: one list."""
    if not reader.units:
        return []
    asked = matters.Filters(units=reader.units)
    listed = matters.list_matters(**reader.who, filters=asked, size=MOST)
    mine = [card for card in listed.cards if card.unit in reader.units]
    return present.rows_of(mine)


def to_check(reader: Reader, rules: Rules) -> list[present.Row]:
    """Matters claimed done that wait for a check, for those who may check. Cost: one list."""
    states = rules.checked_states(reader.roles)
    if not states:
        return []
    listed = matters.list_matters(**reader.who, filters=matters.Filters(states=states), size=MOST)
    return present.rows_of(listed.cards)


def to_confirm(reader: Reader, rules: Rules) -> list[Proposed]:
    """Steps somebody else proposed that this person may confirm. Cost: one list, 3 a proposal."""
    asked = matters.Filters(is_pending=True, state_kinds=())
    listed = matters.list_matters(**reader.who, filters=asked, size=MOST)
    by_others = [card for card in listed.cards if card.pending_by != reader.actor.key]
    likely = [c for c in by_others if rules.may_hold(c, c.pending_action, reader.roles)]
    mine = [card for card in likely[:MOST_JUDGED] if _may_confirm(reader, card)]
    return [
        Proposed(row, rules.action_name(row.card.pending_action)) for row in present.rows_of(mine)
    ]


def _may_confirm(reader: Reader, card: matters.MatterCard) -> bool:
    """The rules say so, not a guess from the role."""
    verdict = matters.explain_action(**reader.who, matter_id=card.id, action=card.pending_action)
    return verdict is not None and verdict.allowed


def _answers(card: matters.MatterCard, rules: Rules) -> tuple[StepForm, ...]:
    """Take it, or object: small forms, judged when they are sent."""
    found = []
    for action in rules.answers_to_offer(str(card.kind), card.state):
        step = rules.step(str(card.kind), card.state, action)
        if step is not None:
            form = StepForm(step, auto_id=f"id_{card.ref}_{action}_%s")
            found.append(form)
    return tuple(found)
