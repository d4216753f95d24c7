"""follow_matter: somebody with the same trouble follows a matter instead of raising another.

A way to be reached that they left is opened by the machine alone, to write to them: no person
reads it, so it is no act. Whoever of staff opens contact data uses ``reveal_contact``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from commongrid.charter.decide import decide
from commongrid.charter.matter import Actor, Command
from commongrid.charter.schema import Kind
from commongrid.kernel.verdict import Refused
from commongrid.ledger.face import ActCard, find_act, record_act
from commongrid.rooms.matters.commanded import Contact, Raised
from commongrid.rooms.matters.commands.acting import act_of, load_matter
from commongrid.rooms.matters.commands.contacts import erase_contact
from commongrid.rooms.matters.commands.receipts import act_id_for, receipt_for
from commongrid.rooms.matters.commands.writing import (
    check_same,
    id_reused,
    run_once,
    unknown_matter,
)
from commongrid.rooms.matters.domain.vault import BrokenSeal, seal, unseal
from commongrid.rooms.matters.keys import contact_keys
from commongrid.rooms.matters.models import Follower

FORGET = UUID("1e1f7a0e-8a1c-4c0e-93d0-6a3a5b1a7b33")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How a follower is reached, and in which language.

    Privacy: the way they left to be reached; only to write to them, never shown.
    """

    contact: Contact
    language: str


def list_followers_with_contact(matter_id: UUID, *, since: datetime) -> tuple[int, ...]:
    """Followers of a matter who can be reached and followed it by then. Cost: 1 statement."""
    rows = Follower.objects.filter(matter_id=matter_id, sealed__isnull=False, made_at__lte=since)
    return tuple(rows.order_by("pk").values_list("pk", flat=True))


def open_follower_contact(follower_id: int) -> Reach | None:
    """The way a follower left to be reached; None when it is erased or does not open.

    It was sealed for the matter they chose, which after a merge is no longer the one they follow.
    """
    row = Follower.objects.filter(pk=follower_id).first()
    if row is None or row.sealed is None:
        return None
    sealed_for = row.origin_id or row.matter_id
    try:
        contact = unseal(bytes(row.sealed), matter_id=str(sealed_for), keys=contact_keys())
    except BrokenSeal:
        return None
    return Reach(contact=contact, language=row.language)


def forget_follower_contact(follower_id: int, *, at: datetime) -> bool:
    """Erase a follower's contact data, as they may do with their receipt; one act, once."""
    row = Follower.objects.filter(pk=follower_id, sealed__isnull=False).first()
    if row is None:
        return False
    follower = Actor(key=f"follower:{row.pk}", follows=frozenset({str(row.matter_id)}))
    command_id = uuid5(FORGET, f"{row.pk}/{row.matter_id}")
    erase_contact(actor=follower, at=at, command_id=command_id, matter_id=row.matter_id)
    return True


def follow_matter(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    matter_id: UUID,
    contact: Contact | None = None,
    language: str = "zh-hans",
) -> Raised:
    """Follow an open matter with a receipt of one's own.

    ``language`` is the one the follower read the page in; mails to them are written in it.

    Raises: Refused when the matter is unknown, not a public one, or no longer open.
    """
    subject = f"matter:{matter_id}"
    code, digest = receipt_for(command_id)
    act_id = act_id_for(command_id)

    def work() -> Raised:
        loaded = load_matter(matter_id, at=at)
        if loaded.row.kind != Kind.EVENT or loaded.row.is_sealed:
            raise unknown_matter()  # what somebody asks for themselves is nobody else's
        decision = decide(
            loaded.state, Command(action="follow", actor=actor, at=at), loaded.compiled
        )
        if decision.after is None:
            raise Refused(decision.verdict)
        sealed = None
        if contact is not None and not contact.is_empty:
            sealed = seal(contact, matter_id=str(matter_id), key=contact_keys()[0])
        Follower.objects.create(
            matter=loaded.row, receipt=digest, sealed=sealed, language=language, made_at=at
        )
        loaded.row.follower_count += 1
        loaded.row.changed_at = at
        loaded.row.save(update_fields=["follower_count", "changed_at"])
        record_act(
            act_of(decision, loaded, action="follow", actor=actor, at=at, fields={},
                   command_id=act_id, subject=subject)
        )  # fmt: skip
        return Raised(id=matter_id, ref=loaded.row.ref, receipt_code=code, is_replay=False)

    def again(act: ActCard) -> Raised:
        check_same(act, subject=subject, action="follow", actor=actor.key)
        loaded = load_matter(matter_id, at=at)
        return Raised(id=matter_id, ref=loaded.row.ref, receipt_code=code, is_replay=True)

    known = find_act(command_id)
    if known is not None:  # the id of an act is known to others: no code follows from it
        raise id_reused(known)
    return run_once(act_id, work, again)
