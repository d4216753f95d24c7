"""A one-matter link: an outside body without an account works on a matter for its unit (ADR 0019).

The unit that holds the matter stays responsible; steps by the link move no state. What the link
says follows from the command id under a key outside the database, so a repeated request shows the
same link although only a digest is stored; its act is therefore kept under another id.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from commongrid.charter.clocks import end_of_day
from commongrid.charter.decide import decide
from commongrid.charter.matter import Actor, Command, Decision
from commongrid.kernel.ids import new_id
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.face import ActCard, find_act, record_act
from commongrid.rooms.matters.cards import LinkMade
from commongrid.rooms.matters.commanded import Contact, Done
from commongrid.rooms.matters.commands.acting import Loaded, act_of, done_of, load_matter
from commongrid.rooms.matters.commands.contacts import reveal_by
from commongrid.rooms.matters.commands.receipts import act_id_for
from commongrid.rooms.matters.commands.writing import (
    check_same,
    id_reused,
    run_once,
    sealed_matter,
    unknown_matter,
)
from commongrid.rooms.matters.domain.links import STEPS
from commongrid.rooms.matters.keys import receipt_key
from commongrid.rooms.matters.models import Matter, OutsideLink
from commongrid.rooms.matters.queries.links import actor_of, link_digest, live_link
from commongrid.rooms.matters.queries.scope import readable

MAKE, END, REVEAL = "make_link", "end_link", "outside_reveal"


def make_link(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    matter_id: UUID,
    body: str,
    until_on: date,
    actions: Iterable[str] = STEPS,
    contact_purpose: str = "",
) -> LinkMade:
    """Hand one matter to an outside body for some days; the link is shown once and never stored.

    ``body`` names an organisation. ``contact_purpose`` says why it may open contact data; empty,
    it may not. Raises: Refused without the charter's power to, for a matter that is kept apart,
    for a date beyond the charter's limit or a step that no link can take.
    """
    subject = f"matter:{matter_id}"
    act_id = act_id_for(command_id)
    token = token_for(command_id)
    chosen = tuple(step for step in STEPS if step in set(actions))
    fields = {"outside_body": body.strip(), "link_until_on": until_on.isoformat(),
              "purpose": contact_purpose.strip(), "outside_may": chosen}  # fmt: skip

    def work() -> LinkMade:
        if not readable(actor).filter(pk=matter_id).exists():
            raise unknown_matter()
        loaded = load_matter(matter_id, at=at)
        decision = _judged(loaded, MAKE, actor, at, fields)
        if loaded.row.is_sealed or loaded.row.in_charge:
            raise sealed_matter()
        expires_at = _end_of(until_on, loaded, at)
        if not chosen:
            raise Refused(_no_step())
        row = OutsideLink.objects.create(
            id=new_id(), matter=loaded.row, digest=link_digest(token), unit=loaded.row.unit,
            body=body.strip(), actions=list(chosen), made_by=actor.key, made_at=at,
            contact_purpose=contact_purpose.strip(), expires_at=expires_at,
        )  # fmt: skip
        _told(loaded.row, at)
        record_act(
            act_of(decision, loaded, action=MAKE, actor=actor, at=at, fields=fields,
                   command_id=act_id, subject=subject)
        )  # fmt: skip
        return LinkMade(id=row.pk, token=token, expires_at=expires_at, is_replay=False)

    def again(act: ActCard) -> LinkMade:
        check_same(act, subject=subject, action=MAKE, actor=actor.key)
        row = OutsideLink.objects.get(digest=link_digest(token))
        return LinkMade(id=row.pk, token=token, expires_at=row.expires_at, is_replay=True)

    known = find_act(command_id)
    if known is not None:  # the id of an act is known to others: no link follows from it
        raise id_reused(known)
    return run_once(act_id, work, again)


def end_link(*, actor: Actor, at: datetime, command_id: UUID, link_id: UUID) -> Done:
    """Take a link back; it opens nothing from now on. Raises: Refused."""
    link = OutsideLink.objects.filter(pk=link_id).first()
    if link is None or not readable(actor).filter(pk=link.matter_id).exists():
        raise unknown_matter()
    subject = f"matter:{link.matter_id}"
    fields = {"outside_body": link.body}

    def work() -> Done:
        loaded = load_matter(link.matter_id, at=at)
        decision = _judged(loaded, END, actor, at, fields)
        if not OutsideLink.objects.filter(pk=link_id, ended_at=None).update(ended_at=at):
            raise Refused(_ended_already())
        _told(loaded.row, at)
        record_act(
            act_of(decision, loaded, action=END, actor=actor, at=at, fields=fields,
                   command_id=command_id, subject=subject)
        )  # fmt: skip
        return done_of(link.matter_id, END, decision)

    def again(act: ActCard) -> Done:
        check_same(act, subject=subject, action=END, actor=actor.key)
        state = str(act.after.get("state", ""))
        verdict = Verdict.yes(act.rule_id)
        return Done(matter_id=link.matter_id, action=END, verdict=verdict, state=state,
                    told=Text("", ""), is_replay=True, is_proposal=False)  # fmt: skip

    return run_once(command_id, work, again)


def reveal_to_link(*, link_id: UUID, at: datetime, command_id: UUID) -> Contact:
    """Open the contact data for the purpose the unit named; logged, and told to the person.

    Raises: Refused where the link is over, no purpose was named, or nothing is kept.
    """
    link = live_link(link_id, at)
    if link is None or not link.contact_purpose:
        raise Refused(_no_contact())
    return reveal_by(
        actor=actor_of(link),
        at=at,
        command_id=command_id,
        matter_id=link.matter_id,
        action=REVEAL,
        fields={"outside_body": link.body, "purpose": link.contact_purpose},
    )


def token_for(command_id: UUID) -> str:
    """What stands in the address: 43 letters and digits that follow from the command."""
    seed = hmac.new(receipt_key(), b"link\n" + command_id.bytes, sha256).digest()
    return urlsafe_b64encode(seed).decode().rstrip("=")


def _judged(
    loaded: Loaded, action: str, actor: Actor, at: datetime, fields: Mapping[str, object]
) -> Decision:
    given = {name: value for name, value in fields.items() if value not in ("", ())}
    command = Command(action=action, actor=actor, at=at, fields=given)
    decision = decide(loaded.state, command, loaded.compiled)
    if decision.after is None:
        raise Refused(decision.verdict)
    return decision


def _end_of(until_on: date, loaded: Loaded, at: datetime) -> datetime:
    """The last minute of a link: the end of its day. Raises: Refused beyond the charter's limit."""
    days = int(loaded.compiled.number("link_days"))
    ends_at = end_of_day(until_on, loaded.compiled)
    if not at < ends_at or ends_at > at + timedelta(days=days + 1):
        say = Text(
            f"办理链接最长{days}天，请选今天以后、{days}天以内的日期。",
            f"A link lasts at most {days} days; choose a day from today within {days} days.",
        )
        raise Refused(Verdict.no("link.days", say))
    return ends_at


def _told(row: Matter, at: datetime) -> None:
    row.version += 1
    row.changed_at = at
    row.save(update_fields=["version", "changed_at"])


def _no_step() -> Verdict:
    say = Text("至少要选一个对方可以做的步骤。", "Choose at least one step it may take.")
    return Verdict.no("link.no_step", say)


def _ended_already() -> Verdict:
    say = Text("这个链接已经收回了。", "This link has been taken back already.")
    return Verdict.no("link.ended", say)


def _no_contact() -> Verdict:
    say = Text(
        "办理单位没有写明查看联系方式的用途，所以这里不能看。",
        "The unit has named no purpose for seeing contact data, so none are shown here.",
    )
    return Verdict.no("link.no_contact", say)
