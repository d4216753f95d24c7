"""Who is at the desk now: read once a request, at the edge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from django.http import HttpRequest
from django.utils import timezone

from commongrid.charter.matter import Actor
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places
from commongrid.rooms.rehearsals import face as rehearsals


class Who(TypedDict):
    """What every query and command of the matters room takes first."""

    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class Reader:
    """The person at the desk, with the appointments of this moment."""

    actor: Actor
    at: datetime

    @property
    def who(self) -> Who:
        """Actor and clock, to pass on as keywords."""
        return Who(actor=self.actor, at=self.at)

    @property
    def units(self) -> tuple[str, ...]:
        """The units this person works in."""
        return tuple(dict.fromkeys(hat.unit for hat in self.actor.hats if hat.unit))

    @property
    def roles(self) -> frozenset[str]:
        """The roles this person holds somewhere."""
        return frozenset(hat.role for hat in self.actor.hats)

    @property
    def plans(self) -> bool:
        """Whether this person may rehearse somewhere. Cost: a statement when warm."""
        with places.one_look():
            return any(rehearsals.may_rehearse(self.actor, path, self.at) for path in self.roots)

    @property
    def roots(self) -> tuple[str, ...]:
        """Where this person works: place paths, none of them inside another one."""
        paths = sorted({hat.path for hat in self.actor.hats if hat.path}, key=len)
        kept: list[str] = []
        for path in paths:
            if not any(path.startswith(above) for above in kept):
                kept.append(path)
        return tuple(kept)

    @property
    def root(self) -> str:
        """The first of the roots; "" for somebody without an appointment."""
        return self.roots[0] if self.roots else ""


def reader_of(request: HttpRequest) -> Reader:
    """The reader of this request; only behind the staff gate. Cost: 2 statements, once."""
    known: Reader | None = getattr(request, "desk_reader", None)
    if known is None:
        at = timezone.now()
        known = Reader(people.staff_actor(request.user.pk, at), at)  # type: ignore[arg-type]
        request.desk_reader = known  # type: ignore[attr-defined]
    return known
