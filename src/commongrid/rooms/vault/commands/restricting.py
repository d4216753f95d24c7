"""restrict and lift: data that are kept and not used, because the person asked for it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from commongrid.rooms.vault.commands.noting import digest_of
from commongrid.rooms.vault.models import Restriction


def restrict(*, subject: str, act_id: UUID, at: datetime) -> None:
    """Lock what belongs to a subject. Locking twice is no error."""
    digest = digest_of(subject)
    if not Restriction.objects.filter(subject=digest, lifted_at=None).exists():
        Restriction.objects.create(subject=digest, since_at=at, made_by_act=act_id)


def lift(*, subject: str, at: datetime) -> None:
    """Take the lock away."""
    Restriction.objects.filter(subject=digest_of(subject), lifted_at=None).update(lifted_at=at)


def is_restricted(subject: str) -> bool:
    """Whether a person had the data of this subject locked. Cost: 1 statement."""
    return Restriction.objects.filter(subject=digest_of(subject), lifted_at=None).exists()
