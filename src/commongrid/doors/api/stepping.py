"""The fields of a step, as the rules may read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from commongrid.doors.api.bodies import Read, StepBody
from commongrid.doors.api.entry import other_body
from commongrid.doors.api.problems import invalid
from commongrid.rooms.matters import face as matters
from commongrid.stories.stepping import BadFieldError, checked_fields


def step_fields(
    choices: Iterable[matters.ChoiceCard], action: str, given: Mapping[str, Any]
) -> dict[str, Any]:
    """The given fields, each one asked for and of its kind. Raises: Problem (422)."""
    card = next((card for card in choices if card.action == action), None)
    try:
        return checked_fields(card, given)
    except BadFieldError as error:
        say = error.say.in_(get_language() or "")
        raise invalid(f"fields.{error.name}", say) from error


def check_same_step(done: matters.Done, command_id: UUID, sent: Read[StepBody]) -> None:
    """Raises: Problem (422) when a step sent again had other fields or photos the first time."""
    if done.is_replay and not matters.is_same_step(
        command_id=command_id, fields=sent.body.fields, photos=sent.photos
    ):
        raise other_body()
