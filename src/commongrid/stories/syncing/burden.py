"""What an entry took goes into the sum of its form, if it was carried out."""

from __future__ import annotations

from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.fieldwork.face import Answered
from commongrid.rooms.places import face as places
from commongrid.stories.syncing.intentions import DONE, RAISE
from commongrid.stories.syncing.judging import Case


def note_minutes(case: Case, answered: Answered) -> None:
    """Add the minutes of an entry just carried out; nothing for one that was refused.

    Summed by the area of the phone's grids, whatever the entry was about: the sums say what forms
    cost a place, and are never shown for less.
    """
    intention = case.intention
    if answered.verdict != DONE or not intention.minutes or not case.phone.paths:
        return
    path = case.phone.paths[0]
    fieldwork.add_minutes(path=path, form=_form(case, path), minutes=intention.minutes, at=case.at)


def _form(case: Case, path: str) -> str:
    if case.intention.kind != RAISE:
        return f"action:{case.intention.name}"
    draft = case.intention.draft
    compiled = places.charter_in_force(path, case.at)[1]
    known = compiled.charter.types.get(draft.type_code) if draft else None
    return f"raise:{known.kind}" if known else ""
