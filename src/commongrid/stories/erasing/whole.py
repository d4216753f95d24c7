"""erase_person: all that is kept of the person behind one matter goes, in one act."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commongrid.charter.matter import Actor
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.matters import face as matters
from commongrid.rooms.subscriptions import face as subscriptions


def erase_person(*, actor: Actor, at: datetime, command_id: UUID, matter_id: UUID) -> matters.Gone:
    """Erase contact data, words, files, search entries, subscriptions and what phones sent.

    The matter's counted facts and the chain of its acts stay. Raises: Refused without the power to
    answer for rights, and while the matter is open.
    """
    with transaction.atomic():
        counts = {
            "subscriptions": subscriptions.erase_of_matter(matter_id, at=at),
            "phone_words": fieldwork.forget_matter(matter_id),
        }
        return matters.erase_all(
            actor=actor, at=at, command_id=command_id, matter_id=matter_id, beside=counts
        )
