"""What is followed, in words."""

from __future__ import annotations

from datetime import datetime

from commongrid.kernel.text import Text
from commongrid.rooms.matters import face as matters
from commongrid.rooms.places import face as places
from commongrid.rooms.subscriptions.models import STAFF, Subscription


def scope_words(row: Subscription, at: datetime) -> Text:
    """A matter by its number, a place by its name, with the type when only one is followed."""
    if row.audience == STAFF:
        return Text("本单位事项的提醒", "reminders of your unit's matters")
    if row.matter_id is not None:
        return _of_matter(row, at)
    place = places.list_places((row.path,)).get(row.path)
    name = place.name if place else Text.both(row.path)
    if not row.type_code:
        return Text(f"{name.zh}的事项", f"matters in {name.en}")
    type_name = type_words(row.type_code, row.path, at)
    return Text(f"{name.zh}的{type_name.zh}", f"{type_name.en} in {name.en}")


def type_words(type_code: str, path: str, at: datetime) -> Text:
    """The name of a type under the charter in force; its code when the charter has none."""
    try:
        _, compiled = places.charter_in_force(path, at)
    except places.NoCharterError:
        return Text.both(type_code)
    known = compiled.charter.types.get(type_code)
    return known.name if known else Text.both(type_code)


def _of_matter(row: Subscription, at: datetime) -> Text:
    assert row.matter_id is not None
    ref = ""
    if row.audience == "reporter":
        owner = matters.reporter_of(row.matter_id)
        page = matters.get_own_matter(actor=owner, at=at, matter_id=row.matter_id)
        ref = page.card.ref if page else ""
    else:
        try:
            ref = matters.get_public_matter(at=at, matter_id=row.matter_id).ref
        except LookupError:
            ref = ""
    return Text(f"事项 {ref}".strip(), f"matter {ref}".strip())
