"""What the addresses share: how they are documented, and how a place or a matter is named."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from pydantic import BaseModel

from commongrid.doors.api import shapes
from commongrid.doors.api.problems import Problem, invalid, not_found
from commongrid.rooms.places import face as places

ALWAYS = (400, 401, 429)  # a NUL in the address, a wrong key, too many calls
REF_LENGTH = 20


def answers(shape: type[BaseModel] | None, *problems: int, status: int = 200) -> dict[int, Any]:
    """Every answer of an address, for its documentation."""
    told: dict[int, Any] = {status: shape}
    return told | dict.fromkeys(sorted({*ALWAYS, *problems}), shapes.ProblemShape)


def place_of(code: str, at: Any, field: str = "place") -> places.PlaceCard:
    """The place with this code. Raises: Problem (422)."""
    card = places.find_place(code, at)
    if card is None:
        raise invalid(field, gettext("There is no place with this code."))
    return card


def must_have_charter(path: str, at: Any) -> str:
    """The key of the charter in force. Raises: Problem (404)."""
    try:
        return places.charter_in_force(path, at)[0]
    except places.NoCharterError:
        say = gettext("No charter is in force at this place.")
        raise Problem(404, "api.no_charter", say) from None


def id_or_ref(text: str) -> tuple[UUID | None, str]:
    """A matter is named by its id or by its number."""
    try:
        return UUID(text), ""
    except ValueError:
        if len(text) > REF_LENGTH:
            raise not_found() from None
        return None, text
