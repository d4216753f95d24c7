"""Consents as rows: given in whose words, and taken back."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from commongrid.kernel.text import Text
from commongrid.rooms.vault.domain.consents import WORDS
from commongrid.rooms.vault.models import Consent

KEPT = timedelta(days=3 * 365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A consent that was given. ``subject``: a matter or a subscription by its number."""

    subject: str
    purpose: str
    language: str
    method: str
    given_by: str
    at: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentCard:
    """A consent as the person who gave it reads it."""

    purpose: str
    name: Text
    words: Text
    text_hash: str
    method: str
    given_by: str
    given_at: datetime
    expires_at: datetime | None
    withdrawn_at: datetime | None


def give_consents(given: Iterable[Given]) -> int:
    """Note consents; one that is in force is not noted twice. Returns how many are new.

    Cost: 1 statement to read and 1 to write.
    """
    wanted = {(one.subject, one.purpose): one for one in reversed(tuple(given))}
    if not wanted:
        return 0
    subjects = {subject for subject, _ in wanted}
    in_force = Consent.objects.filter(subject__in=subjects, withdrawn_at=None).order_by("pk")
    for known in in_force.values_list("subject", "purpose"):
        wanted.pop(known, None)
    rows = [
        Consent(
            subject=one.subject, purpose=one.purpose, language=one.language, method=one.method,
            text_hash=WORDS[one.purpose].hash_in(one.language), given_by=one.given_by,
            given_at=one.at, expires_at=one.expires_at,
        )
        for one in reversed(wanted.values())
    ]  # fmt: skip
    # Another process may note one of them at the same instant: then its row stands.
    Consent.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def withdraw_consent(*, subject: str, purpose: str, at: datetime) -> bool:
    """Take a consent back; taking it back twice is no error."""
    rows = Consent.objects.filter(subject=subject, purpose=purpose, withdrawn_at=None)
    return bool(rows.update(withdrawn_at=at))


def list_consents(subjects: Collection[str]) -> tuple[ConsentCard, ...]:
    """What was agreed to for these subjects, oldest first. Cost: 1 statement."""
    rows = Consent.objects.filter(subject__in=subjects)
    return tuple(_card(row) for row in rows)


def last_given(purpose: str) -> datetime | None:
    """When the newest consent of a purpose was given: from where a round goes on."""
    rows = Consent.objects.filter(purpose=purpose).order_by("-given_at")
    return rows.values_list("given_at", flat=True).first()


def erase_old_consents(*, at: datetime) -> int:
    """Erase consents that ended three years ago. Returns how many."""
    old = Consent.objects.filter(withdrawn_at__lte=at - KEPT).delete()[0]
    return old + Consent.objects.filter(expires_at__lte=at - KEPT).delete()[0]


def _card(row: Consent) -> ConsentCard:
    words = WORDS[row.purpose]
    return ConsentCard(
        purpose=row.purpose,
        name=words.name,
        words=words.words,
        text_hash=row.text_hash,
        method=row.method,
        given_by=row.given_by,
        given_at=row.given_at,
        expires_at=row.expires_at,
        withdrawn_at=row.withdrawn_at,
    )
