"""A charter as if it had been in force before: the one way to judge past requests by its rules."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any, TypeVar

from commongrid.charter import Charter
from commongrid.charter.schema import Row

RowType = TypeVar("RowType", bound=Row)


def as_if_from(charter: Charter, day: date) -> Charter:
    """The charter with every rule in force from a day on, under a version that says so.

    Nobody worked by these rules then. A matter that is judged by them names this version, so no
    figure about the past can be taken for one about promises that were made.
    """
    changed: dict[str, Any] = {}
    for field in fields(charter):
        value = getattr(charter, field.name)
        if isinstance(value, tuple) and all(isinstance(row, Row) for row in value):
            changed[field.name] = tuple(_from(row, day) for row in value)
        elif hasattr(value, "items") and all(isinstance(row, Row) for row in value.values()):
            changed[field.name] = {key: _from(row, day) for key, row in value.items()}
    return replace(
        charter,
        **changed,
        version=f"{charter.version}-as-if-{day.isoformat()}",
        valid_from=min(charter.valid_from, day),
    )


def _from(row: RowType, day: date) -> RowType:
    return replace(row, valid_from=day) if row.valid_from > day else row
