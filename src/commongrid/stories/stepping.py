"""The fields of a step, as a program or a phone sent them, held to what the step asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commongrid.kernel.text import Text
from commongrid.rooms.matters import face as matters

LISTS = frozenset({"units"})
LONGEST = 1000

NO_FIELD = Text(zh="这一步没有这个字段。", en="This step asks for no such field.")
NO_PHOTOS = Text(
    zh="照片请与字段并列发送，不要放进字段里。",
    en="Send photos beside the fields, not as a field.",
)
NO_LIST = Text(zh="这里需要填一个列表。", en="A list is needed here.")
NO_FLAG = Text(zh="这里需要填 true 或 false。", en="true or false is needed here.")
NO_TEXT = Text(zh="这里需要填文字。", en="A text is needed here.")
TOO_LONG = Text(zh="内容太长。", en="This is too long.")
NO_OPTION = Text(zh="这不是可选项之一。", en="This is none of the options.")


class BadFieldError(ValueError):
    """A field that the step does not ask for, or that has another shape than it asks for."""

    def __init__(self, name: str, say: Text) -> None:
        super().__init__(name)
        self.name, self.say = name, say


def checked_fields(card: matters.ChoiceCard | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """The given fields, each one asked for and of its kind. Raises: BadFieldError.

    For a step that is no choice now (``card`` None) nothing is passed on: the rules refuse it and
    say why. Words that no field asked for would lie in the ledger unseen, so they are refused.
    """
    if card is None:
        return {}
    asked = {field.name: field for field in card.fields}
    for name in given:
        if name not in asked:
            raise BadFieldError(name, NO_FIELD)
    return {
        name: _checked(asked[name], value)
        for name, value in given.items()
        if value not in ("", [], None)
    }


def _checked(field: matters.FormField, value: Any) -> Any:
    kind = field.spec.kind if field.spec else "text"
    if kind == "photos":
        raise BadFieldError(field.name, NO_PHOTOS)
    if kind in LISTS:
        if not isinstance(value, list):
            raise BadFieldError(field.name, NO_LIST)
        return tuple(_chosen(field, part) for part in value)
    if kind == "flag":
        if not isinstance(value, bool):
            raise BadFieldError(field.name, NO_FLAG)
        return value
    if not isinstance(value, str):
        raise BadFieldError(field.name, NO_TEXT)
    most = field.spec.max_length if field.spec else LONGEST
    if most and len(value) > most:
        raise BadFieldError(field.name, TOO_LONG)
    return _chosen(field, value)


def _chosen(field: matters.FormField, value: str) -> str:
    spec = field.spec
    options = dict(field.options or (spec.choices if spec else ()))
    if options and value not in options:
        raise BadFieldError(field.name, NO_OPTION)
    return value
