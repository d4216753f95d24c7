"""What posts, places and units are called on one's own page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from commongrid.charter.schema import Charter
from commongrid.rooms.people import face
from commongrid.rooms.places import face as places

# For places above every charter, as a district is, and before the first one is adopted.
ROLES: dict[str, str | Promise] = {
    "appointing": _("Appointing officer"),
    "centre": _("Command centre"),
    "charter_keeper": _("Charter keeper"),
    "checker": _("Checker"),
    "community": _("Community officer"),
    "council": _("Community council"),
    "data_officer": _("Data protection officer"),
    "desk": _("Desk"),
    "dispatcher": _("Dispatcher"),
    "grid_worker": _("Grid worker"),
    "handler": _("Handler"),
    "head": _("Head of the handling unit"),
    "place_keeper": _("Place keeper"),
    "reviewer": _("Independent reviewer"),
    "supervisor": _("Supervisor"),
    "township": _("Township or subdistrict"),
}


@dataclass(frozen=True, slots=True)
class PostRow:
    """One line of the list of posts, in words."""

    role: str | Promise
    place: str
    unit: str
    post: face.AppointmentCard
    is_now: bool
    is_over: bool


def post_rows(posts: Iterable[face.AppointmentCard], at: datetime) -> list[PostRow]:
    """The posts in the words of the charter in force where they are held.

    What no charter names keeps its key. Cost: 2 statements and one for each different place.
    """
    posts, language = tuple(posts), get_language() or ""
    paths = tuple(dict.fromkeys(post.place_path for post in posts))
    known = places.list_places(paths)
    charters = {path: _charter_at(path, at) for path in paths}
    return [
        PostRow(
            role=_role(charters[post.place_path], post.role, language),
            place=known[post.place_path].name.in_(language)
            if post.place_path in known
            else post.place_code,
            unit=_unit(charters[post.place_path], post.unit_key, language),
            post=post,
            is_now=post.is_in_force(at),
            is_over=post.until_at is not None and post.until_at <= at,
        )
        for post in posts
    ]


def _charter_at(path: str, at: datetime) -> Charter | None:
    try:
        return places.charter_in_force(path, at)[1].charter
    except places.NoCharterError:
        return None


def _role(charter: Charter | None, role: str, language: str) -> str | Promise:
    if charter is not None and role in charter.roles:
        return charter.roles[role].name.in_(language)
    return ROLES.get(role, role)


def _unit(charter: Charter | None, unit: str, language: str) -> str:
    if charter is not None and unit in charter.units:
        return charter.units[unit].name.in_(language)
    return unit
