"""Which rules each alternative of a plan stands on: in force, adopted, of the library, proposed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ObjectDoesNotExist

from commongrid.bridges.rehearsal.library import LibraryError, list_library, load_library
from commongrid.bridges.rehearsal.plans import Plan
from commongrid.charter import CharterError, Compiled, compile_charter, from_plain, to_plain
from commongrid.charter.schema import Mark
from commongrid.kernel.canon import digest
from commongrid.kernel.text import Text
from commongrid.rooms.places import face as places
from commongrid.rooms.rehearsals import face as rehearsals

IN_FORCE, LIBRARY, PROPOSAL = "", "library:", "proposal:"

NO_VERSION = Text(
    zh="不是本地启用过的版本、章程库中的章程或本地的提案",
    en="must be a version adopted here, a charter of the library or a proposal of this place",
)


class ChartersError(ValueError):
    """Rules that there are not. ``faults``: field of the plan and rule, as of a plain plan."""

    def __init__(self, faults: tuple[tuple[str, Text], ...]) -> None:
        super().__init__("; ".join(f"{field}: {rule.en}" for field, rule in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A charter to choose for an alternative. ``marks``: its rows by trust mark (library only)."""

    key: str
    name: Text
    marks: Mapping[Mark, int] | None = None
    note: Text | None = None


def list_choices(place: places.PlaceCard, at: datetime) -> tuple[Choice, ...]:
    """What an alternative may stand on: in force first, then older ones, then the library."""
    key, compiled = places.charter_in_force(place.path, at)
    found = [Choice(key=IN_FORCE, name=Text(zh=f"现行 {key}", en=f"in force: {key}"))]
    for card in places.list_charters(place.code):
        if card.place_path == place.path and card.key != key:
            found.append(Choice(key=card.key, name=Text.both(card.key)))
    for entry in list_library(compiled):
        found.append(
            Choice(key=f"{LIBRARY}{entry.id}", name=entry.name, marks=entry.marks, note=entry.note)
        )
    return tuple(found)


def charters_of(
    plan: Plan, at: datetime
) -> tuple[dict[str, Compiled], tuple[rehearsals.CharterUsed, ...]]:
    """The compiled rules by alternative, and what they are, to be kept with the rehearsal.

    Raises: ChartersError naming the field, NoCharterError where no charter is in force.
    """
    in_force, like = places.charter_in_force(plan.place, at)
    found: dict[str, Compiled] = {}
    used, faults = [], []
    for number, one in enumerate(plan.alternatives):
        key = one.charter or in_force
        try:
            compiled, text = _charter(key, plan.place, like)
        except _MISSING:
            faults.append((f"alternatives.{number}.charter", NO_VERSION))
            continue
        found[one.name] = compiled
        used.append(rehearsals.CharterUsed(alternative=one.name, key=key, digest=text))
    if faults:
        raise ChartersError(tuple(faults))
    return found, tuple(used)


def charters_again(card: rehearsals.RehearsalCard) -> dict[str, Compiled]:
    """The rules of a rehearsal once more, held to their digests.

    A charter of the library is put on the version that was in force when it was asked for: one
    adopted since does not change what was asked.
    Raises: ChartersError when one is gone or is another text now.
    """
    like = places.charter_in_force(card.place_path, card.asked_at)[1]
    found = {}
    for number, one in enumerate(card.charters):
        field = f"alternatives.{number}.charter"
        try:
            compiled, text = _charter(one.key, card.place_path, like)
        except _MISSING:
            raise ChartersError(((field, NO_VERSION),)) from None
        if text != one.digest:
            raise ChartersError(((field, _changed(one)),))
        found[one.alternative] = compiled
    return found


_MISSING = (LibraryError, places.NoCharterError, ObjectDoesNotExist, CharterError)


def _charter(key: str, path: str, like: Compiled) -> tuple[Compiled, str]:
    """The rules of that name and the digest of their text."""
    if key.startswith(LIBRARY):
        compiled = load_library(key, like)
        return compiled, digest(to_plain(compiled.charter))
    if key.startswith(PROPOSAL):
        proposal = rehearsals.get_proposal(key.removeprefix(PROPOSAL))
        if not path.startswith(proposal.place_path):
            raise places.NoCharterError(key)
        return compile_charter(from_plain(json.loads(proposal.plain))), proposal.digest
    card = places.get_charter_card(key)
    if not path.startswith(card.place_path):
        raise places.NoCharterError(key)
    return places.get_charter(key), card.digest


def _changed(one: rehearsals.CharterUsed) -> Text:
    return Text(
        zh=f"方案“{one.alternative}”所用章程 {one.key} 的内容与当时不同，不能按原样再算。",
        en=f"The charter {one.key} of “{one.alternative}” is another text now than it was; it "
        "cannot be run again.",
    )
