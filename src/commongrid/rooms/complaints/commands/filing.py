"""file_complaint: from anybody, without an account; routed around whoever it is about."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from commongrid.charter.compiler import Compiled
from commongrid.ledger.face import in_turn
from commongrid.rooms.complaints.cards import Filed, Filing, Reach
from commongrid.rooms.complaints.charters import all_roles, bodies_outside, rules_of
from commongrid.rooms.complaints.commands.accusing import named_by, write_accused
from commongrid.rooms.complaints.commands.doing import (
    Deed,
    add_entry,
    check_words,
    record,
    was_done,
)
from commongrid.rooms.complaints.commands.routing import move, send, send_or_leave
from commongrid.rooms.complaints.domain import stages
from commongrid.rooms.complaints.domain.interest import above, listed
from commongrid.rooms.complaints.domain.sealing import new_pair
from commongrid.rooms.complaints.domain.stages import (
    COMPLAINANT,
    HANDLE,
    About,
    State,
    new_ref,
    refusal,
)
from commongrid.rooms.complaints.models import Complaint, Identity, SupervisionKey
from commongrid.rooms.complaints.receipts import act_id_for, marks_of, receipt_for
from commongrid.rooms.complaints.sealed import seal_identity
from commongrid.rooms.places import face as places


def file_complaint(
    *, at: datetime, command_id: UUID, filing: Filing, reach: Reach | None = None
) -> Filed:
    """Take a complaint and hand out its receipt code, once; the same command gives it again.

    Raises: Refused; nothing is kept then. About the administrator it is sealed to a key of
    supervision, and refused with other addresses where there is none.
    """
    code, digest = receipt_for(command_id)
    deed = Deed(
        actor=COMPLAINANT, at=at, command_id=act_id_for(command_id), action="file_complaint",
        role="anyone",
    )  # fmt: skip
    with in_turn(), transaction.atomic():
        if was_done(deed):
            row = Complaint.objects.get(made_by_act=deed.command_id)
            return Filed(ref=row.ref, code=code, state=State(row.state))
        row = _write(filing, reach, deed, code, digest)
        return Filed(ref=row.ref, code=code, state=State(row.state))


def _write(filing: Filing, reach: Reach | None, deed: Deed, code: str, digest: str) -> Complaint:
    words, whom = check_words(filing.words), filing.whom.strip()
    if len(whom) > stages.LONGEST_WHO:
        raise refusal("too_long", stages.TOO_LONG)
    place = places.find_place(filing.place_code, deed.at)
    if place is None:
        raise refusal("no_place", stages.NO_PLACE, filing.place_code)
    rules = rules_of(place.path, deed.at)
    named = named_by(filing, place, rules, deed.at)
    row = Complaint(
        pk=uuid4(), ref=new_ref(), receipt=digest, place_path=place.path, about=filing.about,
        matter_subject=named.matter_subject, powers=listed(all_roles(rules)),
        state=State.RECEIVED, made_at=deed.at, made_by_act=deed.command_id,
    )  # fmt: skip
    keys = _keys_for(row, rules)
    if keys:
        row.sealed_to, (row.own_public, row.own_wrapped) = keys[0], new_pair(code)
    row.save(force_insert=True)
    write_accused(row, named, place.path, deed.at)
    _route(row, keys, rules, deed.at)
    row.save()
    add_entry(row, deed, "complaint", words, whom=whom)
    if reach is not None and not reach.is_empty:
        _keep_apart(row, reach)
    record(deed, row)  # not even about whom in kind: the keepers of the platform read acts too
    return row


def _route(row: Complaint, keys: list[SupervisionKey], rules: Compiled, at: datetime) -> None:
    """To the nearest level with somebody free of interest; sealed, to one that holds a key."""
    if not keys:
        send_or_leave(row, State.RECEIVED, rules, at)
        return
    for key in keys:
        row.sealed_to = key
        if send(row, HANDLE, rules, at):
            move(row, State.RECEIVED, rules, at)
            return
    raise _no_key(rules)


def _keys_for(row: Complaint, rules: Compiled) -> list[SupervisionKey]:
    """The keys of supervision a complaint about the keepers may be sealed to, nearest first."""
    if row.about != About.ADMINISTRATOR:
        return []
    levels = above(row.place_path)
    found = SupervisionKey.objects.filter(path__in=levels, until_at__isnull=True)
    keys = sorted(found, key=lambda key: levels.index(key.path))
    if not keys:
        raise _no_key(rules)
    return keys


def _no_key(rules: Compiled) -> Exception:
    bodies = bodies_outside(rules)
    say = stages.NO_KEY
    filled = type(say)(
        say.zh.format(bodies="、".join(body.zh for body in bodies)),
        say.en.format(bodies=", ".join(body.en for body in bodies)),
    )
    return refusal("no_key", filled)


def _keep_apart(row: Complaint, reach: Reach) -> None:
    """Who complained goes into a row that points to nothing."""
    plain = {"name": reach.name, "phone": reach.phone, "email": reach.email}
    Identity.objects.create(
        mark=marks_of(row.pk)[0], sealed=seal_identity(row, plain), may_open=reach.may_open
    )
