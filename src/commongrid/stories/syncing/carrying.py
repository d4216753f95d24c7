"""carry_out: each intention of a phone by itself, in its own transaction."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, InterfaceError, OperationalError, transaction

from commongrid.kernel.verdict import Verdict
from commongrid.ledger.face import in_turn
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.fieldwork.face import Answered, PhoneCard
from commongrid.rooms.matters import face as matters
from commongrid.rooms.places import face as places
from commongrid.stories.syncing import words
from commongrid.stories.syncing.attaching import attach_file
from commongrid.stories.syncing.burden import note_minutes
from commongrid.stories.syncing.intentions import (
    ALREADY,
    DONE,
    RAISE,
    REFUSED,
    WAITS,
    Answer,
    Intention,
)
from commongrid.stories.syncing.judging import Case, WaitsError, judge

EARLIEST, LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
log = logging.getLogger(__name__)
AWAY = (OperationalError, InterfaceError, OSError)  # the house cannot answer at all just now


@dataclass
class _Batch:
    """What came together: answers found so far, and which files have come whole."""

    phone: PhoneCard
    at: datetime
    ahead: timedelta
    known: dict[UUID, Answered]
    whole: frozenset[str]
    fresh: set[UUID] = field(default_factory=set)  # answered in this batch

    def row_id(self, number: UUID) -> UUID:
        return fieldwork.row_id_for(number, account_id=self.phone.account_id)

    def answer_to(self, number: UUID) -> Answered | None:
        return self.known.get(self.row_id(number))


def carry_out(
    *,
    phone: PhoneCard,
    at: datetime,
    phone_at: datetime,
    intentions: Sequence[Intention],
) -> tuple[Answer, ...]:
    """Judge intentions in the order in which they depend on each other; answers come in the order
    in which they were sent.

    ``phone_at`` is the phone's clock when it sent them: it corrects ``made_at`` and decides
    nothing. One that breaks waits and holds up no other; a database that is away ends the batch,
    and what was answered before stands.
    Cost: 2 statements, and per intention 4 more than its command; 1 more for each picture, and for
    the minutes of a form.
    """
    with places.one_look():
        batch = _batch(phone, at, phone_at, intentions)
        answers: dict[int, Answer] = {}
        left = list(range(len(intentions)))
        while left:
            for n in left:
                answers[n] = _answer(batch, intentions[n])
            waiting = [n for n in left if not answers[n].is_final and _is_in_reach(answers[n])]
            if len(waiting) == len(left):
                break
            left = waiting
    return tuple(answers[n] for n in range(len(intentions)))


def _batch(
    phone: PhoneCard, at: datetime, phone_at: datetime, intentions: Sequence[Intention]
) -> _Batch:
    named = [n for i in intentions for n in (i.id, i.after, i.of) if n is not None]
    rows = (fieldwork.row_id_for(n, account_id=phone.account_id) for n in named)
    shas = {photo.sha for intention in intentions for photo in intention.photos}
    return _Batch(
        phone=phone,
        at=at,
        ahead=_within_reach(phone_at) - at,
        known=fieldwork.find_answers(rows),
        whole=fieldwork.list_whole_files(account_id=phone.account_id, shas=shas),
    )


def _within_reach(told: datetime) -> datetime:
    """What a phone's clock said, as far as a database and a subtraction can hold it: no clock is so
    wrong that what was meant is never answered.
    """
    return min(max(told, EARLIEST), LATEST)


def _is_in_reach(answer: Answer) -> bool:
    """Whether another one of the same batch may be what it waits for."""
    return answer.rule in ("field.waits_after", "field.waits_of")


def _answer(batch: _Batch, intention: Intention) -> Answer:
    try:
        return _answer_one(batch, intention)
    except AWAY:
        raise
    except Exception:
        log.exception("an intention of kind %s broke", intention.kind)
        return Answer(id=intention.id, verdict=WAITS, rule="house.fault", say=words.BROKEN)


def _answer_one(batch: _Batch, intention: Intention) -> Answer:
    row_id, body = batch.row_id(intention.id), fieldwork.body_digest(dict(intention.body))
    known = batch.known.get(row_id)
    if known is None:
        try:
            known = _judged(batch, intention, row_id, body)
        except WaitsError as waits:
            return Answer(
                id=intention.id, verdict=WAITS, rule=waits.rule, say=waits.say, need=waits.need
            )
        except IntegrityError:  # the same one came by another way at this instant
            found = fieldwork.find_answers([row_id])
            if row_id not in found:
                raise
            known = found[row_id]
        batch.known[row_id] = known
    if known.body != body:
        verdict = Verdict.no("field.other_body", words.OTHER_BODY)
        return Answer(id=intention.id, verdict=REFUSED, rule=verdict.rule, say=verdict.say)
    return _told(batch, intention, _with_files(batch, intention, known))


def _judged(batch: _Batch, intention: Intention, row_id: UUID, body: str) -> Answered:
    """Take in, carry out, answer: one transaction, so that no one of them is without the others."""
    case = Case(
        phone=batch.phone,
        at=batch.at,
        intention=intention,
        row_id=row_id,
        body=body,
        matter_id=_matter_of(batch, intention),
        whole=batch.whole,
    )
    made_said = _within_reach(intention.made_at)
    made_at = min(batch.at, made_said - batch.ahead)
    with matters.files_kept_if_saved(), in_turn(), transaction.atomic():
        fieldwork.claim_intention(
            fieldwork.Sent(
                id=row_id,
                phone_id=batch.phone.id,
                kind=intention.kind,
                action=intention.name,
                body=body,
                made_at=made_at,
                made_said=made_said,
                received_at=batch.at,
            )
        )
        answered, returned = judge(case)
        fieldwork.answer_intention(answered, returned=returned)
        note_minutes(case, answered)
    _forget_files(case, answered)
    batch.fresh.add(row_id)
    return answered


def _matter_of(batch: _Batch, intention: Intention) -> UUID | None:
    """The matter a step is about. Raises: WaitsError while what it follows is not answered."""
    if intention.after is not None and batch.answer_to(intention.after) is None:
        raise WaitsError("field.waits_after", words.WAITS_FOR_ONE)
    if intention.of is None:
        return intention.matter
    raised = batch.answer_to(intention.of)
    if raised is None:
        raise WaitsError("field.waits_of", words.WAITS_FOR_ONE)
    return raised.matter_id if raised.verdict == DONE else None


def _forget_files(case: Case, answered: Answered) -> None:
    for photo in answered.photos:
        if photo.state != "wanted" and photo.sha in case.whole:
            fieldwork.drop_file(account_id=case.phone.account_id, sha=photo.sha)


def _with_files(batch: _Batch, intention: Intention, known: Answered) -> Answered:
    """With files attached that had come whole and were not attached yet."""
    if known.verdict != DONE:
        return known
    for photo in known.photos:
        if photo.state == "wanted" and photo.sha in batch.whole:
            known = (
                attach_file(phone=batch.phone, at=batch.at, number=intention.id, sha=photo.sha)
                or known
            )
    return known


def _told(batch: _Batch, intention: Intention, known: Answered) -> Answer:
    is_done = known.verdict == DONE
    is_again = is_done and known.id not in batch.fresh
    batch.fresh.discard(known.id)  # the same one twice in a batch is a repeat
    receipt = ""
    if is_done and known.kind == RAISE:
        command_id = fieldwork.command_id_for(intention.id, account_id=batch.phone.account_id)
        receipt = matters.receipt_code_of(command_id)
    return Answer(
        id=intention.id,
        verdict=ALREADY if is_again else known.verdict,
        rule=known.rule,
        say=known.say,
        next=known.next,
        matter=known.matter_id,
        ref=known.ref,
        receipt=receipt,
        version=known.version,
        state=known.state,
        is_beside=known.is_beside,
        need=tuple(_needed(known)) if is_done else (),
        now=known.now,
    )


def _needed(known: Answered) -> Iterable[str]:
    return (photo.sha for photo in known.photos if photo.state == "wanted")
