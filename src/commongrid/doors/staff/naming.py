"""What posts, places and units are called on one's own page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
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
    "desk": pgettext_lazy("role", "Desk"),
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

    What no charter names keeps its key. Cost: 2 statements and one for each charter.
    """
    posts, language = tuple(posts), get_language() or ""
    paths = tuple(dict.fromkeys(post.place_path for post in posts))
    known = places.list_places(paths)
    charters = charters_at(paths, at)
    return [
        PostRow(
            role=role_name(charters[post.place_path], post.role),
            place=known[post.place_path].name.in_(language)
            if post.place_path in known
            else post.place_code,
            unit=unit_name(charters[post.place_path], post.unit_key),
            post=post,
            is_now=post.is_in_force(at),
            is_over=post.until_at is not None and post.until_at <= at,
        )
        for post in posts
    ]


def charters_at(paths: Iterable[str], at: datetime) -> dict[str, Charter | None]:
    """The charter in force at each place, asked once for all places that share one.

    Cost: 1 statement and one for each charter.
    """
    roots = {card.place_path for card in places.list_charters()}
    nearest = {path: max(_above(path, roots), key=len, default="/") for path in paths}
    found = {root: charter_at(root, at) for root in dict.fromkeys(nearest.values())}
    return {path: found[root] for path, root in nearest.items()}


def charter_at(path: str, at: datetime) -> Charter | None:
    """The charter in force at a place, or None before the first one. Cost: 1 statement."""
    try:
        return places.charter_in_force(path, at)[1].charter
    except places.NoCharterError:
        return None


def role_name(charter: Charter | None, role: str) -> str | Promise:
    """What a role is called in the language of the page."""
    if charter is not None and role in charter.roles:
        return charter.roles[role].name.in_(get_language() or "")
    return ROLES.get(role, role)


def unit_name(charter: Charter | None, unit: str) -> str:
    """What a unit is called in the language of the page."""
    if charter is not None and unit in charter.units:
        return charter.units[unit].name.in_(get_language() or "")
    return unit


def _above(path: str, roots: Iterable[str]) -> list[str]:
    return [root for root in roots if path.startswith(root)]
