"""Findings: made by supervision, answered by the unit, settled or sent back by supervision."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from commongrid.charter.matter import Actor
from commongrid.ledger.face import in_turn
from commongrid.rooms.findings.cards import FindingCard
from commongrid.rooms.findings.commands.doing import (
    Deed,
    account_of,
    checked,
    due,
    record,
    refusal,
    require,
    was_done,
)
from commongrid.rooms.findings.domain import standing
from commongrid.rooms.findings.domain.standing import (
    ANSWER,
    ANSWER_LIMIT,
    MAKE_FINDING,
    FindingState,
    ref_for,
)
from commongrid.rooms.findings.models import FindingRow
from commongrid.rooms.findings.queries.findings import finding_card
from commongrid.rooms.findings.queries.lists import readable
from commongrid.rooms.places import face as places

OTHER = "other"


def make_finding(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    place_code: str,
    unit: str,
    text: str,
    about: str = OTHER,
    matter_ref: str = "",
) -> FindingCard:
    """Say what was found in a process or a unit, and have the unit answer within the limit.

    ``matter_ref``: one matter it shows in, where there is one; only of what they oversee.
    Raises: Refused, PlaceNotFoundError, NoCharterError.
    """
    place = places.get_place(place_code)
    deed = Deed(
        actor=actor, at=at, command_id=command_id, action="make_finding", path=place.path,
        power=MAKE_FINDING,
    )  # fmt: skip
    ref = ref_for(command_id, "F")
    with in_turn(), transaction.atomic():
        verdict = require(deed)
        if was_done(deed, subject_of(ref)):
            return finding_card(FindingRow.objects.get(made_by_act=command_id))
        words = checked(text)
        key, due_at = due(ANSWER_LIMIT, place.path, at)
        if unit not in places.get_charter(key).charter.units:
            raise refusal("oversight.needs:unit", standing.NO_UNIT, unit)
        matter = _matter(actor, at, matter_ref)
        row = FindingRow.objects.create(
            pk=uuid5(command_id, "finding"), ref=ref, place_code=place.code, place_path=place.path,
            unit=unit, about=about, matter=matter[0], matter_ref=matter[1], text=words,
            charter_key=key, made_by_id=account_of(actor), made_at=at, due_at=due_at,
            made_by_act=command_id,
        )  # fmt: skip
        after = {"state": row.state, "unit": unit, "about": about, "due": due_at}
        if row.matter_ref:
            after["matter"] = row.matter_ref
        record(deed, subject_of(ref), verdict.rule, words=words, after=after)
        return finding_card(row)


def answer_finding(
    *, actor: Actor, at: datetime, command_id: UUID, finding_id: UUID, text: str
) -> FindingCard:
    """Answer for the unit. An answer after the limit stays late. Raises: Refused."""
    with in_turn(), transaction.atomic():
        row = _locked(finding_id)
        deed = _deed(actor, at, command_id, "answer_finding", row)
        verdict = require(deed)
        if was_done(deed, subject_of(row.ref)):
            return finding_card(row)
        if row.state != FindingState.OPEN:
            raise refusal("oversight.not_open", standing.NOT_OPEN, row.state)
        row.answer, row.answered_at = checked(text), at
        row.was_late = row.was_late or at > row.due_at
        row.state = FindingState.ANSWERED
        row.save(update_fields=["answer", "answered_at", "was_late", "state"])
        after = {"state": row.state, "is_late": at > row.due_at}
        record(deed, subject_of(row.ref), verdict.rule, words=row.answer, after=after)
        return finding_card(row)


def settle_finding(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    finding_id: UUID,
    is_accepted: bool,
    text: str,
) -> FindingCard:
    """Accept the answer, or send it back with a new limit of the same length. Raises: Refused.

    The one promised judges: supervision, and nobody with a post in the unit.
    """
    action = "accept_answer" if is_accepted else "reject_answer"
    with in_turn(), transaction.atomic():
        row = _locked(finding_id)
        deed = _deed(actor, at, command_id, action, row)
        verdict = require(deed)
        if was_done(deed, subject_of(row.ref)):
            return finding_card(row)
        if row.state != FindingState.ANSWERED:
            raise refusal("oversight.not_answered", standing.NOT_ANSWERED, row.state)
        if any(hat.unit == row.unit for hat in actor.hats):
            raise refusal("oversight.own_unit", standing.OWN_UNIT, actor.key)
        row.verdict = checked(text)
        if is_accepted:
            row.state, row.ended_at = FindingState.SETTLED, at
        else:
            row.state, row.rounds = FindingState.OPEN, row.rounds + 1
            row.due_at = due(ANSWER_LIMIT, row.place_path, at)[1]
        row.save(update_fields=["verdict", "state", "ended_at", "rounds", "due_at"])
        after = {"state": row.state, "due": row.due_at}
        record(deed, subject_of(row.ref), verdict.rule, words=row.verdict, after=after)
        return finding_card(row)


def withdraw_finding(
    *, actor: Actor, at: datetime, command_id: UUID, finding_id: UUID, text: str
) -> FindingCard:
    """Take a finding back, with the reason; it stays readable. Raises: Refused."""
    with in_turn(), transaction.atomic():
        row = _locked(finding_id)
        deed = _deed(actor, at, command_id, "withdraw_finding", row)
        verdict = require(deed)
        if was_done(deed, subject_of(row.ref)):
            return finding_card(row)
        if row.ended_at is not None:
            raise refusal("oversight.is_over", standing.IS_OVER, row.state)
        row.verdict, row.state, row.ended_at = checked(text), FindingState.WITHDRAWN, at
        row.save(update_fields=["verdict", "state", "ended_at"])
        after = {"state": row.state}
        record(deed, subject_of(row.ref), verdict.rule, words=row.verdict, after=after)
        return finding_card(row)


def subject_of(ref: str) -> str:
    """How the ledger names a finding."""
    return f"finding:{ref}"


def _locked(finding_id: UUID) -> FindingRow:
    row = FindingRow.objects.select_for_update().filter(pk=finding_id).first()
    if row is None:
        raise refusal("oversight.no_finding", standing.NO_FINDING, str(finding_id))
    return row


def _deed(actor: Actor, at: datetime, command_id: UUID, action: str, row: FindingRow) -> Deed:
    is_answer = action == "answer_finding"
    return Deed(
        actor=actor, at=at, command_id=command_id, action=action, path=row.place_path,
        power=ANSWER if is_answer else MAKE_FINDING, unit=row.unit if is_answer else "",
    )  # fmt: skip


def _matter(actor: Actor, at: datetime, ref: str) -> tuple[UUID | None, str]:
    """A matter that is named, only where it is overseen. Raises: Refused."""
    wanted = ref.strip().upper()
    if not wanted:
        return None, ""
    row = readable(actor, at).filter(ref=wanted).values_list("pk", "ref").first()
    if row is None:
        raise refusal("oversight.other_matter", standing.OTHER_MATTER, wanted)
    return row
