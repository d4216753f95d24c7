"""Whether a phone is in service, for whom, and who may put one in or out of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Verdict

GRID_WORKER, APPOINTING = "grid_worker", "appointing"
MOST_PHONES = 3
LONGEST_LABEL = 40
LOST, HANDED_BACK = "lost", "handed_back"
OWN, BY_AREA = "fieldwork.own_phone", "fieldwork.appointing_over_area"

NOT_YOURS = Text(
    zh="手机只能由本人登录后启用。", en="A phone is put in service by the person who will use it."
)
NO_GRID = Text(
    zh="只有现任网格员才能启用手机。", en="Only somebody who is a grid worker today can do this."
)
NO_LABEL = Text(
    zh="请给这部手机起一个名字，最多 40 个字。",
    en="Give this phone a name of at most 40 characters.",
)
TOO_MANY = Text(
    zh=f"您已有 {MOST_PHONES} 部手机在用，请先停用一部。",
    en=f"You have {MOST_PHONES} phones in service; take one out of service first.",
)
NOT_OVER = Text(
    zh="手机由本人或本区域的任职管理员停用。",
    en="A phone is taken out of service by its holder or by whoever appoints in that area.",
)
BAD_WHY = Text(zh="请说明是丢失还是交回。", en="Say whether it is lost or was handed back.")


class PhoneState(StrEnum):
    """How a phone stands."""

    IN_SERVICE = "in_service"
    ENDED = "ended"  # the post is over; what is unsent is still taken
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Held:
    """A post of a grid worker: where, and until when (exclusive; None has no end yet)."""

    path: str
    from_at: datetime
    until_at: datetime | None


def grid_paths(actor: Actor) -> tuple[str, ...]:
    """Where somebody is a grid worker now."""
    return tuple(dict.fromkeys(hat.path for hat in actor.hats if hat.role == GRID_WORKER))


def last_post(held: Iterable[Held], at: datetime, closed_at: datetime | None) -> Held | None:
    """The post as a grid worker that ended last, or None. A closed account ends them all."""
    ends = (
        Held(post.path, post.from_at, min(filter(None, (post.until_at, closed_at)), default=None))
        for post in held
        if post.from_at <= at
    )
    over = [post for post in ends if post.until_at is not None]
    return max(over, key=lambda post: (post.until_at, post.path), default=None)


def state_after(ended_at: datetime | None, grace: timedelta, at: datetime) -> PhoneState:
    """How a phone stands whose holder is no grid worker any more."""
    if ended_at is not None and ended_at <= at < ended_at + grace:
        return PhoneState.ENDED
    return PhoneState.REVOKED


def may_pair(actor: Actor, *, account_id: int, label: str, in_service: int) -> Verdict:
    """Whether somebody may put one more phone in service: their own, while they hold a grid."""
    if actor.key != f"staff:{account_id}":
        return Verdict.no("fieldwork.not_yours", NOT_YOURS)
    if not grid_paths(actor):
        return Verdict.no("fieldwork.no_grid", NO_GRID)
    if not 0 < len(label.strip()) <= LONGEST_LABEL:
        return Verdict.no("fieldwork.no_label", NO_LABEL)
    if in_service >= MOST_PHONES:
        return Verdict.no("fieldwork.too_many_phones", TOO_MANY)
    return Verdict.yes(OWN)


def may_revoke(actor: Actor, *, account_id: int, paths: Sequence[str]) -> Verdict:
    """Whether somebody may take a phone out of service.

    Power over one of the grids is enough: what is lost must not wait.
    """
    if actor.key == f"staff:{account_id}":
        return Verdict.yes(OWN)
    areas = [hat.path for hat in actor.hats if hat.role == APPOINTING and hat.path]
    if any(path.startswith(area) for area in areas for path in paths):
        return Verdict.yes(BY_AREA)
    return Verdict.no("fieldwork.not_over_phone", NOT_OVER)
