"""What posts are called on one's own page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from commongrid.rooms.people import face

ROLES: dict[str, str | Promise] = {
    "appointing": _("Appointing officer"),
    "desk": _("Desk officer"),
    "dispatcher": _("Dispatcher"),
    "centre": _("Grid centre"),
    "township": _("Township or subdistrict leader"),
    "community": _("Community or village officer"),
    "grid_worker": _("Grid worker"),
    "checker": _("Checker"),
    "supervisor": _("Supervisor"),
    "council": _("Council member"),
    "reviewer": _("Reviewer"),
    "handler": _("Handling officer"),
    "head": _("Head of a handling unit"),
}


@dataclass(frozen=True, slots=True)
class PostRow:
    """One line of the list of posts."""

    role: str | Promise
    post: face.AppointmentCard
    is_now: bool
    is_over: bool


def post_rows(posts: Iterable[face.AppointmentCard], at: datetime) -> list[PostRow]:
    """The posts with the words for their role; a role of the charter's own keeps its key."""
    return [
        PostRow(
            role=ROLES.get(post.role, post.role),
            post=post,
            is_now=post.is_in_force(at),
            is_over=post.until_at is not None and post.until_at <= at,
        )
        for post in posts
    ]
