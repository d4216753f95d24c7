"""Who reads a /-/ page: the actor, the language, and the charters at hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from commongrid.charter.matter import Actor
from commongrid.charter.schema import Charter
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places

AUDITORS = ("supervisor", "reviewer", "centre", "data_officer", "charter_keeper")
"""Who reads acts: the holders of the charter's power ``read_ledger``, and keepers; where, says
``acts_scope``.
"""
KEEPERS = ("charter_keeper", "place_keeper", "appointing", "data_officer", "supervisor")
"""Who sees how the server is set up."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The person at the page."""

    actor: Actor
    at: datetime

    @property
    def paths(self) -> tuple[str, ...]:
        """Where this person works."""
        return tuple(dict.fromkeys(hat.path for hat in self.actor.hats if hat.path))

    def paths_as(self, roles: tuple[str, ...]) -> tuple[str, ...]:
        """Where this person holds one of these roles: a post elsewhere opens nothing there."""
        held = (hat.path for hat in self.actor.hats if hat.role in roles and hat.path)
        return tuple(dict.fromkeys(held))

    def has_any(self, roles: tuple[str, ...]) -> bool:
        """Whether one of these roles is held somewhere."""
        return any(hat.role in roles for hat in self.actor.hats)


def reader_of(request: HttpRequest) -> Reader:
    """The reader of this request; only behind the staff gate. Cost: 2 statements."""
    at = timezone.now()
    return Reader(people.staff_actor(request.user.pk, at), at)  # type: ignore[arg-type]


def page_lang() -> str:
    """The language of the page as charters name it."""
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


def charter_or_404(key: str) -> tuple[places.CharterCard, Charter]:
    """An adopted version and its rules, or "no such page"."""
    try:
        return places.get_charter_card(key), places.get_charter(key).charter
    except places.NoCharterError as missing:
        raise Http404 from missing


def own_charter_key(reader: Reader) -> str:
    """The charter in force where the reader works, else the newest one, else ""."""
    for path in reader.paths:
        try:
            return places.charter_in_force(path, reader.at)[0]
        except places.NoCharterError:
            continue
    known = places.list_charters()
    return known[0].key if known else ""
