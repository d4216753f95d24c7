"""What the bodies that somebody publishes for owe now."""

from __future__ import annotations

from datetime import datetime

from commongrid.charter.matter import Actor
from commongrid.rooms.places import face as places
from commongrid.rooms.publications.cards import AffairPromise
from commongrid.rooms.publications.powers import may_publish, may_publish_within
from commongrid.rooms.publications.queries import list_promises

STANDING = ("overdue", "running")


def list_owed(actor: Actor, *, at: datetime) -> tuple[AffairPromise, ...]:
    """What is due that somebody publishes, the earliest first.

    Cost: 1 statement when warm, and 2 for each place where they publish, however much it owes.
    """
    owed: list[AffairPromise] = []
    with places.one_look():
        for root in places.list_chartered_places():
            if may_publish_within(actor, root.path, at):
                owed += [
                    promise
                    for promise in list_promises(root, at=at)
                    if promise.status in STANDING and may_publish(actor, promise.place.path, at)
                ]
    return tuple(sorted(owed, key=lambda promise: (promise.due_at, promise.place.code)))
