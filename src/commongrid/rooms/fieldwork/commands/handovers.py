"""Hand a grid over: propose, agree, go on without an end, withdraw; and what follows from it.

These commands keep the handover itself. What its effect does to posts and promises is a story
(``stories/handing_over``), which calls ``enter_effect`` in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.face import ActDraft, in_turn, record_act
from commongrid.rooms.fieldwork.commands.doing import facts, require, was_done
from commongrid.rooms.fieldwork.domain import handing
from commongrid.rooms.fieldwork.domain.handing import (
    OPEN,
    WAITING,
    End,
    HandoverKind,
    HandoverState,
    end_of,
    is_sound_term,
    may_decide,
    outlasts,
)
from commongrid.rooms.fieldwork.domain.serving import APPOINTING
from commongrid.rooms.fieldwork.handovers import (
    HandoverCard,
    card_of,
    find_trouble,
    list_holders,
    post_held,
)
from commongrid.rooms.fieldwork.models import HandoverRow
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places

HANDOVER = Actor(key="system:handover")
NONE = Text(zh="没有这次交接。", en="There is no such handover.")
ROLES = {handing.BY_OFFICE: APPOINTING, handing.BY_END: "self", handing.BY_TIME: "system"}


def propose_handover(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    grid_code: str,
    outgoing_post: int,
    incoming_id: int,
    kind: str,
    from_at: datetime | None = None,
    until_at: datetime | None = None,
    basis: str,
) -> HandoverCard:
    """Propose that a grid worker hands a grid over to somebody, for good or as leave cover.

    ``outgoing_post`` is the appointment that is handed over. ``from_at`` None begins as soon as
    both have agreed. Raises: Refused.
    """
    start = from_at or at
    try:
        with in_turn(), transaction.atomic():
            if was_done(command_id, "propose_handover", actor):
                return card_of(_locked_by(made_by_act=command_id))
            grid, posts, post, verdict = _ends(actor, at, grid_code, outgoing_post, incoming_id)
            require(is_sound_term(kind, from_at=start, until_at=until_at, at=at))
            if not outlasts(post_held(post), until_at):
                raise _no("fieldwork.past_term", handing.PAST_TERM)
            _check_ends(post.account_id, incoming_id, {p.account_id for p in posts})
            if not basis.strip():
                raise _no("fieldwork.needs:basis", handing.NO_BASIS)
            if HandoverRow.objects.filter(grid_path=grid.path, state__in=OPEN).exists():
                raise _no("fieldwork.handover_under_way", handing.UNDER_WAY)
            row = HandoverRow.objects.create(
                pk=uuid5(command_id, "handover"),
                grid_code=grid.code,
                grid_path=grid.path,
                kind=kind,
                state=HandoverState.PROPOSED,
                unit_key=post.unit_key,
                outgoing_id=post.account_id,
                outgoing_post=post.id,
                incoming_id=incoming_id,
                beside=sorted({p.account_id for p in posts} - {post.account_id}),
                from_at=start,
                until_at=until_at,
                basis=basis.strip(),
                made_at=at,
                made_by_act=command_id,
                decided_by_id=int(actor.key.removeprefix("staff:")),
            )
            _record(row, actor, at, command_id, "propose_handover", verdict, words=row.basis,
                    after=_plan_facts(row))  # fmt: skip
            return card_of(row)
    except IntegrityError:  # another one was proposed at the same instant
        raise _no("fieldwork.handover_under_way", handing.UNDER_WAY) from None


def _ends(
    actor: Actor, at: datetime, grid_code: str, outgoing_post: int, incoming_id: int
) -> tuple[places.PlaceCard, Sequence[people.AppointmentCard], people.AppointmentCard, Verdict]:
    """The grid, who holds it, the post that is handed over, and that the actor may decide on it.

    Raises: Refused; to somebody without the power before it is said whether there is such a post.
    """
    grid = places.find_place(grid_code, at)
    if grid is None or grid.level != places.Level.GRID:
        raise _no("fieldwork.no_grid", handing.NO_GRID)
    posts = list_holders(grid.path, at)
    post = next((p for p in posts if p.id == outgoing_post), None)
    ends = (post.account_id, incoming_id) if post else (incoming_id,)
    verdict = require(may_decide(actor, grid.path, *ends))
    if post is None:
        raise _no("fieldwork.no_post", handing.NO_POST)
    return grid, posts, post, verdict


def confirm_handover(
    *, actor: Actor, at: datetime, command_id: UUID, handover_id: UUID, words: str = ""
) -> HandoverCard:
    """Consent as one of its two ends. ``words`` tell the other one about places and matters.

    Raises: Refused for anybody else, twice, or when it is off.
    """
    with in_turn(), transaction.atomic():
        row = _locked(handover_id)
        if was_done(command_id, "confirm_handover", actor):
            return card_of(row)
        end = end_of(actor, outgoing=row.outgoing_id, incoming=row.incoming_id)
        if end is None:
            raise _no("fieldwork.not_an_end", handing.NOT_AN_END)
        _check_waiting(row, at)
        if len(words) > handing.LONGEST_WORDS:
            raise _no("fieldwork.words_too_long", handing.TOO_LONG)
        if getattr(row, f"{end}_agreed_at") is not None:
            raise _no("fieldwork.confirmed_already", handing.CONFIRMED)
        setattr(row, f"{end}_agreed_at", at)
        setattr(row, f"{end}_words", words.strip())
        if not card_of(row).missing:
            row.state = HandoverState.AGREED
        row.save()
        verdict = Verdict.yes(handing.BY_END)
        after = facts(state=row.state, end=end.value, told=bool(words.strip()) or None)
        _record(row, actor, at, command_id, "confirm_handover", verdict, after=after)
        return card_of(row)


def decide_handover(
    *, actor: Actor, at: datetime, command_id: UUID, handover_id: UUID, reason: str
) -> HandoverCard:
    """Go on without the consent of an end (illness, death, refusal), or in place of an office
    that no longer appoints there. The reason stands in the act.

    Raises: Refused.
    """
    with in_turn(), transaction.atomic():
        row = _locked(handover_id)
        if was_done(command_id, "decide_handover", actor):
            return card_of(row)
        verdict = require(may_decide(actor, row.grid_path, row.outgoing_id, row.incoming_id))
        _check_waiting(row, at)
        if not reason.strip():
            raise _no("fieldwork.needs:reason", handing.NO_REASON)
        missing = card_of(row).missing
        row.state = HandoverState.AGREED
        row.is_forced = bool(missing)
        row.decided_by_id = int(actor.key.removeprefix("staff:"))
        row.save()
        after = facts(state=row.state, without=[end.value for end in missing] or None)
        _record(row, actor, at, command_id, "decide_handover", verdict, words=reason, after=after)
        return card_of(row)


def withdraw_handover(
    *, actor: Actor, at: datetime, command_id: UUID, handover_id: UUID, reason: str
) -> HandoverCard:
    """Take it back before it is in effect. Raises: Refused."""
    with in_turn(), transaction.atomic():
        row = _locked(handover_id)
        if was_done(command_id, "withdraw_handover", actor):
            return card_of(row)
        verdict = require(may_decide(actor, row.grid_path, row.outgoing_id, row.incoming_id))
        if row.state not in WAITING:
            is_on = row.state == HandoverState.COVERING
            raise _no("fieldwork.not_waiting", handing.IN_EFFECT if is_on else handing.NOT_OPEN)
        if not reason.strip():
            raise _no("fieldwork.needs:reason", handing.NO_REASON)
        row.state, row.ended_at = HandoverState.WITHDRAWN, at
        row.save()
        after = facts(state=row.state)
        _record(row, actor, at, command_id, "withdraw_handover", verdict, words=reason, after=after)
        return card_of(row)


def lapse_handover(*, at: datetime, command_id: UUID, handover_id: UUID) -> HandoverCard:
    """Call a handover off because its grid ended, was given to somebody else, or nobody is there.

    Does nothing while none of this is so. Time does it.
    """
    with in_turn(), transaction.atomic():
        row = _locked(handover_id)
        if was_done(command_id, "lapse_handover", HANDOVER) or row.state not in WAITING:
            return card_of(row)
        why = find_trouble(card_of(row), at)
        if not why:
            return card_of(row)
        row.state, row.why, row.ended_at = HandoverState.LAPSED, why, at
        row.save()
        after = facts(state=row.state, why=why)
        verdict = Verdict.yes(handing.BY_TIME)
        _record(row, HANDOVER, at, command_id, "lapse_handover", verdict, after=after)
        return card_of(row)


def lock_handover(handover_id: UUID) -> HandoverCard:
    """The handover, held until the transaction of a story ends. Raises: Refused."""
    return card_of(_locked(handover_id))


def enter_effect(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    handover_id: UUID,
    incoming_post: int,
    back_post: int | None,
    eased: int,
) -> HandoverCard:
    """Note that an agreed handover is in effect, with the posts the story made for it.

    ``actor`` is the office that decided it. Raises: Refused.
    """
    with in_turn(), transaction.atomic():
        row = _locked(handover_id)
        if was_done(command_id, "hand_over_grid", actor):
            return card_of(row)
        verdict = require(may_decide(actor, row.grid_path, row.outgoing_id, row.incoming_id))
        if row.state != HandoverState.AGREED:
            raise _no("fieldwork.not_agreed", handing.NOT_OPEN)
        is_cover = row.kind == HandoverKind.LEAVE_COVER
        row.state = HandoverState.COVERING if is_cover else HandoverState.DONE
        row.effect_at, row.incoming_post, row.back_post = at, incoming_post, back_post
        row.eased, row.ended_at = eased, None if is_cover else at
        row.save()
        after = {**_plan_facts(row), "posts": [incoming_post, back_post], "eased": eased}
        _record(row, actor, at, command_id, "hand_over_grid", verdict, after=after)
        return card_of(row)


def end_cover(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    handover_id: UUID,
    back_post: int | None = None,
    reason: str = "",
) -> HandoverCard:
    """Note that a cover is over: by time at its end, by the office sooner. Raises: Refused."""
    with in_turn(), transaction.atomic():
        row = _locked(handover_id)
        if was_done(command_id, "end_cover", actor):
            return card_of(row)
        is_over = row.until_at is not None and row.until_at <= at
        if actor.is_system and is_over:
            verdict = Verdict.yes(handing.BY_TIME)
        else:
            verdict = require(may_decide(actor, row.grid_path, row.outgoing_id, row.incoming_id))
            if not reason.strip():
                raise _no("fieldwork.needs:reason", handing.NO_REASON)
        if row.state != HandoverState.COVERING:
            raise _no("fieldwork.not_covering", handing.NOT_COVERING)
        row.state, row.ended_at = HandoverState.DONE, at
        row.back_post = back_post or row.back_post
        row.save()
        after = facts(state=row.state, back=row.back_post)
        _record(row, actor, at, command_id, "end_cover", verdict, words=reason, after=after)
        return card_of(row)


def _check_ends(outgoing_id: int, incoming_id: int, holders: set[int]) -> None:
    if outgoing_id == incoming_id:
        raise _no("fieldwork.two_ends", handing.SAME)
    try:
        account = people.get_account(incoming_id)
    except ObjectDoesNotExist:
        raise _no("fieldwork.no_account", handing.NO_ACCOUNT) from None
    if not account.is_active or account.is_service:
        raise _no("fieldwork.no_account", handing.NO_ACCOUNT)
    if incoming_id in holders:
        raise _no("fieldwork.holds_already", handing.HOLDS_ALREADY)


def _check_waiting(row: HandoverRow, at: datetime) -> None:
    """Raises: Refused when it is over, in effect, or off by itself, with the reason in words."""
    if row.state not in WAITING:
        raise _no("fieldwork.not_waiting", handing.NOT_OPEN)
    why = find_trouble(card_of(row), at)
    if why:
        raise _no(f"fieldwork.handover_off:{why}", handing.LAPSES[why])


def _locked(handover_id: UUID) -> HandoverRow:
    return _locked_by(pk=handover_id)


def _locked_by(**known: UUID) -> HandoverRow:
    rows = HandoverRow.objects.select_related("outgoing", "incoming")
    row = rows.select_for_update(of=("self",)).filter(**known).first()
    if row is None:
        raise _no("fieldwork.no_handover", NONE)
    return row


def _plan_facts(row: HandoverRow) -> dict[str, Any]:
    known = facts(
        grid=row.grid_code,
        kind=row.kind,
        state=row.state,
        outgoing=row.outgoing_id,
        incoming=row.incoming_id,
        from_at=row.from_at,
        until_at=row.until_at,
    )
    return dict(known)


def _record(
    row: HandoverRow,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    action: str,
    verdict: Verdict,
    *,
    words: str = "",
    after: Mapping[str, Any],
) -> None:
    record_act(
        ActDraft(
            command_id=command_id,
            subject=f"handover:{row.pk}",
            action=action,
            actor=actor.key,
            role=ROLES[verdict.rule],
            power=APPOINTING if verdict.rule == handing.BY_OFFICE else "",
            rule_id=verdict.rule,
            at=at,
            words=words.strip(),
            after=after,
        )
    )


def _no(rule: str, say: Text) -> Refused:
    return Refused(Verdict.no(rule, say))


__all__ = [
    "HANDOVER",
    "End",
    "confirm_handover",
    "decide_handover",
    "end_cover",
    "enter_effect",
    "lapse_handover",
    "lock_handover",
    "propose_handover",
    "withdraw_handover",
]
