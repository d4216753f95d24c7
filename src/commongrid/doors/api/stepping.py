"""The fields of a step, as the rules may read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from commongrid.doors.api.bodies import Read, StepBody
from commongrid.doors.api.entry import other_body
from commongrid.doors.api.problems import invalid
from commongrid.rooms.matters import face as matters

LISTS = frozenset({"units"})


def step_fields(
    choices: Iterable[matters.ChoiceCard], action: str, given: Mapping[str, Any]
) -> dict[str, Any]:
    """The given fields, each one asked for and of its kind. Raises: Problem (422).

    For a step that is no choice now nothing is passed on: the rules refuse it and say why.
    Words that no field asked for would lie in the ledger unseen, so they are refused.
    """
    card = next((card for card in choices if card.action == action), None)
    if card is None:
        return {}
    asked = {field.name: field for field in card.fields}
    for name in given:
        if name not in asked:
            raise invalid(f"fields.{name}", gettext("This step asks for no such field."))
    return {
        name: _checked(asked[name], value)
        for name, value in given.items()
        if value not in ("", [], None)
    }


def check_same_step(done: matters.Done, command_id: UUID, sent: Read[StepBody]) -> None:
    """Raises: Problem (422) when a step sent again had other fields or photos the first time."""
    if done.is_replay and not matters.is_same_step(
        command_id=command_id, fields=sent.body.fields, photos=sent.photos
    ):
        raise other_body()


def _checked(field: matters.FormField, value: Any) -> Any:
    kind = field.spec.kind if field.spec else "text"
    where = f"fields.{field.name}"
    if kind == "photos":
        raise invalid(where, gettext("Send photos beside the fields, not as a field."))
    if kind in LISTS:
        if not isinstance(value, list):
            raise invalid(where, gettext("A list is needed here."))
        return tuple(_chosen(field, part, where) for part in value)
    if kind == "flag":
        if not isinstance(value, bool):
            raise invalid(where, gettext("true or false is needed here."))
        return value
    if not isinstance(value, str):
        raise invalid(where, gettext("A text is needed here."))
    most = field.spec.max_length if field.spec else 1000
    if most and len(value) > most:
        raise invalid(where, gettext("This is too long."))
    return _chosen(field, value, where)


def _chosen(field: matters.FormField, value: str, where: str) -> str:
    spec = field.spec
    options = dict(field.options or (spec.choices if spec else ()))
    if options and value not in options:
        raise invalid(where, gettext("This is none of the options."))
    return value
