"""May this actor change that account or appointment? Every answer is a verdict with its rule."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Verdict
from commongrid.rooms.people.domain.roles import APPOINTING, SETUP, UNIT_READERS, contains

OWN = "people.own_account"
SETTING_UP = "people.system_setup"
OVER_AREA = "people.appointing_over_area"
PATH_PATTERN = re.compile(r"^/(?:(?:[a-z_]+:)?[0-9A-Za-z-]+/)+\Z")

NOT_APPOINTING = Text(
    zh="只有负责任用的人员才能办理这件事。",
    en="Only somebody who holds the appointing role can do this.",
)
OUTSIDE = Text(
    zh="这超出了您负责任用的区域，请联系上一级负责任用的人员。",
    en="This lies outside the area you appoint for. Ask whoever appoints one level above.",
)
NOT_YOURSELF = Text(
    zh="不能为自己办理任用，请由另一位有权人员办理。",
    en="Nobody decides about their own appointment; another person with the power has to.",
)
NOT_YOUR_OWN = Text(
    zh="这件事不能由本人办理，须由另一位有权人员办理。",
    en="You cannot do this for yourself; another person with the power has to.",
)
ONLY_YOURSELF = Text(
    zh="只有本人才能改动自己的这项设置。", en="Only the person can change this for themselves."
)


@dataclass(frozen=True, slots=True)
class Post:
    """A role in an area: what the power over a person is measured against."""

    role: str
    path: str


def role_used(rule: str) -> str:
    """The hat an act names for the rule that allowed it."""
    return {OWN: "self", SETTING_UP: "system", OVER_AREA: APPOINTING}.get(rule, "")


def may_create_account(actor: Actor) -> Verdict:
    """Anybody who appoints somewhere may make accounts: an account alone opens nothing."""
    return may_decide_over(actor, account_id=None, posts=())


def may_change_post(actor: Actor, *, account_id: int, post: Post) -> Verdict:
    """Give or end one post: power over its area, and never one's own."""
    if actor.key == f"staff:{account_id}":
        return Verdict.no("people.not_self", NOT_YOURSELF)
    return may_decide_over(actor, account_id=account_id, posts=(post,))


def may_decide_over(actor: Actor, *, account_id: int | None, posts: Iterable[Post]) -> Verdict:
    """Power over a person is power over every post the person holds.

    The appointing role itself is given, ended and overseen only from a strictly larger area,
    so that it can neither spread sideways nor be taken over by a peer.
    """
    if actor.key == SETUP:
        return Verdict.yes(SETTING_UP)
    areas = [hat.path for hat in actor.hats if hat.role == APPOINTING]
    if not areas:
        return Verdict.no("people.not_appointing", NOT_APPOINTING, f"{actor.key} appoints nowhere")
    if account_id is not None and actor.key == f"staff:{account_id}":
        return Verdict.no("people.not_own", NOT_YOUR_OWN)
    for post in posts:
        if not any(_reaches(area, post) for area in areas):
            return Verdict.no("people.outside_area", OUTSIDE, f"{post.role} at {post.path}")
    return Verdict.yes(OVER_AREA)


def may_change_own(actor: Actor, *, account_id: int) -> Verdict:
    """What belongs to the person alone."""
    if actor.key == f"staff:{account_id}":
        return Verdict.yes(OWN)
    return Verdict.no("people.only_self", ONLY_YOURSELF)


def _reaches(area: str, post: Post) -> bool:
    if post.role == APPOINTING and post.path == area:
        return False
    return contains(area, post.path)


def ends_at(path: str, code: str) -> bool:
    """Whether a path ends at a code, written plainly or with its code system before it."""
    last = path.rstrip("/").rpartition("/")[2]
    return last.rpartition(":")[2] == code


def is_sound_post(*, role: str, place_code: str, place_path: str, unit_key: str) -> Verdict:
    """Whether the post names a place that fits its path, and a unit where the role needs one."""
    if not role or not PATH_PATTERN.match(place_path) or not ends_at(place_path, place_code):
        say = Text(
            zh="任用缺少职责，或地点与区划路径不一致。", en="The role or the place is wrong."
        )
        return Verdict.no("people.bad_place", say, f"{role!r} {place_code!r} {place_path!r}")
    if role in UNIT_READERS and not unit_key:
        say = Text(zh="这项职责须写明承办单位。", en="This role needs its handling unit named.")
        return Verdict.no("people.unit_needed", say, role)
    return Verdict.yes("people.sound_post")


def is_sound_term(
    actor: Actor, *, from_at: datetime, until_at: datetime | None, at: datetime
) -> Verdict:
    """A term ends after it starts, and only the set-up may date it back."""
    if until_at is not None and until_at <= from_at:
        say = Text(zh="任期结束时间须晚于开始时间。", en="The term must end after it starts.")
        return Verdict.no("people.bad_term", say)
    if from_at < at and actor.key != SETUP:
        say = Text(zh="任期不能从过去的时间开始。", en="A term cannot start in the past.")
        return Verdict.no("people.backdated", say)
    return Verdict.yes("people.sound_term")
