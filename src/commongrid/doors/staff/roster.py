"""Who holds which post in the area of whoever appoints: lists in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language

from commongrid.charter.matter import Actor
from commongrid.doors.staff.naming import PostRow, charters_at, post_rows, role_name, unit_name
from commongrid.rooms.people import face
from commongrid.rooms.places import face as places

APPOINTING = "appointing"
KEEPING = "charter_keeper"
WORKING = "grid_worker"
OVERSEEING = frozenset({"supervisor", "reviewer", "village_watch"})
HEARING = frozenset({"supervisor", "reviewer"})
"""Roles that are shown the way to these pages, to supervision's and to the complaints; the charter
says what the pages show them."""


@dataclass(frozen=True, slots=True)
class Officer:
    """The person at this page, and the areas one of their roles reaches."""

    actor: Actor
    at: datetime
    areas: tuple[str, ...]

    def reaches(self, path: str) -> bool:
        """Whether a place lies in one of the areas."""
        return any(path.startswith(area) for area in self.areas)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to. Empty means everything."""

    text: str = ""
    role: str = ""
    unit: str = ""
    place: str = ""
    on: date | None = None

    def takes(self, post: face.AppointmentCard) -> bool:
        """Whether a post belongs to the list."""
        name = f"{post.display_name}\n{post.display_name_en}".casefold()
        return (
            (not self.text or self.text.casefold() in name)
            and self.role in ("", post.role)
            and self.unit in ("", post.unit_key)
            and post.place_path.startswith(self.place)
        )


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person with the posts that made the list."""

    account_id: int
    name: str
    posts: tuple[PostRow, ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """The people found, and the roles and units there are to choose from."""

    people: tuple[tuple[face.AppointmentCard, ...], ...]
    roles: tuple[tuple[str, str | Promise], ...]
    units: tuple[tuple[str, str], ...]


def officer_of(request: HttpRequest, role: str = APPOINTING) -> Officer:
    """The actor behind the request; only behind the staff gate. Cost: 2 statements."""
    at = timezone.now()
    actor = face.staff_actor(request.user.pk, at)  # type: ignore[arg-type]
    paths = sorted({hat.path for hat in actor.hats if hat.role == role and hat.path})
    areas = tuple(p for p in paths if not any(p != a and p.startswith(a) for a in paths))
    return Officer(actor, at, areas)


def moment_of(wanted: Wanted, at: datetime) -> datetime:
    """The instant a list speaks of: now, or noon of the day asked for."""
    return day_starts(wanted.on) + timedelta(hours=12) if wanted.on else at


def day_starts(day: date) -> datetime:
    """The first instant of a day in the zone of the site."""
    return timezone.make_aware(datetime.combine(day, time.min))


def list_people(officer: Officer, wanted: Wanted) -> Roster:
    """Everybody with a post in the areas at the moment asked for, by name.

    Cost: one statement an area, one for the charters and one for each charter.
    """
    at = moment_of(wanted, officer.at)
    posts = [p for area in officer.areas for p in face.list_appointments(area, at)]
    charters = charters_at((post.place_path for post in posts), at)
    roles = {p.role: role_name(charters[p.place_path], p.role) for p in posts}
    units = {p.unit_key: unit_name(charters[p.place_path], p.unit_key) for p in posts if p.unit_key}
    found: dict[int, list[face.AppointmentCard]] = {}
    for post in filter(wanted.takes, posts):
        found.setdefault(post.account_id, []).append(post)
    people = sorted(found.values(), key=lambda posts: (posts[0].display_name, posts[0].account_id))
    return Roster(
        people=tuple(map(tuple, people)),
        roles=tuple(sorted(roles.items(), key=lambda pair: str(pair[1]))),
        units=tuple(sorted(units.items(), key=lambda pair: pair[1])),
    )


def person_rows(
    people: Iterable[tuple[face.AppointmentCard, ...]], at: datetime
) -> tuple[PersonRow, ...]:
    """A page of people in words. Cost: 2 statements and one for each charter."""
    people = tuple(people)
    rows = iter(post_rows((post for posts in people for post in posts), at))
    language = get_language() or ""
    return tuple(
        PersonRow(
            account_id=posts[0].account_id,
            name=_name(posts[0], language),
            posts=tuple(next(rows) for _post in posts),
        )
        for posts in people
    )


def area_places(officer: Officer) -> tuple[places.PlaceCard, ...]:
    """The areas and the places one level below them. Cost: one statement more than areas."""
    tops = places.list_places(officer.areas)
    found: list[places.PlaceCard] = []
    for path in officer.areas:
        if top := tops.get(path):
            found += (top, *places.list_children(top.code, officer.at))
    return tuple(found)


def find_places(officer: Officer, text: str) -> tuple[places.PlaceCard, ...]:
    """Places in the areas that a text names. Cost: one statement an area."""
    found = (c for a in officer.areas for c in places.search_places(text, a, officer.at))
    return tuple(found)


def readable_card(
    officer: Officer, card: face.AccountCard, posts: Iterable[face.AppointmentCard]
) -> tuple[face.AccountCard, tuple[face.AppointmentCard, ...]]:
    """The person as far as this officer needs to know: posts elsewhere and the phone stay away.

    Who has no post at all, or one in the areas, is shown whole.
    """
    posts = tuple(posts)
    mine = tuple(post for post in posts if officer.reaches(post.place_path))
    if mine or not posts:
        return card, posts
    return replace(card, work_phone=""), ()


def _name(post: face.AppointmentCard, language: str) -> str:
    return (post.display_name_en if language.startswith("en") else "") or post.display_name
