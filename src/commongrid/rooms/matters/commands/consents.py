"""Consents of matters: noted by the clock after the raising, taken back by the person.

Raising a matter writes no row more for them (docs/adr/0036): what was ticked or told stands on the
matter, and a round makes the rows that prove it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Q

from commongrid.charter.matter import Actor
from commongrid.ledger.face import ActCard, ActDraft, record_act
from commongrid.rooms.matters.commanded import Done
from commongrid.rooms.matters.commands.forgetting import subject_of
from commongrid.rooms.matters.commands.writing import check_same, run_once, unknown_matter
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.vault import face as vault

STOP = "stop_sharing"
BATCH = 500
_FIRST = datetime(2000, 1, 1, tzinfo=UTC)
_FOR_OTHERS = Q(channel="proxy") | ~Q(proxy_note="")


def note_consents(*, limit: int = BATCH) -> int:
    """Note what was agreed to on matters raised since the last round. Returns how many are new.

    Idempotent. Cost: 3 statements to read and 1 to write for each of two purposes.
    """
    new = 0
    for purpose, which in ((vault.ON_BEHALF, _FOR_OTHERS), (vault.SHARED, Q(is_shareable=True))):
        since = vault.last_given(purpose) or _FIRST
        rows = Matter.objects.filter(which, received_at__gte=since).order_by("received_at", "pk")
        new += vault.give_consents(_given(row, purpose) for row in rows[:limit])
    return new


def _given(row: Matter, purpose: str) -> vault.Given:
    is_self = purpose == vault.SHARED and not row.proxy_note
    return vault.Given(
        subject=subject_of(row),
        purpose=purpose,
        language=row.language,
        method="ticked" if row.channel == "web" else "spoken",
        given_by="self" if is_self else "other",
        at=row.received_at,
    )


def stop_sharing(*, actor: Actor, at: datetime, command_id: UUID, matter_id: UUID) -> Done:
    """The person takes back that neighbours may read it. Raises: Refused unless it is theirs."""
    subject = f"matter:{matter_id}"

    def work() -> Done:
        row = Matter.objects.select_for_update().filter(pk=matter_id).first()
        if row is None or str(matter_id) not in actor.owns:
            raise unknown_matter()
        row.is_shareable, row.changed_at = False, at
        row.version += 1
        row.save(update_fields=["is_shareable", "changed_at", "version"])
        vault.withdraw_consent(subject=subject, purpose=vault.SHARED, at=at)
        record_act(
            ActDraft(
                command_id=command_id, subject=subject, action=STOP, actor=actor.key,
                role="reporter", power="own_data", rule_id="matter.stop_sharing", at=at,
                charter_key=row.charter_key, after={"state": row.state},
            )
        )  # fmt: skip
        return Done.as_asked(row.pk, STOP, row.state, is_replay=False)

    def again(act: ActCard) -> Done:
        check_same(act, subject=subject, action=STOP, actor=actor.key)
        row = Matter.objects.get(pk=matter_id)
        return Done.as_asked(row.pk, STOP, row.state, is_replay=True)

    return run_once(command_id, work, again)
