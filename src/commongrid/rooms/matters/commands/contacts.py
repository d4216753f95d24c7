"""Contact data: opened on need by a logged act, changed and erased by the person, dead on time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from commongrid.charter.decide import decide
from commongrid.charter.matter import Actor, Command, Decision
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.face import ActCard, ActDraft, record_act
from commongrid.rooms.matters.commanded import Contact, Done
from commongrid.rooms.matters.commands.acting import Loaded, act_of, check_link, load_matter
from commongrid.rooms.matters.commands.writing import check_same, run_once, unknown_matter
from commongrid.rooms.matters.domain.vault import seal, unseal
from commongrid.rooms.matters.keys import contact_keys
from commongrid.rooms.matters.models import ContactRow, Follower, Matter
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places
from commongrid.rooms.vault import face as vault

OPENED_FOR = "opened_for"  # the charter's field with the closed list of reasons


def reveal_contact(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    matter_id: UUID,
    purpose: str,
    opened_for: str = "",
) -> Contact:
    """Open the contact data of a matter for a stated purpose. The reporter sees that it was done.

    ``opened_for``: of the charter's closed list of reasons; the words are needed all the same.
    Raises: Refused when the charter gives the actor no power to, or nothing is kept.
    """
    return reveal_by(
        actor=actor,
        at=at,
        command_id=command_id,
        matter_id=matter_id,
        action="reveal",
        fields={"purpose": purpose, OPENED_FOR: opened_for},
    )


def reveal_by(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    matter_id: UUID,
    action: str,
    fields: Mapping[str, str],
) -> Contact:
    """Open contact data by a step of the charter that is for it, in one act. Raises: Refused."""
    subject = f"matter:{matter_id}"

    def said(loaded: Loaded) -> Mapping[str, str]:
        """Without the kind of reason where it was not said, or the charter knows none."""
        known = loaded.compiled.charter.fields if fields.get(OPENED_FOR) else ()
        return {n: v for n, v in fields.items() if n != OPENED_FOR or n in known}

    def judged() -> tuple[Loaded, Decision]:
        loaded = load_matter(matter_id, at=at)
        check_link(actor, loaded.row, action, at)
        command = Command(action=action, actor=actor, at=at, fields=said(loaded))
        decision = decide(loaded.state, command, loaded.compiled)
        if decision.after is None:
            raise Refused(decision.verdict)
        if vault.is_restricted(subject):
            raise Refused(_restricted())
        return loaded, decision

    def work() -> Contact:
        loaded, decision = judged()
        people.require_alone(actor, "reveal", at=at)
        contact = _opened(matter_id)
        record_act(
            act_of(decision, loaded, action=action, actor=actor, at=at, fields=said(loaded),
                   command_id=command_id, subject=subject)
        )  # fmt: skip
        return contact

    def again(act: ActCard) -> Contact:
        check_same(act, subject=subject, action=action, actor=actor.key)
        judged()  # whoever has lost the power since is not shown it again
        return _opened(matter_id)

    return run_once(command_id, work, again)


def change_contact(
    *, actor: Actor, at: datetime, command_id: UUID, matter_id: UUID, contact: Contact
) -> Done:
    """The person gives or corrects contact data. Raises: Refused unless the matter is theirs."""

    def write(row: Matter) -> None:
        sealed = seal(contact, matter_id=str(matter_id), key=contact_keys()[0])
        erase_at = None
        if row.state_kind == "end":  # given after the end, it dies with what was given before
            days = places.get_charter(row.charter_key).number("keep_contact_days")
            erase_at = (row.closed_at or row.changed_at) + timedelta(days=days)
        ContactRow.objects.update_or_create(
            matter=row,
            defaults={"sealed": sealed},
            create_defaults={"sealed": sealed, "made_at": at, "erase_at": erase_at},
        )

    return _own_act(actor, at, command_id, matter_id, "change_contact", write)


def erase_contact(*, actor: Actor, at: datetime, command_id: UUID, matter_id: UUID) -> Done:
    """The person, or a follower for theirs, has contact data erased; the matter goes on."""

    def write(row: Matter) -> None:
        if str(matter_id) in actor.owns:
            gone = ContactRow.objects.filter(matter=row).delete()[0]
            subject, what = f"matter:{matter_id}", vault.OWN_CONTACT
        else:
            mine = _follow_of(actor, matter_id)
            subject, what = f"follower:{mine.get().receipt}", vault.FOLLOWER
            gone = mine.filter(sealed__isnull=False).update(sealed=None)
        vault.note_erasure(subject=subject, what=what, counts={"contact": gone}, at=at)

    return _own_act(actor, at, command_id, matter_id, "erase_contact", write)


def read_own_contact(*, actor: Actor, matter_id: UUID) -> Contact | None:
    """The person's own contact data, to see and correct; None when none is kept or not theirs."""
    rows = ContactRow.objects.filter(matter_id=matter_id)
    row: ContactRow | Follower | None = (
        rows.first() if str(matter_id) in actor.owns else _follow_of(actor, matter_id).first()
    )
    if row is None or row.sealed is None:
        return None
    # A follower who came by a merge gave theirs for the matter they chose.
    given_for = row.origin_id if isinstance(row, Follower) and row.origin_id else matter_id
    return unseal(bytes(row.sealed), matter_id=str(given_for), keys=contact_keys())


def _own_act(
    actor: Actor,
    at: datetime,
    command_id: UUID,
    matter_id: UUID,
    action: str,
    write: Callable[[Matter], None],
) -> Done:
    subject = f"matter:{matter_id}"

    def work() -> Done:
        row = Matter.objects.select_for_update().filter(pk=matter_id).first()
        is_follower = action == "erase_contact" and _follow_of(actor, matter_id).exists()
        if row is None or not (str(matter_id) in actor.owns or is_follower):
            raise unknown_matter()
        write(row)
        record_act(
            ActDraft(
                command_id=command_id, subject=subject, action=action, actor=actor.key,
                role="follower" if is_follower else "reporter",
                rule_id=f"matter.{action}", at=at, charter_key=row.charter_key,
                after={"state": row.state},
            )
        )  # fmt: skip
        return Done.as_asked(matter_id, action, row.state, is_replay=False)

    def again(act: ActCard) -> Done:
        check_same(act, subject=subject, action=action, actor=actor.key)
        return Done.as_asked(matter_id, action, str(act.after["state"]), is_replay=True)

    return run_once(command_id, work, again)


def _follow_of(actor: Actor, matter_id: UUID) -> QuerySet[Follower]:
    """The actor's own row as a follower of the matter; nobody else's."""
    kind, _, key = actor.key.partition(":")
    is_follower = kind == "follower" and str(matter_id) in actor.follows and key.isdecimal()
    rows = Follower.objects.filter(matter_id=matter_id)
    return rows.filter(pk=int(key)) if is_follower else rows.none()


def _opened(matter_id: UUID) -> Contact:
    row = ContactRow.objects.filter(matter_id=matter_id).first()
    if row is None:
        say = Text(
            zh="这件事项没有留联系方式,或已经删除。",
            en="No contact data is kept for this matter, or it has been erased.",
        )
        raise Refused(Verdict.no("matter.no_contact", say))
    return unseal(bytes(row.sealed), matter_id=str(matter_id), keys=contact_keys())


def _restricted() -> Verdict:
    say = Text(
        zh="本人要求限制使用，联系方式暂时不能打开；要联系本人，请找数据保护负责人。",
        en="The person had the use of these data restricted: they are not opened for now. The data "
        "protection officer can lift it.",
    )
    return Verdict.no("matter.restricted", say)
