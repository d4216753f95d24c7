"""The handover of a grid: who decides, who consents, which posts it makes, when it is off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Verdict
from commongrid.rooms.fieldwork.domain.serving import APPOINTING, GRID_WORKER

BY_OFFICE, BY_END = "fieldwork.handover_by_office", "fieldwork.handover_by_end"
BY_TIME = "fieldwork.handover_by_time"
LONGEST_COVER = timedelta(days=183)
LONGEST_WORDS = 1000


class HandoverKind(StrEnum):
    """For good, or while somebody is on leave."""

    FOR_GOOD = "for_good"
    LEAVE_COVER = "leave_cover"


class HandoverState(StrEnum):
    """How a handover stands. The first three are open: a grid has one of them at the most."""

    PROPOSED = "proposed"  # somebody has still to consent
    AGREED = "agreed"  # takes effect by itself at its start
    COVERING = "covering"  # leave cover in effect; the post comes back by itself
    DONE = "done"
    WITHDRAWN = "withdrawn"  # by the office
    LAPSED = "lapsed"  # by itself


OPEN = (HandoverState.PROPOSED, HandoverState.AGREED, HandoverState.COVERING)
WAITING = (HandoverState.PROPOSED, HandoverState.AGREED)


class End(StrEnum):
    """The two ends of a handover."""

    OUTGOING = "outgoing"
    INCOMING = "incoming"


GRID_ENDED, OVERTAKEN, NOBODY_THERE = "grid_ended", "overtaken", "nobody"
COVER_OVER, POST_ENDED = "cover_over", "post_ended"
LAPSES: dict[str, Text] = {
    GRID_ENDED: Text(
        zh="这个网格已经撤销或重划，交接自动取消。请按新的网格另行安排。",
        en="This grid has ended or was drawn anew, so the handover is off. Arrange the new grids.",
    ),
    OVERTAKEN: Text(
        zh="这个网格在这期间已另外任命了网格员，交接自动取消。",
        en="Somebody else was appointed to this grid meanwhile, so the handover is off.",
    ),
    NOBODY_THERE: Text(
        zh="接手人的账号已停用，交接自动取消。",
        en="The account of whoever was to take over is closed, so the handover is off.",
    ),
    POST_ENDED: Text(
        zh="原来的任用在顶替结束前就到期，没有可以顶替的岗位，交接自动取消。",
        en="The post ends before the cover would, so there is nothing to come back; it is off.",
    ),
    COVER_OVER: Text(
        zh="顶替的时间已过，双方一直没有确认齐，交接自动取消。",
        en="The time of the cover is over before both had agreed, so the handover is off.",
    ),
}

NOT_APPOINTING = Text(
    zh="网格交接由负责这个区域任用的人员提出和决定。",
    en="A handover is proposed and decided by whoever appoints in this area.",
)
NOT_SELF = Text(
    zh="不能决定自己的岗位。请由另一位负责任用的人员办理。",
    en="Nobody decides about their own post; another appointing officer has to.",
)
NOT_AN_END = Text(
    zh="只有交出网格和接手网格的两个人可以确认。",
    en="Only whoever hands the grid over and whoever takes it can confirm.",
)
CONFIRMED = Text(zh="您已经确认过了。", en="You have confirmed this already.")
NOT_OPEN = Text(zh="这次交接已经结束或取消。", en="This handover is over or off.")
IN_EFFECT = Text(zh="交接已经生效，不能再撤回。", en="The handover is in effect already.")
NOT_COVERING = Text(zh="现在没有顶替在进行。", en="No cover is in effect here.")
NO_REASON = Text(zh="请写明原因。", en="Give the reason.")
NO_BASIS = Text(zh="请写明依据。", en="Say which document or decision it rests on.")
TOO_LONG = Text(zh="最多写 1000 个字。", en="At most 1,000 characters.")
SAME = Text(zh="交出和接手不能是同一个人。", en="Both ends cannot be the same person.")
NO_POST = Text(
    zh="这个人现在不是这个网格的网格员。",
    en="This person is not a grid worker of this grid now.",
)
HOLDS_ALREADY = Text(
    zh="接手人已经是这个网格的网格员。",
    en="Whoever is to take over is a grid worker of this grid already.",
)
NO_ACCOUNT = Text(zh="没有这个可用的账号。", en="There is no such account in use.")
BAD_KIND = Text(zh="请选择长期交接或临时顶替。", en="Choose whether it is for good or leave cover.")
BAD_DATES = Text(
    zh="开始不能早于今天；临时顶替要写结束的日子，最长半年。",
    en="It begins today or later; leave cover names its end, within half a year.",
)
PAST_TERM = Text(
    zh="顶替要在原任期之内结束；任期先到的，请办长期交接。",
    en="A cover ends before the term of the post; hand over for good where it does not.",
)
NOTHING_BACK = Text(
    zh="原网格员的岗位已经另行结束，不能提前交回；请在人员页面安排。",
    en="The post that was to come back was ended otherwise; arrange it on the page of staff.",
)
NO_GRID = Text(zh="现在没有这个网格。", en="There is no such grid now.")
UNDER_WAY = Text(
    zh="这个网格已有一次交接在办。", en="A handover of this grid is under way already."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A post as a grid worker in force."""

    post_id: int
    account_id: int
    unit: str
    until_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The posts a handover makes at the moment of its effect.

    At every instant after it the grid has as many workers as before, also when a cover ends: the
    posts carry their dates from the beginning, so that nothing has to run for it to come back.
    """

    ends_post_id: int | None  # ended at the effect; None when it had ended before
    until_at: datetime | None  # of the incoming post, exclusive
    back_from: datetime | None  # the outgoing worker's new post; None when it does not come back
    back_until: datetime | None


def plan_posts(kind: HandoverKind, until_at: datetime | None, outgoing: Held | None) -> Plan:
    """Which posts change. ``outgoing`` is None when that post has ended meanwhile.

    A cover gives nobody more of a term than they had.
    """
    ends = outgoing.post_id if outgoing else None
    if kind is HandoverKind.FOR_GOOD or outgoing is None:
        return Plan(ends_post_id=ends, until_at=until_at, back_from=None, back_until=None)
    return Plan(
        ends_post_id=ends, until_at=until_at, back_from=until_at, back_until=outgoing.until_at
    )


def outlasts(held: Held | None, until_at: datetime | None) -> bool:
    """Whether a post goes on after a cover of it; a handover for good asks nothing of it."""
    if until_at is None:
        return True
    return held is not None and (held.until_at is None or until_at < held.until_at)


def may_decide(actor: Actor, path: str, *ends: int) -> Verdict:
    """Propose, withdraw, carry out: whoever appoints over the grid and is neither of its ends."""
    if actor.key in {f"staff:{end}" for end in ends}:
        return Verdict.no("fieldwork.not_self", NOT_SELF)
    if any(hat.role == APPOINTING and hat.path and path.startswith(hat.path) for hat in actor.hats):
        return Verdict.yes(BY_OFFICE)
    return Verdict.no("fieldwork.not_appointing", NOT_APPOINTING)


def end_of(actor: Actor, *, outgoing: int, incoming: int) -> End | None:
    """Which end somebody is, or None."""
    return {f"staff:{outgoing}": End.OUTGOING, f"staff:{incoming}": End.INCOMING}.get(actor.key)


def is_sound_term(
    kind: str, *, from_at: datetime, until_at: datetime | None, at: datetime
) -> Verdict:
    """Whether the kind is known, the start not over and a cover has an end in time."""
    if kind not in tuple(HandoverKind):
        return Verdict.no("fieldwork.handover_kind", BAD_KIND, kind)
    is_cover = kind == HandoverKind.LEAVE_COVER
    is_dated = until_at is not None and from_at < until_at <= from_at + LONGEST_COVER
    if from_at < at or is_dated != is_cover or (until_at is not None and not is_cover):
        return Verdict.no("fieldwork.handover_dates", BAD_DATES)
    return Verdict.yes("fieldwork.sound_term")


def is_overtaken(
    holders: frozenset[int], known: frozenset[int], *, outgoing: int, incoming: int
) -> bool:
    """Whether the grid was given to somebody else meanwhile: two would hold it then.

    ``holders`` work in the grid now; ``known`` worked there beside when it was proposed.
    """
    return bool(holders - known - {outgoing}) or incoming in holders


def why_off(
    *,
    is_grid_valid: bool,
    is_overtaken: bool,
    is_incoming_active: bool,
    is_coming_back: bool,
    until_at: datetime | None,
    at: datetime,
) -> str:
    """Why a handover that waits is off by itself, or ""."""
    reasons = (
        (GRID_ENDED, not is_grid_valid),
        (OVERTAKEN, is_overtaken),
        (NOBODY_THERE, not is_incoming_active),
        (COVER_OVER, until_at is not None and until_at <= at),
        (POST_ENDED, not is_coming_back),
    )
    return next((why for why, is_so in reasons if is_so), "")


__all__ = [
    "GRID_WORKER",
    "LAPSES",
    "OPEN",
    "WAITING",
    "End",
    "HandoverKind",
    "HandoverState",
    "Held",
    "Plan",
    "end_of",
    "is_overtaken",
    "is_sound_term",
    "may_decide",
    "outlasts",
    "plan_posts",
    "why_off",
]
